import { Component, markup, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime } = luxon;
const SECONDS = 3;
const OVER = ["done", "refused", "waiting", "exhausted", "skipped"];

/** An agent works a call list: who is next, the script, the history, and what came of it (CC-6). */
export class CallListWork extends Component {
    static template = "crm_callcenter.CallListWork";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.bus = useService("bus_service");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, card: null, panel: "", reason: "", at: "", mine: true });
        this.onCommand = this.onCommand.bind(this);
        this.bus.subscribe("crm_call/command", this.onCommand);
        const timer = setInterval(() => this.follow(), SECONDS * 1000);
        onWillUnmount(() => {
            clearInterval(timer);
            this.bus.unsubscribe("crm_call/command", this.onCommand);
        });
        onWillStart(() => this.next());
    }

    call(method, ...args) {
        return this.orm.call("crm.call.list", method, args);
    }

    async next() {
        this.state.data = await this.call("get_card");
        this.show(this.state.data.card);
    }

    show(card) {
        this.state.card = card || null;
        Object.assign(this.state, { panel: "", reason: "", at: "", mine: true });
    }

    /** While the call goes on, the exchange decides what the card says. */
    async follow() {
        if (["dialing", "talking"].includes(this.state.card?.state) && !document.hidden) {
            await this.reload();
        }
    }

    async reload() {
        const id = this.state.card.id;
        const card = await this.orm.silent.call("crm.call.list", "get_entry", [id]);
        if (this.state.card?.id === id) {
            this.state.card = { ...card, note: this.state.card.note };
        }
    }

    onCommand({ action, state, text }) {
        if (action === "originate" && ["failed", "expired", "unknown"].includes(state)) {
            this.notification.add(text || _t("The call could not be made."), { type: "warning" });
            if (this.state.card) {
                this.reload();
            }
        }
    }

    get script() {
        return markup(this.state.card.script);
    }

    get isOffered() {
        return this.state.card.state === "offered";
    }

    get isOver() {
        return OVER.includes(this.state.card.state);
    }

    get status() {
        return {
            dialing: _t("Your telephone rings, then the customer's"),
            talking: _t("In conversation"),
            done: _t("Reached"),
            refused: _t("Does not want to be called"),
            waiting: _t("Will be called again"),
            exhausted: _t("Not reached, and not called again"),
            skipped: _t("Skipped"),
        }[this.state.card.state];
    }

    moment(text) {
        const moment = deserializeDateTime(text.replace("T", " "));
        return formatDateTime(moment, { showSeconds: false });
    }

    panel(name) {
        this.state.panel = this.state.panel === name ? "" : name;
        if (name === "later" && !this.state.at) {
            const hour = DateTime.local().plus({ hours: 2 }).startOf("hour");
            this.state.at = hour.toFormat("yyyy-MM-dd'T'HH:mm");
        }
    }

    async dial() {
        await this.call("dial_entry", this.state.card.id);
        this.state.card.state = "dialing";
    }

    async skip() {
        await this.call("skip_entry", this.state.card.id, this.state.reason);
        await this.next();
    }

    async later() {
        await this.saveNote();
        const at = serializeDateTime(DateTime.fromISO(this.state.at));
        await this.call("later_entry", this.state.card.id, at, this.state.mine);
        await this.next();
    }

    async finish(result) {
        await this.saveNote();
        await this.call("finish_entry", this.state.card.id, result);
        await this.next();
    }

    async goOn() {
        await this.saveNote();
        await this.next();
    }

    async saveNote() {
        if (this.state.card.note) {
            await this.call("note_entry", this.state.card.id, this.state.card.note);
        }
    }

    async openDocument(code) {
        this.action.doAction(await this.call("open_document", this.state.card.id, code));
    }

    openCustomer() {
        const { partner, lead_id } = this.state.card;
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: partner ? "res.partner" : "crm.lead",
            res_id: partner ? partner.id : lead_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_call_list_work", CallListWork);
