import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { layoutGraph, NODE_HEIGHT, NODE_WIDTH } from "./graph_layout";

const MARGIN = 16;
const MAX_SCALE = 2.5;
const ZOOM_STEP = 1.25;
const LABEL_LENGTH = 30;

/** What becomes of the job behind when the one before fails. */
const EDGE_TITLES = {
    wait: _t("Waits while the job before has failed"),
    run: _t("Runs all the same when the job before fails"),
    skip: _t("Is skipped when the job before fails"),
    cancel: _t("Is cancelled when the job before fails"),
};

/** The jobs that wait for each other, drawn; a click on one opens it. */
export class JobDirectedGraph extends Component {
    static template = "queue_job.JobDirectedGraph";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.view = useState({ x: 0, y: 0, scale: 1 });
        this.drag = null;
        this.nodeSize = { width: NODE_WIDTH, height: NODE_HEIGHT };
        // An instance's id: several graphs may be on one page.
        this.markerId = `o_queue_job_arrow_${Math.random().toString(36).slice(2)}`;
        this.markerUrl = `url(#${this.markerId})`;
        useEffect(
            () => this.fit(),
            // A change of state is shown where the user looks.
            () => [this.value.nodes.map((node) => node.id).join()]
        );
        useEffect(
            (canvas) => {
                if (!canvas) {
                    return;
                }
                // Owl's handlers are passive: only this one can keep the page still.
                const onWheel = (ev) => this.onWheel(ev);
                canvas.addEventListener("wheel", onWheel, { passive: false });
                // A notebook page has no size until it is opened.
                const observer = new ResizeObserver(() => this.fit());
                observer.observe(canvas);
                return () => {
                    canvas.removeEventListener("wheel", onWheel);
                    observer.disconnect();
                };
            },
            () => [this.canvas.el]
        );
    }

    get value() {
        return this.props.record.data[this.props.name] || { nodes: [], edges: [] };
    }

    get graph() {
        if (this._value !== this.value) {
            this._value = this.value;
            this._graph = layoutGraph(this.value.nodes, this.value.edges);
            const policies = new Map(
                (this.value.on_failure || []).map(([parent, child, policy]) => [
                    `${parent}-${child}`,
                    policy,
                ])
            );
            for (const edge of this._graph.edges) {
                edge.onFailure = policies.get(edge.key) || "wait";
            }
        }
        return this._graph;
    }

    edgeTitle(edge) {
        return EDGE_TITLES[edge.onFailure];
    }

    get transform() {
        const { x, y, scale } = this.view;
        return `translate(${x}, ${y}) scale(${scale})`;
    }

    get truncatedMessage() {
        const { nodes, total } = this.value;
        if (!total || total <= nodes.length) {
            return "";
        }
        return _t("%(shown)s of %(total)s jobs are shown", {
            shown: nodes.length,
            total,
        });
    }

    get states() {
        const labels = new Map(this.props.record.fields.state?.selection || []);
        const present = new Set(this.value.nodes.map((node) => node.state));
        return [...labels].filter(([state]) => present.has(state));
    }

    stateLabel(state) {
        return new Map(this.props.record.fields.state?.selection || []).get(state) || state;
    }

    label(node) {
        return node.label.length > LABEL_LENGTH
            ? `${node.label.slice(0, LABEL_LENGTH - 1)}…`
            : node.label;
    }

    /** Show the whole graph, never larger than life. */
    fit() {
        const box = this.canvas.el?.getBoundingClientRect();
        if (!box || !box.width || !box.height) {
            return;
        }
        const { width, height } = this.graph;
        const scale = Math.min(
            1,
            (box.width - 2 * MARGIN) / Math.max(width, 1),
            (box.height - 2 * MARGIN) / Math.max(height, 1)
        );
        this.minScale = scale / 2;
        Object.assign(this.view, {
            scale,
            x: (box.width - width * scale) / 2,
            y: (box.height - height * scale) / 2,
        });
    }

    zoom(factor, centerX, centerY) {
        const box = this.canvas.el.getBoundingClientRect();
        const x = centerX ?? box.width / 2;
        const y = centerY ?? box.height / 2;
        const scale = Math.max(
            this.minScale || 0.05,
            Math.min(MAX_SCALE, this.view.scale * factor)
        );
        const ratio = scale / this.view.scale;
        Object.assign(this.view, {
            scale,
            x: x - (x - this.view.x) * ratio,
            y: y - (y - this.view.y) * ratio,
        });
    }

    zoomIn() {
        this.zoom(ZOOM_STEP);
    }

    zoomOut() {
        this.zoom(1 / ZOOM_STEP);
    }

    onWheel(ev) {
        // Without a key the wheel scrolls the form, as everywhere.
        if (!ev.ctrlKey && !ev.metaKey) {
            return;
        }
        ev.preventDefault();
        const box = this.canvas.el.getBoundingClientRect();
        this.zoom(
            ev.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP,
            ev.clientX - box.left,
            ev.clientY - box.top
        );
    }

    onPointerDown(ev) {
        if (ev.button === 0 && !ev.target.closest(".o_queue_job_node")) {
            this.drag = { x: ev.clientX - this.view.x, y: ev.clientY - this.view.y };
            this.canvas.el.setPointerCapture(ev.pointerId);
        }
    }

    onPointerMove(ev) {
        if (this.drag) {
            this.view.x = ev.clientX - this.drag.x;
            this.view.y = ev.clientY - this.drag.y;
        }
    }

    onPointerUp() {
        this.drag = null;
    }

    onNodeKeydown(ev, node) {
        if (ev.key === "Enter") {
            this.open(node);
        }
    }

    open(node) {
        if (node.current) {
            return;
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Job"),
            res_model: "queue.job",
            res_id: node.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("job_directed_graph", {
    component: JobDirectedGraph,
    displayName: _t("Graph of Jobs"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "state", type: "selection" }],
});
