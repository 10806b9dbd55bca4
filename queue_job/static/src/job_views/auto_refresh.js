import { onMounted, onWillUnmount, status, useComponent } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";

export const autoRefresh = {
    /** Milliseconds between two looks at the server. */
    interval: 5000,
    /** The same for what is told by the bus when to look. */
    fallbackInterval: 20000,
    /** Least milliseconds between two looks, however often the bus says so. */
    pause: 2000,
    /** Share of the time that looking may take: slow answers are asked for less often. */
    share: 0.05,
};

/**
 * Reload a screen now and then, so that it shows what the workers do. Not while the page
 * is hidden or a dialog is open, nor when `mayReload` says that the user is at something.
 *
 * @param {Object} params
 * @param {() => Promise} params.reload
 * @param {(isTold: boolean) => boolean|Promise<boolean>} [params.mayReload] told whether
 *     a notification came
 * @param {string} [params.notification] type of the bus's messages that mean: look now
 * @param {(payload: Object) => boolean} [params.onNotification] told of each of these;
 *     false when there is no need to look
 */
export function useAutoRefresh({
    reload,
    mayReload = () => true,
    notification,
    onNotification = () => true,
}) {
    const component = useComponent();
    const bus = notification && useService("bus_service");
    let timer = null;
    let earliest = 0;
    let told = false;

    function schedule() {
        const now = performance.now();
        const wait = told
            ? 0
            : notification
              ? autoRefresh.fallbackInterval
              : autoRefresh.interval;
        browser.clearTimeout(timer);
        timer = browser.setTimeout(tick, Math.max(wait, earliest - now));
    }

    async function tick() {
        const start = performance.now();
        const isTold = told;
        timer = null;
        told = false;
        if (
            !document.hidden &&
            !document.body.classList.contains("modal-open") &&
            (await mayReload(isTold))
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
            const end = performance.now();
            earliest =
                end + Math.max(autoRefresh.pause, (end - start) / autoRefresh.share);
            schedule();
        }
    }

    function onMessage(payload) {
        if (!onNotification(payload)) {
            return;
        }
        told = true;
        // Without a timer a look is under way; it is followed by another one.
        if (timer !== null) {
            schedule();
        }
    }

    onMounted(() => {
        bus?.subscribe(notification, onMessage);
        bus?.start();
        schedule();
    });
    onWillUnmount(() => {
        bus?.unsubscribe(notification, onMessage);
        browser.clearTimeout(timer);
    });
}
