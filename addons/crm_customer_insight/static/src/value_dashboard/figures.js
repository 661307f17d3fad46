import { formatFloat, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";

/** Money without decimals, or the words for "no data": an unknown figure is never shown as 0. */
export function money(value, currencyId) {
    return isKnown(value) ? formatMonetary(value, { currencyId, digits: [16, 0] }) : _t("No data");
}

export function share(value, digits = 0) {
    return isKnown(value) ? formatPercentage(value, { digits: [16, digits] }) : _t("No data");
}

export function count(value) {
    return isKnown(value) ? formatFloat(value, { digits: [16, 0] }) : _t("No data");
}

function isKnown(value) {
    return value !== null && value !== undefined && value !== false;
}
