import { autoRefresh } from "@queue_job/job_views/auto_refresh";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const FILE = "Name,City\nTour import 1,Rome\nTour import 2,Oslo\nTour import 3,Paris\n";

const call = (model, method, ...args) =>
    rpc(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs: {} });

/** Choose a file as the file dialog does. */
function upload(input, text) {
    const files = new DataTransfer();
    files.items.add(new File([text], "people.csv", { type: "text/csv" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

registry.category("web_tour.tours").add("queue_job_import_in_background", {
    steps: () => [
        {
            content: "Open the menu of the list",
            trigger: ".o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        {
            content: "Import records",
            trigger: ".o_import_menu",
            run: "click",
        },
        {
            content: "Choose a file",
            trigger: "button.o_import_file",
            run: () => upload(document.querySelector(".o_control_panel input[type=file]"), FILE),
        },
        {
            content: "The columns are found",
            trigger: ".o_import_data_content:contains(Tour import 1)",
        },
        {
            content: "Import it in the background",
            trigger: ".o_import_in_background input[type=checkbox]",
            run: "click",
        },
        {
            content: "Two records a job",
            trigger: "#o_import_chunk_size",
            run: "edit 2",
        },
        {
            content: "Import",
            trigger: ".o_control_panel button:contains(/^Import$/)",
            run: "click",
        },
        {
            content: "Two jobs do it",
            trigger: ".o_notification:contains(2 jobs import the file)",
        },
        {
            content: "Their batch is shown",
            trigger: ".o_form_view .oe_title:contains(people.csv)",
        },
        {
            trigger: ".o_field_progressbar:contains(0)",
        },
        {
            trigger: "button[name=open_jobs]:contains(2)",
            run: "click",
        },
        {
            content: "Its jobs are listed",
            trigger: ".o_data_row:contains(rows 2 to 3)",
        },
    ],
});

registry.category("web_tour.tours").add("queue_job_batch_live", {
    steps: () => [
        {
            content: "Look often, as no worker tells when",
            trigger: ".o_list_view",
            run: () => {
                autoRefresh.fallbackInterval = 100;
            },
        },
        {
            content: "Open the batch",
            trigger: ".o_data_row:contains(Tour batch) .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "Nothing is done",
            trigger: ".o_form_view .o_field_progressbar:contains(/0\\s*\\/\\s*2/)",
        },
        {
            content: "A worker ends one job",
            trigger: ".o_form_view",
            run: async () => {
                const [job] = await call("queue.job", "search", [
                    ["job_batch_id.name", "=", "Tour batch"],
                ]);
                await call("queue.job", "write", [job], { state: "done" });
            },
        },
        {
            content: "The form shows it, without a click",
            trigger: ".o_form_view .o_field_progressbar:contains(/1\\s*\\/\\s*2/)",
        },
    ],
});
