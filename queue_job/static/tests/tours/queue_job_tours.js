import { autoRefresh } from "@queue_job/job_views/auto_refresh";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const row = (name) => `.o_data_row:contains("${name}")`;
const listWithout = (name) => `.o_list_view:not(:has(${row(name)}))`;
const currentState = (label) =>
    `.o_statusbar_status .o_arrow_button_current:contains("${label}")`;

const openJob = (name) => [
    {
        content: `Open the job “${name}”`,
        trigger: `${row(name)} .o_data_cell[name=name]`,
        run: "click",
    },
    { trigger: `.o_form_view .oe_title:contains("${name}")` },
];

/** Do what a worker would do. */
async function setState(name, state) {
    const call = (method, ...args) =>
        rpc(`/web/dataset/call_kw/queue.job/${method}`, {
            model: "queue.job",
            method,
            args,
            kwargs: {},
        });
    const ids = await call("search", [["name", "=", name]]);
    await call("write", ids, { state });
}

tours.add("queue_job_requeue", {
    steps: () => [
        {
            content: "Jobs that wait, run or failed are listed; done ones are not",
            trigger: row("Tour pending"),
        },
        { trigger: listWithout("Tour done") },
        {
            content: "Open the filters",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "Only what failed",
            trigger: ".o_filter_menu .o_menu_item:contains(Failed)",
            run: "click",
        },
        { trigger: listWithout("Tour pending") },
        ...openJob("Tour failed"),
        {
            content: "The error is on top, the traceback below",
            trigger: ".o_queue_job_exception:contains(Shop is closed)",
        },
        { trigger: ".o_queue_job_traceback pre:contains(Traceback)" },
        { trigger: ".o_queue_job_traceback .o_queue_job_copy" },
        {
            content: "Arguments can be read",
            trigger: ".o_queue_job_serialized:contains(force = true)",
        },
        {
            content: "Requeue",
            trigger: ".o_form_statusbar button[name=requeue]",
            run: "click",
        },
        { trigger: currentState("Pending") },
    ],
});

tours.add("queue_job_cancel", {
    steps: () => [
        ...openJob("Tour pending"),
        {
            trigger: ".o_form_statusbar button[name=button_cancelled]",
            run: "click",
        },
        {
            content: "What waits for it goes too: that is asked first",
            trigger: ".modal:contains(all jobs that wait for it) .btn-primary",
            run: "click",
        },
        { trigger: currentState("Cancelled") },
    ],
});

tours.add("queue_job_set_done", {
    steps: () => [
        {
            content: "Select two jobs",
            trigger: `${row("Tour failed")} .o_list_record_selector input`,
            run: "click",
        },
        {
            trigger: `${row("Tour started")} .o_list_record_selector input`,
            run: "click",
        },
        {
            trigger: ".o_control_panel button:contains(Set to Done)",
            run: "click",
        },
        {
            content: "The one that runs is left alone, and that is said",
            trigger: ".modal .alert:contains(1 that run or are over are left alone)",
        },
        {
            trigger: ".modal button[name=set_done]",
            run: "click",
        },
        {
            content: "It leaves the list of jobs that wait, run or failed",
            trigger: `${listWithout("Tour failed")}:has(${row("Tour started")})`,
        },
    ],
});

tours.add("queue_job_graph", {
    steps: () => [
        ...openJob("Tour child"),
        {
            trigger: ".o_notebook_headers a[name=dependencies]",
            run: "click",
        },
        { trigger: ".o_queue_job_node.o_queue_job_current:contains(Tour child)" },
        { trigger: ".o_queue_job_graph_canvas:has(path.o_queue_job_edge_run)" },
        {
            content: "A click on a job of the picture opens it",
            trigger: ".o_queue_job_node:contains(Tour parent)",
            run: "click",
        },
        { trigger: '.o_form_view .oe_title:contains("Tour parent")' },
        {
            content: "Back with the breadcrumb, then all jobs of the graph",
            trigger: ".o_breadcrumb .breadcrumb-item a:contains(Tour child)",
            run: "click",
        },
        { trigger: '.o_form_view .oe_title:contains("Tour child")' },
        {
            trigger: "button[name=open_graph_jobs]",
            run: "click",
        },
        { trigger: row("Tour parent") },
    ],
});

tours.add("queue_job_graph_live", {
    steps: () => [
        ...openJob("Tour child"),
        {
            trigger: ".o_notebook_headers a[name=dependencies]",
            run: "click",
        },
        {
            trigger: '.o_queue_job_node.o_queue_job_state_started:contains("Tour parent")',
        },
        {
            content: "Look closer, then end the job behind the user's back",
            trigger: '.o_queue_job_graph button[title="Zoom in"]',
            run: async (helpers) => {
                Object.assign(autoRefresh, { interval: 100, pause: 0, share: 1 });
                await helpers.click();
                await setState("Tour parent", "done");
            },
        },
        {
            content: "Its colour changes where the user looks",
            trigger:
                '.o_queue_job_graph_canvas > g[transform*="scale(1.25)"] .o_queue_job_node.o_queue_job_state_done:contains("Tour parent")',
        },
        {
            trigger: '.o_queue_job_graph button[title^="Show all"]',
            run: "click",
        },
        { trigger: '.o_queue_job_graph_canvas > g[transform*="scale(1)"]' },
    ],
});

tours.add("queue_job_live", {
    steps: () => [
        {
            content: "Look often, and end a job behind the user's back",
            trigger: row("Tour pending"),
            run: () => {
                Object.assign(autoRefresh, { interval: 100, pause: 0, share: 1 });
                return setState("Tour pending", "done");
            },
        },
        { trigger: listWithout("Tour pending") },
        ...openJob("Tour started"),
        {
            trigger: `.o_form_view:has(${currentState("Started")})`,
            run: () => setState("Tour started", "done"),
        },
        { trigger: currentState("Done") },
    ],
});

tours.add("queue_job_pause_channel", {
    steps: () => [
        {
            trigger: `${row("root.tour")} .o_data_cell[name=paused] input`,
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row.text-warning:contains(root.tour)" },
    ],
});
