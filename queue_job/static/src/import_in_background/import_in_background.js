// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import { ImportAction } from "@base_import/import_action/import_action";
import { BaseImportModel } from "@base_import/import_model";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

const CHUNK_SIZE = 100;

patch(BaseImportModel.prototype, {
    async init() {
        this.importOptionsValues.use_queue = { value: false };
        this.importOptionsValues.chunk_size = { value: CHUNK_SIZE };
        return super.init();
    },

    /** Keeps what the server answers when it stored jobs instead of importing. */
    async _callImport(dryrun, args) {
        const result = await super._callImport(dryrun, args);
        this.storedBatch = result.batch_id
            ? {
                  id: result.batch_id,
                  jobs: result.job_count,
                  mayBeRead: result.batch_may_be_read,
              }
            : undefined;
        return result;
    },
});

patch(ImportAction.prototype, {
    /** All jobs are stored by one call. */
    get totalSteps() {
        return this.isInBackground ? 1 : super.totalSteps;
    },

    get isBatched() {
        return !this.isInBackground && super.isBatched;
    },

    get isInBackground() {
        return !this.isTestRun && this.importOptions.use_queue;
    },

    async handleImport(isTest = true) {
        this.isTestRun = isTest;
        try {
            await super.handleImport(isTest);
        } finally {
            this.isTestRun = true;
        }
        const batch = !isTest && this.model.storedBatch;
        if (!batch) {
            return;
        }
        this.notification.add(
            _t("%s jobs import the file. You will be told when they are over.", batch.jobs),
            { type: "info" }
        );
        if (batch.mayBeRead) {
            await this.actionService.doAction({
                type: "ir.actions.act_window",
                res_model: "queue.job.batch",
                res_id: batch.id,
                views: [[false, "form"]],
            });
        } else {
            this.env.config.historyBack();
        }
    },
});
