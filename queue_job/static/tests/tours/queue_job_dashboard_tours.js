import { autoRefresh } from "@queue_job/job_views/auto_refresh";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const card = (figure, value) =>
    `.o_queue_job_card[data-figure=${figure}]:has(.o_queue_job_card_value:contains("${value}"))`;
const channel = (name) => `tr[data-channel="${name}"]`;
const row = (name) => `.o_data_row:contains("${name}")`;
const back = {
    content: "Back to the dashboard",
    trigger: ".o_breadcrumb .breadcrumb-item a:contains(Dashboard)",
    run: "click",
};

const call = (model, method, args) =>
    rpc(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs: {} });

tours.add("queue_job_dashboard", {
    steps: () => [
        {
            content: "It is what opens first",
            trigger: `.o_breadcrumb:contains(Dashboard), .o_last_breadcrumb_item:contains(Dashboard)`,
        },
        {
            content: "A number opens the jobs behind it",
            trigger: `${card("failed_lately", "3")} .o_queue_job_card_main`,
            run: "click",
        },
        { trigger: `.o_list_view:has(${row("Tour failed")})` },
        { trigger: `.o_list_view:not(:has(${row("Tour pending")}))` },
        back,
        {
            content: "And a number in a note",
            trigger: '.o_queue_job_card_notes a:contains("4 failed in all")',
            run: "click",
        },
        { trigger: `.o_list_view:has(${row("Tour old")})` },
        back,
        {
            content: "So does an exception",
            trigger: '.o_queue_job_failure a:contains("2 × KeyError")',
            run: "click",
        },
        { trigger: `.o_list_view:has(${row("Tour key")})` },
        { trigger: `.o_list_view:not(:has(${row("Tour failed")}))` },
        back,
        {
            content: "Retry all of these",
            trigger: '.o_queue_job_failure:contains("KeyError") .o_queue_job_retry',
            run: "click",
        },
        {
            trigger:
                ".modal:contains(2 jobs that failed with KeyError) .btn-primary:contains(Retry All)",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(2 jobs are back in the queue)",
        },
        { trigger: '.o_queue_job_panel_failures:not(:contains("KeyError"))' },
        { trigger: card("waiting", "3") },
        {
            content: "Another period",
            trigger: ".o_control_panel button:contains(24 h)",
            run: "click",
        },
        {
            trigger: `.o_queue_job_panel h2:contains(last 24 hours)`,
        },
        { trigger: card("failed_lately", "2") },
    ],
});

tours.add("queue_job_dashboard_channels", {
    steps: () => [
        {
            content: "Change the capacity in place",
            trigger: `${channel("root.shop")} .o_queue_job_edit_capacity:contains(2)`,
            run: "click",
        },
        {
            trigger: `${channel("root.shop")} input.o_queue_job_capacity_input`,
            run: "edit 7 && press Enter",
        },
        {
            trigger: `${channel("root.shop")} .o_queue_job_edit_capacity:contains(7)`,
        },
        {
            content: "Escape leaves it as it was",
            trigger: `${channel("root.shop")} .o_queue_job_edit_capacity`,
            run: "click",
        },
        {
            trigger: `${channel("root.shop")} input.o_queue_job_capacity_input`,
            run: "edit 9 && press Escape",
        },
        {
            trigger: `${channel("root.shop")} .o_queue_job_edit_capacity:contains(7)`,
        },
        {
            content: "Pause the channel",
            trigger: `${channel("root.shop")} .o_queue_job_pause`,
            run: "click",
        },
        { trigger: `${channel("root.shop")}:contains(Paused)` },
        {
            content: "Hide the channels below root",
            trigger: `${channel("root")} .o_queue_job_caret`,
            run: "click",
        },
        { trigger: `.o_queue_job_channels:not(:has(${channel("root.shop")}))` },
        {
            trigger: `${channel("root")} .o_queue_job_caret`,
            run: "click",
        },
        {
            content: "Open the jobs of the channel",
            trigger: `${channel("root.shop")} a`,
            run: "click",
        },
        { trigger: `.o_list_view:has(${row("Tour channel")})` },
        { trigger: `.o_list_view:not(:has(${row("Tour pending")}))` },
    ],
});

tours.add("queue_job_dashboard_live", {
    steps: () => [
        {
            content: "The bus says that something happened",
            trigger: card("failed_lately", "1"),
            run: async () => {
                Object.assign(autoRefresh, { pause: 0, share: 1 });
                const failed = await call("queue.job", "search", [
                    [["name", "=", "Tour failed"]],
                ]);
                await call("queue.job", "requeue", [failed]);
                await call("queue.job.dashboard", "announce_for_tour", [[]]);
            },
        },
        { trigger: card("failed_lately", "0") },
    ],
});

tours.add("queue_job_doctor", {
    steps: () => [
        { trigger: ".o_queue_job_finding:contains(the triggers are in place)" },
        {
            content: "What is wrong says what to do",
            trigger:
                ".o_queue_job_finding:contains(root channel is paused):contains(--resume)",
        },
        { trigger: ".o_queue_job_verdict:contains(Jobs do not run)" },
        {
            trigger: ".o_queue_job_examine",
            run: async ({ anchor }) => {
                const root = await call("queue.job.channel", "search", [
                    [["complete_name", "=", "root"]],
                ]);
                await call("queue.job.channel", "action_resume", [root]);
                anchor.click();
            },
        },
        { trigger: ".o_queue_job_finding:contains(root channel has room)" },
    ],
});

tours.add("queue_job_systray", {
    steps: () => [
        {
            content: "One job runs and one failed",
            trigger: ".o_queue_job_systray:has(.badge:contains(2))",
            run: "click",
        },
        {
            trigger:
                '.o_queue_job_systray_item:contains("Tour running"):contains("40 %"):contains("page 2")',
        },
        {
            content: "The job goes on",
            trigger: '.o_queue_job_systray_item:contains("Tour failed")',
            run: async () => {
                const ids = await call("queue.job", "search", [
                    [["name", "=", "Tour running"]],
                ]);
                await call("queue.job", "report_for_tour", [ids, 4, 5]);
            },
        },
        {
            trigger: '.o_queue_job_systray_item:contains("Tour running"):contains("80 %")',
        },
        {
            trigger: '.o_queue_job_systray_item:contains("Tour failed")',
            run: "click",
        },
        { trigger: '.o_form_view .oe_title:contains("Tour failed")' },
    ],
});
