import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const MODEL = "crm.fact.occasion";

/** The few facts worth asking a contact for on an occasion; each answer counts, "not now" too (C360-6). */
export class AskNow extends Component {
    static template = "crm_customer_insight.AskNow";
    static components = { Dialog };
    static props = {
        close: Function,
        partnerId: Number,
        occasionId: { type: [Number, Boolean], optional: true },
        onSaved: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ data: null, answers: {}, saving: false });
        onWillStart(() => this.load(this.props.occasionId || false));
    }

    async load(occasionId) {
        this.state.data = await this.orm.call(MODEL, "get_questions", [this.props.partnerId, occasionId]);
    }

    get title() {
        return _t("Ask %s", this.state.data.partner.name);
    }

    get inputTypes() {
        return { date: "date", number: "number" };
    }

    answer(question) {
        return this.state.answers[question.attribute_id] || { answer: "", value: "" };
    }

    known(question) {
        const since = question.date ? formatDate(deserializeDate(question.date)) : "";
        return _t("So far: %(value)s (%(since)s)", { value: question.value, since });
    }

    setValue(question, value) {
        this.state.answers[question.attribute_id] = { answer: value === "" ? "" : "value", value };
    }

    /** A second press on the same answer takes it back. */
    setAnswer(question, answer) {
        const same = this.answer(question).answer === answer;
        this.state.answers[question.attribute_id] = { answer: same ? "" : answer, value: "" };
    }

    get given() {
        return this.state.data.questions
            .map((question) => ({ attribute_id: question.attribute_id, ...this.answer(question) }))
            .filter(({ answer }) => answer);
    }

    /** What was typed stays when the server refuses a value: the dialog closes only afterwards. */
    async save() {
        this.state.saving = true;
        try {
            const { data } = this.state;
            const count = await this.orm.call(MODEL, "save_answers", [
                this.props.partnerId,
                data.occasion_id,
                this.given,
            ]);
            this.notification.add(_t("%s facts recorded.", count), { type: "success" });
            this.props.onSaved?.();
            this.props.close();
        } finally {
            this.state.saving = false;
        }
    }

    onOccasion(ev) {
        return this.load(Number(ev.target.value));
    }
}

/** Client action of the buttons "Ask now": the dialog opens over the page, which shows the answers then. */
function openAskNow(env, action) {
    const { partner_id: partnerId, occasion_id: occasionId } = action.params;
    env.services.dialog.add(AskNow, {
        partnerId,
        occasionId,
        onSaved: () => env.services.action.doAction("soft_reload"),
    });
}

registry.category("actions").add("crm_ask_now", openAskNow);
