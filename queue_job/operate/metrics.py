# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The figures of a queue in Prometheus' text format.

By hand, as the format is a line a sample: a client library would keep counters of one
process, while these are of all workers on all hosts and come from the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from odoo.sql_db import BaseCursor

from ..core.histogram import upper_bound
from . import figures
from .channels import Channel, channels
from .leadership import has_leader

#: What an HTTP answer says of itself.
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Metric(NamedTuple):
    """A family of samples."""

    kind: str
    help: str


#: Every metric there is, by name. Monitoring systems rely on them: never rename one.
METRICS: Final[Mapping[str, Metric]] = {
    "queue_job_up": Metric("gauge", "1: the database answers."),
    "queue_job_leader": Metric("gauge", "Whether a leader rescues jobs of the dead."),
    "queue_job_jobs": Metric("gauge", "Jobs that are not over, by state."),
    "queue_job_oldest_wait_seconds": Metric(
        "gauge", "Age of the oldest job that waits though its time has come."
    ),
    "queue_job_longest_run_seconds": Metric(
        "gauge", "How long the job that began first has been running."
    ),
    "queue_job_workers": Metric("gauge", "Workers, by host, mode and what they do."),
    "queue_job_channel_capacity": Metric(
        "gauge", "Jobs of the channel that may run at once; absent: no limit."
    ),
    "queue_job_channel_paused": Metric("gauge", "1: no job of the channel starts."),
    "queue_job_channel_throttle_seconds": Metric(
        "gauge", "Seconds between two starts in the channel."
    ),
    "queue_job_channel_running": Metric(
        "gauge", "Workers at work in the channel and below."
    ),
    "queue_job_channel_jobs": Metric(
        "gauge", "Jobs of the channel itself: runnable, scheduled, in_line or blocked."
    ),
    "queue_job_channel_oldest_wait_seconds": Metric(
        "gauge", "Age of the oldest job of the channel that waits for a worker."
    ),
    "queue_job_attempts_total": Metric(
        "counter", "Attempts that ended, by job function, channel and outcome."
    ),
    "queue_job_function_seconds_total": Metric(
        "counter", "Seconds that attempts of a job function took."
    ),
    "queue_job_run_seconds": Metric("histogram", "Seconds an attempt took."),
    "queue_job_wait_seconds": Metric(
        "histogram", "Seconds from when a job might run to its start."
    ),
}

Labels = Mapping[str, str]
#: Every fourth bucket of core/histogram.py is told: each bound is 4 times the last.
_BUCKET_STEP: Final = 4
_LAST_BUCKET: Final = 60


class Sample(NamedTuple):
    """One value of a metric; ``suffix`` for the parts of a histogram."""

    metric: str
    value: float
    labels: Labels = {}
    suffix: str = ""


def render(cr: BaseCursor) -> str:
    """Return the metrics of a database; reads only."""
    database = {"database": cr.dbname}
    families: dict[str, list[str]] = {name: [] for name in METRICS}
    for sample in samples(cr):
        families[sample.metric].append(
            f"{sample.metric}{sample.suffix}"
            f"{_labels({**database, **sample.labels})} {sample.value:.12g}"
        )
    lines: list[str] = []
    for name, family in families.items():
        if family:
            metric = METRICS[name]
            lines += (f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}")
            lines += family
    return "\n".join([*lines, ""])


def samples(cr: BaseCursor) -> Iterator[Sample]:
    """Yield all values, without the label of the database."""
    yield Sample("queue_job_up", 1)
    yield Sample("queue_job_leader", has_leader(cr))
    yield from _backlog(figures.backlog(cr))
    yield from _workers(figures.workers(cr))
    for channel in channels(cr):
        yield from _channel(channel)
    yield from _attempts(figures.totals(cr))


def _labels(labels: Labels) -> str:
    pairs = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{','.join(pairs)}}}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _backlog(backlog: figures.Backlog) -> Iterator[Sample]:
    for state in ("waiting", "scheduled", "wait_dependencies", "running", "failed"):
        yield Sample("queue_job_jobs", getattr(backlog, state), {"state": state})
    yield Sample("queue_job_oldest_wait_seconds", backlog.oldest_wait or 0)
    yield Sample("queue_job_longest_run_seconds", backlog.longest_run or 0)


def _workers(workers: Iterable[figures.Worker]) -> Iterator[Sample]:
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for worker in workers:
        state = "idle" if worker.is_idle else "busy"
        key = (worker.host, worker.mode, state if worker.is_alive else "dead")
        counts[key] += 1
    if not counts:
        # A metric that is absent would hide that there is none.
        yield Sample("queue_job_workers", 0, {"host": "", "mode": "", "state": "idle"})
    for (host, mode, state), count in counts.items():
        labels = {"host": host, "mode": mode, "state": state}
        yield Sample("queue_job_workers", count, labels)


def _channel(channel: Channel) -> Iterator[Sample]:
    labels = {"channel": channel.name}
    if channel.capacity is not None:
        yield Sample("queue_job_channel_capacity", channel.capacity, labels)
    yield Sample("queue_job_channel_paused", channel.paused, labels)
    yield Sample("queue_job_channel_throttle_seconds", channel.throttle, labels)
    yield Sample("queue_job_channel_running", channel.running, labels)
    for state in ("runnable", "scheduled", "in_line", "blocked"):
        count = getattr(channel, state)
        yield Sample("queue_job_channel_jobs", count, {**labels, "state": state})
    oldest = channel.oldest_wait or 0
    yield Sample("queue_job_channel_oldest_wait_seconds", oldest, labels)


def _attempts(totals: Iterable[figures.Total]) -> Iterator[Sample]:
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    seconds: dict[tuple[str, str], float] = defaultdict(float)
    runs: dict[str, _Histogram] = defaultdict(_Histogram)
    waits: dict[str, _Histogram] = defaultdict(_Histogram)
    for total in totals:
        function = (total.function, total.channel)
        counts[*function, total.outcome] += total.attempts
        seconds[function] += total.run_seconds
        runs[total.channel].add(total.run_histogram, total.run_seconds)
        waits[total.channel].add(total.wait_histogram, total.wait_seconds)
    for (name, channel, outcome), count in counts.items():
        labels = {"function": name, "channel": channel, "outcome": outcome}
        yield Sample("queue_job_attempts_total", count, labels)
    for (name, channel), total_seconds in seconds.items():
        labels = {"function": name, "channel": channel}
        yield Sample("queue_job_function_seconds_total", total_seconds, labels)
    for name, histograms in (
        ("queue_job_run_seconds", runs),
        ("queue_job_wait_seconds", waits),
    ):
        for channel, histogram in histograms.items():
            yield from histogram.samples(name, {"channel": channel})


class _Histogram:
    """Durations of a channel, of all its functions."""

    def __init__(self) -> None:
        self._counts = [0] * (_LAST_BUCKET + 1)
        self._sum = 0.0

    def add(self, counts: Iterable[int], seconds: float) -> None:
        """Add durations counted elsewhere, and their sum."""
        for bucket, count in enumerate(counts):
            self._counts[bucket] += count
        self._sum += seconds

    def samples(self, name: str, labels: Labels) -> Iterator[Sample]:
        """Yield the cumulative buckets, the sum and the count."""
        for bucket in range(0, _LAST_BUCKET, _BUCKET_STEP):
            le = {**labels, "le": f"{upper_bound(bucket):.12g}"}
            yield Sample(name, sum(self._counts[: bucket + 1]), le, "_bucket")
        total = sum(self._counts)
        yield Sample(name, total, {**labels, "le": "+Inf"}, "_bucket")
        yield Sample(name, self._sum, labels, "_sum")
        yield Sample(name, total, labels, "_count")
