import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const WIDTH = 600;
const HEIGHT = 120;
const GAP = 0.2; // of a bar's width
const LABELS = 4;

/** Outcomes from the bottom of a bar to its top. */
export const OUTCOMES = {
    done: _t("Done"),
    retried: _t("Tried again later"),
    cancelled: _t("Stopped"),
    failed: _t("Failed"),
};

/**
 * One bar for each step of the period, empty ones included.
 *
 * @param {[string, string, number][]} series begin of the step (UTC), outcome, attempts
 * @param {luxon.DateTime} now
 * @param {number} hours length of the period
 * @param {number} step minutes
 * @returns {{begin: luxon.DateTime, counts: Object, total: number}[]}
 */
export function barsOf(series, now, hours, step) {
    const length = Math.round((hours * 60) / step);
    // As the server does it, in UTC: some time zones are off by half an hour.
    const utc = now.toUTC();
    const minute = utc.minute - (utc.minute % step);
    const last = utc.set({ minute, second: 0, millisecond: 0 }).setZone(now.zone);
    const bars = Array.from({ length }, (_, index) => ({
        begin: last.minus({ minutes: (length - 1 - index) * step }),
        counts: {},
        total: 0,
    }));
    const byTime = new Map(bars.map((bar) => [bar.begin.toMillis(), bar]));
    for (const [begin, outcome, count] of series) {
        const bar = byTime.get(deserializeDateTime(begin).toMillis());
        if (bar) {
            bar.counts[outcome] = (bar.counts[outcome] || 0) + count;
            bar.total += count;
        }
    }
    return bars;
}

/** How attempts ended over time, as stacked bars. */
export class ThroughputChart extends Component {
    static template = "queue_job.ThroughputChart";
    static props = { series: Array, now: String, hours: Number, step: Number };

    setup() {
        this.size = { width: WIDTH, height: HEIGHT };
    }

    get bars() {
        const { series, now, hours, step } = this.props;
        return barsOf(series, deserializeDateTime(now), hours, step);
    }

    /** What the template draws; computed once for a rendering. */
    get drawing() {
        const bars = this.bars;
        const highest = Math.max(1, ...bars.map((bar) => bar.total));
        const slot = WIDTH / bars.length;
        const every = Math.ceil(bars.length / LABELS);
        return {
            highest,
            bars: bars.map((bar, index) => ({
                key: bar.begin.toMillis(),
                x: index * slot,
                slot,
                title: this.title(bar),
                parts: this.parts(bar, highest, index * slot + (slot * GAP) / 2, slot),
            })),
            labels: bars
                .filter((_, index) => index % every === 0)
                .map((bar) => bar.begin.toFormat("HH:mm")),
        };
    }

    parts(bar, highest, x, slot) {
        let top = HEIGHT;
        return Object.keys(OUTCOMES)
            .filter((outcome) => bar.counts[outcome])
            .map((outcome) => {
                const height = (bar.counts[outcome] / highest) * HEIGHT;
                top -= height;
                return { outcome, x, y: top, height, width: slot * (1 - GAP) };
            });
    }

    title(bar) {
        const counts = Object.entries(OUTCOMES)
            .filter(([outcome]) => bar.counts[outcome])
            .map(([outcome, label]) => `${label}: ${bar.counts[outcome]}`);
        return [bar.begin.toFormat("HH:mm"), ...counts].join("\n");
    }

    get legend() {
        const present = new Set(this.props.series.map(([, outcome]) => outcome));
        return Object.entries(OUTCOMES).filter(([outcome]) => present.has(outcome));
    }
}
