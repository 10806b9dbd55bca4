import { onMounted, onWillUnmount, status, useComponent } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";

export const autoRefresh = {
    /** Milliseconds between two looks at the server. */
    interval: 5000,
    /** Share of the time that looking may take: slow answers are asked for less often. */
    share: 0.05,
};

/**
 * Reload a view now and then, so that it shows what the workers do. Not while the page is
 * hidden or a dialog is open, nor when `mayReload` says that the user is at something.
 *
 * @param {Object} params
 * @param {() => Promise} params.reload
 * @param {() => boolean|Promise<boolean>} params.mayReload
 */
export function useAutoRefresh({ reload, mayReload }) {
    const component = useComponent();
    let timer = null;

    function schedule(delay) {
        timer = browser.setTimeout(tick, delay);
    }

    async function tick() {
        const start = performance.now();
        if (
            !document.hidden &&
            !document.body.classList.contains("modal-open") &&
            (await mayReload())
        ) {
            try {
                await reload();
            } catch (error) {
                // The web client says so itself, and when the server is back.
                if (!(error instanceof ConnectionLostError)) {
                    throw error;
                }
            }
        }
        if (status(component) !== "destroyed") {
            const took = performance.now() - start;
            schedule(Math.max(autoRefresh.interval, took / autoRefresh.share));
        }
    }

    onMounted(() => schedule(autoRefresh.interval));
    onWillUnmount(() => browser.clearTimeout(timer));
}
