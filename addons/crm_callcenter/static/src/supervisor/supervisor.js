import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { alarmText, clock, isKnown, percent, stateName } from "../call_figures/call_figures";

const SECONDS = 5;

/** A supervisor's page: agents live, queues, today against forecast, what is due (CC-8, CC-11). */
export class CallSupervisor extends Component {
    static template = "crm_callcenter.CallSupervisor";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        Object.assign(this, { percent, stateName, alarmText, clock, isKnown });
        this.state = useState({ page: null, board: null, now: Date.now(), heard: 0, late: false });
        onWillStart(() => this.load());
        const asking = setInterval(() => this.refresh(), SECONDS * 1000);
        const ticking = setInterval(() => (this.state.now = Date.now()), 1000);
        onWillDestroy(() => {
            clearInterval(asking);
            clearInterval(ticking);
        });
    }

    async load() {
        const [page, board] = await Promise.all([
            this.orm.silent.call("crm.call.supervisor", "get_supervisor", []),
            this.orm.silent.call("crm.call.wallboard", "get_wallboard", []),
        ]);
        Object.assign(this.state, { page, board: board.data, late: false, heard: Date.now() });
    }

    /** Figures that could not be read stay, and say so. */
    async refresh() {
        if (document.hidden) {
            return;
        }
        try {
            await this.load();
        } catch {
            this.state.late = true;
        }
    }

    since(agent) {
        return agent.since ? clock((this.state.now - Date.parse(agent.since)) / 1000) : "";
    }

    longest(queue) {
        return queue.waiting ? clock(queue.longest + (this.state.now - this.state.heard) / 1000) : "–";
    }

    async setState(agent, state) {
        const reason = state === "paused" ? _t("By the supervisor") : null;
        await this.orm.call("crm.call.supervisor", "set_agent_state", [agent.id, state, reason]);
        this.notification.add(_t("%(name)s: %(state)s", { name: agent.name, state: stateName(state) }), {
            type: "success",
        });
        await this.load();
    }

    /** Why nobody can listen from here, or nothing. */
    get listeningHint() {
        return this.state.page.telephone
            ? ""
            : _t("Listening needs a telephone of your own: an administrator makes you an agent.");
    }

    /** The supervisor's own telephone rings; what the exchange says of it is told by the call bar. */
    async listenIn(agent, kind) {
        await this.orm.call("crm.call.listening", "listen_in", [agent.id, kind]);
        this.notification.add(_t("Your telephone rings: pick it up."), { type: "info" });
    }

    openRecords(name, model, domain) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
        });
    }

    openToday(row) {
        this.openRecords(row.name, "crm.call", row.domain);
    }

    openSurge(surge) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.call.surge",
            res_id: surge.id,
            views: [[false, "form"]],
        });
    }

    openWaiting(queue) {
        this.openRecords(_t("Waiting callers"), "crm.call", [
            ["state", "=", "running"],
            ["answer", "=", false],
            ["queue_id", "=", queue.id],
        ]);
    }

    openCall(agent) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.call",
            res_id: agent.call_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_call_supervisor", CallSupervisor);
