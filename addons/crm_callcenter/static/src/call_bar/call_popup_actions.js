import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { CUSTOMER_360_ACTION } from "@crm_customer_insight/customer_360/customer_360_utils";

/**
 * What one click on the card of a caller opens. Addons add theirs (e.g. a request):
 * `{ label, icon, isVisible(popup), run(env, popup) }`; `popup.may` tells what the agent may make,
 * and an optional `isDone(popup)` that it is made already. The key of a follow-up named by a result of the call ("lead", "request") is the key of its action
 * here.
 */
export const callPopupActions = registry.category("crm_call_popup_actions");

/** A new record's form, with the caller in it. */
export function openNew(env, resModel, context) {
    return env.services.action.doAction({
        type: "ir.actions.act_window",
        res_model: resModel,
        views: [[false, "form"]],
        context,
    });
}

callPopupActions.add(
    "customer_360",
    {
        label: _t("Customer"),
        icon: "fa-bullseye",
        isVisible: (popup) => popup.partner,
        run: (env, popup) =>
            env.services.action.doAction(CUSTOMER_360_ACTION, {
                props: { resId: popup.partner.id },
            }),
    },
    { sequence: 10 }
);

callPopupActions.add(
    "contact",
    {
        label: _t("New contact"),
        icon: "fa-user-plus",
        isVisible: (popup) => !popup.partner && popup.may.contact,
        run: (env, popup) => openNew(env, "res.partner", { default_phone: popup.number }),
    },
    { sequence: 15 }
);

callPopupActions.add(
    "lead",
    {
        label: _t("Opportunity"),
        icon: "fa-star-o",
        isVisible: (popup) => popup.may.lead,
        run: (env, popup) =>
            openNew(env, "crm.lead", {
                default_type: "opportunity",
                default_partner_id: popup.partner?.id,
                default_phone: popup.number,
                default_description: popup.note,
            }),
    },
    { sequence: 20 }
);

callPopupActions.add(
    "order",
    {
        label: _t("Quotation"),
        icon: "fa-shopping-cart",
        isVisible: (popup) => popup.partner && popup.may.order,
        run: (env, popup) =>
            openNew(env, "sale.order", { default_partner_id: popup.partner.id }),
    },
    { sequence: 30 }
);
