import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { agentStates, alarmText, clock, percent } from "../call_figures/call_figures";

const { DateTime } = luxon;
/** Seconds after which the wallboard asks again to be kept up to date. */
const ASK = 10;

/** What happens now, readable from five metres; says so when it is out of date (CC-8). */
export class CallWallboard extends Component {
    static template = "crm_callcenter.CallWallboard";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.action = useService("action");
        this.percent = percent;
        this.alarmText = alarmText;
        this.state = useState({ data: null, heard: 0, now: Date.now(), full: false });
        this.channel = null;
        this.onNews = (data) => this.take(data);
        this.bus.subscribe("crm_call/wallboard", this.onNews);
        onWillStart(() => this.ask());
        const asking = setInterval(() => this.ask(), ASK * 1000);
        const ticking = setInterval(() => (this.state.now = Date.now()), 1000);
        onWillDestroy(() => {
            clearInterval(asking);
            clearInterval(ticking);
            this.bus.unsubscribe("crm_call/wallboard", this.onNews);
            if (this.channel) {
                this.bus.deleteChannel(this.channel);
            }
        });
    }

    /** A failed question leaves the last figures, which then grow old visibly. */
    async ask() {
        try {
            const { channel, stale, data } = await this.orm.silent.call(
                "crm.call.wallboard",
                "get_wallboard",
                []
            );
            this.stale = stale;
            this.follow(channel);
            this.take(data);
        } catch (error) {
            if (!this.state.data && error.exceptionName) {
                throw error;
            }
        }
    }

    follow(channel) {
        if (channel === this.channel) {
            return;
        }
        if (this.channel) {
            this.bus.deleteChannel(this.channel);
        }
        this.channel = channel;
        this.bus.addChannel(channel);
    }

    take(data) {
        if (this.state.data && data.at < this.state.data.at) {
            return;
        }
        this.state.data = data;
        this.state.heard = this.state.now = Date.now();
    }

    get age() {
        return Math.max(0, Math.round((this.state.now - this.state.heard) / 1000));
    }

    get isStale() {
        return !this.state.data || this.age > this.stale;
    }

    /** A wait goes on between two updates, unless they fail to come. */
    longest(figures) {
        return clock(figures.waiting ? figures.longest + (this.isStale ? 0 : this.age) : 0);
    }

    get agents() {
        return agentStates(this.state.data.agents);
    }

    get since() {
        return DateTime.fromISO(this.state.data.since).toLocal().toFormat("HH:mm");
    }

    get levelClass() {
        const { total, queues } = this.state.data;
        if (total.level === null) {
            return "";
        }
        const goal = queues.length ? Math.min(...queues.map((queue) => queue.target)) : 0;
        return total.level < goal ? "o_bad" : "o_good";
    }

    get alarms() {
        return this.state.data.queues.flatMap((queue) =>
            queue.alarms.map((code) => ({
                key: `${queue.id}_${code}`,
                text: _t("%(queue)s: %(what)s", { queue: queue.name, what: alarmText(code) }),
            }))
        );
    }

    aim(queue) {
        return _t("Aim: %(share)s within %(seconds)s s", {
            share: percent(queue.target),
            seconds: queue.seconds,
        });
    }

    toggleFull() {
        if (document.fullscreenElement) {
            document.exitFullscreen();
        } else {
            document.documentElement.requestFullscreen?.();
        }
        this.state.full = !this.state.full;
    }

    openWaiting(queue) {
        const domain = [
            ["state", "=", "running"],
            ["answer", "=", false],
            ["direction", "=", "inbound"],
            queue ? ["queue_id", "=", queue.id] : ["queue_id", "!=", false],
        ];
        this.open(_t("Waiting callers"), "crm.call", domain);
    }

    /** Calls of the interval with these results, of a queue or of all. */
    openCalls(name, results, queue) {
        const since = serializeDateTime(DateTime.fromISO(this.state.data.since));
        this.open(name, "crm.call", [
            ["direction", "=", "inbound"],
            ["start", ">=", since],
            ["result", "in", results],
            queue ? ["queue_id", "=", queue.id] : ["queue_id", "!=", false],
        ]);
    }

    openAnswered(queue) {
        this.openCalls(_t("Answered calls"), ["answered"], queue);
    }

    openAbandoned(queue) {
        this.openCalls(_t("Abandoned calls"), ["abandoned"], queue);
    }

    /** Both parts of the service level; "Within the promised time" tells them apart. */
    openLevel(queue) {
        this.openCalls(_t("Calls of the service level"), ["answered", "abandoned"], queue);
    }

    openAgents(state) {
        this.open(_t("Agents"), "crm.call.agent", [["state", "=", state]]);
    }

    open(name, model, domain) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [["company_id", "=", user.activeCompany.id], ...domain],
        });
    }
}

registry.category("actions").add("crm_call_wallboard", CallWallboard);
