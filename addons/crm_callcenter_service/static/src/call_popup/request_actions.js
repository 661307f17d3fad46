import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { CallCard } from "@crm_callcenter/call_bar/call_card";
import { callPopupActions } from "@crm_callcenter/call_bar/call_popup_actions";

/** The request of the call, made now if there is none; what was written so far goes into it. */
async function openRequest(env, popup, isComplaint) {
    const bar = env.services.call_bar;
    if (bar.popup?.id === popup.id) {
        await bar.save();
    }
    const args = [popup.id, isComplaint];
    const action = await env.services.orm.call("crm.call", "open_request", args);
    await env.services.action.doAction(action);
    if (bar.popup?.id === popup.id) {
        await bar.loadPopup(popup.id);
    }
}

callPopupActions.add(
    "request",
    {
        label: _t("New request"),
        icon: "fa-life-ring",
        isVisible: (popup) => popup.may.request && !popup.request_id,
        isDone: (popup) => Boolean(popup.request_id),
        run: (env, popup) => openRequest(env, popup, false),
    },
    { sequence: 16 }
);

callPopupActions.add(
    "complaint",
    {
        label: _t("Complaint"),
        icon: "fa-exclamation-triangle",
        isVisible: (popup) => popup.may.complaint && !popup.request_id,
        run: (env, popup) => openRequest(env, popup, true),
    },
    { sequence: 17 }
);

callPopupActions.add(
    "its_request",
    {
        label: _t("Request of this call"),
        icon: "fa-life-ring",
        isVisible: (popup) => popup.request_id,
        run: (env, popup) => openRequest(env, popup, false),
    },
    { sequence: 16 }
);

patch(CallCard.prototype, {
    isRequest(item) {
        return item.res_model === "crm.service.request";
    },

    /** The call is about an open request: it is noted there and here. */
    async linkRequest(item) {
        const { id } = this.popup;
        await this.env.services.orm.call("crm.call", "link_request", [id, item.res_id]);
        await this.model.loadPopup(id);
    },
});
