import { Component, markup, useState } from "@odoo/owl";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { callPopupActions } from "./call_popup_actions";
import { RESULTS, shortcut } from "./call_bar_labels";
import { proposedTime } from "./call_bar_service";
import { CallPromise } from "./call_promise";

const { DateTime } = luxon;

/** Who calls, what is open with him, and what the agent writes of it (CC-1, CC-2). */
export class CallCard extends Component {
    static template = "crm_callcenter.CallCard";
    static components = { CallPromise };
    static props = {};

    setup() {
        this.model = useState(useService("call_bar"));
        this.action = useService("action");
        this.state = useState({ choosing: false, saving: false });
    }

    get popup() {
        return this.model.popup;
    }

    get call() {
        return this.model.bar.call;
    }

    get isWrapUp() {
        return this.model.bar.state === "wrap_up";
    }

    get script() {
        return markup(this.popup.script);
    }

    get result() {
        const result = this.call.result;
        return result && result !== "answered" ? RESULTS[result] || "" : "";
    }

    /** Whether the agent has to say which of several people calls. */
    get mustChoose() {
        return (!this.popup.partner || this.state.choosing) && this.popup.candidates.length > 0;
    }

    get actions() {
        return callPopupActions
            .getEntries()
            .map(([key, action]) => ({ key, ...action }))
            .filter((action) => action.isVisible(this.popup));
    }

    get asksCallback() {
        return this.model.asksCallback;
    }

    moment(value) {
        return toLocaleDateTimeString(DateTime.fromISO(value, { zone: "utc" }).toLocal());
    }

    run(action) {
        return action.run(this.env, { ...this.popup, note: this.model.draft.note });
    }

    open({ res_model, res_id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model,
            res_id,
            views: [[false, "form"]],
        });
    }

    async choose(candidate) {
        await this.model.choosePartner(candidate.partner_id);
        this.state.choosing = false;
    }

    pick(name, ev) {
        this.model.draft[name] = parseInt(ev.target.value) || false;
        this.model.keep(name);
        if (this.asksCallback && !this.model.draft.callback_at) {
            this.model.draft.callback_at = proposedTime();
            this.model.keep("callback_at");
        }
    }

    shortcut(action) {
        return shortcut(action);
    }

    retry() {
        return this.model.loadPopup(this.call.id);
    }

    async finish() {
        this.state.saving = true;
        try {
            await this.model.done();
        } finally {
            this.state.saving = false;
        }
    }
}
