import {
    deserializeDate,
    deserializeDateTime,
    toLocaleDateString,
    toLocaleDateTimeString,
} from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { formatMonetary } from "@web/views/fields/formatters";

const { DateTime } = luxon;

/** Says why an event without a document that the viewer may read does not open. */
export const CLOSED_TITLE = _t("You see that it happened; its document is not open to you.");

/** @param {string} value a date or a date and time as the server writes them */
export function toDateTime(value) {
    return value.length > 10 ? deserializeDateTime(value) : deserializeDate(value);
}

/** Date, or date and time without seconds, in the user's own language and time zone. */
export function absoluteTime(value) {
    if (!value) {
        return "";
    }
    const moment = toDateTime(value);
    return value.length > 10 ? toLocaleDateTimeString(moment) : toLocaleDateString(moment);
}

/** "3 days ago", "in 2 hours"; a day without an hour is counted from today's date. */
export function relativeTime(value) {
    if (!value) {
        return "";
    }
    const base = value.length > 10 ? DateTime.now() : DateTime.now().startOf("day");
    return toDateTime(value).toRelative({ base }) || "";
}

/** Amount without decimals and with its currency: what a person compares at a glance. */
export function shortAmount(value, currencyId) {
    return formatMonetary(value, { currencyId, digits: [16, 0] });
}

/** Amount to the cent. */
export function fullAmount(value, currencyId) {
    return formatMonetary(value, { currencyId });
}

/** The action that opens one document in its form. */
export function documentAction(resModel, resId) {
    return {
        type: "ir.actions.act_window",
        res_model: resModel,
        res_id: resId,
        views: [[false, "form"]],
        target: "current",
    };
}

/**
 * Opens a document of the customer. Odoo's invoice form also reads the payments, which salespeople
 * may not: they get the page of the invoice instead of an error. Without a document nothing opens.
 */
export async function openDocument(actionService, resModel, resId) {
    if (!resModel) {
        return;
    }
    if (resModel === "account.move" && !(await user.checkAccessRight("account.payment", "read"))) {
        return actionService.doAction({
            type: "ir.actions.act_url",
            url: `/my/invoices/${resId}`,
            target: "new",
        });
    }
    return actionService.doAction(documentAction(resModel, resId));
}

/** The action that opens the 360 view of a contact. */
export const CUSTOMER_360_ACTION = "crm_customer_insight.crm_customer_360_action";
