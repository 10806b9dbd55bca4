import { formatFloat, humanNumber } from "@web/core/utils/numbers";

/** Above this, digits are no help to anyone. */
const LONGEST = 100000;

/**
 * A number of jobs as people read it: "0.4", "12", "12,345", "1.2M".
 *
 * @param {number} count
 * @returns {string}
 */
export function formatCount(count) {
    if (count >= LONGEST) {
        return humanNumber(count, { decimals: 1 });
    }
    const digits = count < 10 && !Number.isInteger(count) ? 1 : 0;
    return formatFloat(count, { digits: [16, digits] });
}
