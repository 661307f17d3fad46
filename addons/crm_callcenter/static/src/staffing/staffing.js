import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CallChart } from "../call_figures/call_chart";
import { clock, isKnown, percent } from "../call_figures/call_figures";

const { DateTime } = luxon;

/** Forecast, need of agents, shifts and gaps of a day; and what if (CC-8). */
export class CallStaffing extends Component {
    static template = "crm_callcenter.CallStaffing";
    static components = { CallChart, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        Object.assign(this, { percent, clock, isKnown });
        this.state = useState({ queues: [], queue: null, day: DateTime.local().toISODate(), data: null, what: {}, found: null, wrong: "" });
        this.calls = [
            { key: "expected", label: _t("Calls expected"), kind: "column", color: "soft" },
            { key: "calls", label: _t("Calls that came"), kind: "line", color: "main" },
        ];
        this.agents = [
            { key: "planned", label: _t("On shift (red: too few)"), kind: "column", color: "good" },
            { key: "needed", label: _t("Needed on the schedule"), kind: "line", color: "warn" },
        ];
        onWillStart(async () => {
            this.isPlanner = await user.hasGroup("crm_callcenter.group_call_planner");
            this.state.queues = await this.orm.call("crm.call.staffing", "get_queues", []);
            this.state.queue = this.state.queues[0]?.id;
            await this.load();
        });
    }

    async load() {
        if (!this.state.queue) {
            return;
        }
        this.state.data = await this.orm.call("crm.call.staffing", "get_day", [this.state.queue, this.state.day]);
        const { handling, level, seconds, patience, shrinkage } = this.state.data.setting;
        const most = Math.max(0, ...this.state.data.points.map((point) => point.expected || 0));
        this.state.what = { calls: Math.round(most) || 20, handling, level: Math.round(level * 100), seconds, patience: patience || 0, shrinkage: Math.round(shrinkage * 100) };
        await this.whatIf();
    }

    async set(name, value) {
        this.state[name] = value;
        await this.load();
    }

    async move(days) {
        await this.set("day", DateTime.fromISO(this.state.day).plus({ days }).toISODate());
    }

    /** Short and too many are colors and numbers, for those who see no red. */
    get points() {
        return this.state.data.points.map((point) => ({ ...point, tone: point.gap < 0 ? "bad" : "good" }));
    }

    /** Calls have no color of their own. */
    get callPoints() {
        return this.state.data.points;
    }

    get short() {
        return this.state.data.points.filter((point) => point.gap !== null && point.gap < 0);
    }

    get summary() {
        const points = this.state.data.points;
        const past = points.filter((point) => point.calls !== null && isKnown(point.expected));
        const sum = (rows, key) => rows.reduce((all, point) => all + (point[key] || 0), 0);
        return { expected: sum(points, "expected"), came: sum(past, "calls"), then: sum(past, "expected") };
    }

    async forecast() {
        await this.orm.call("crm.call.forecast", "action_forecast", [this.state.queue]);
        await this.load();
    }

    async change(name, value) {
        this.state.what[name] = Number(value);
        await this.whatIf();
    }

    async whatIf() {
        const { calls, handling, level, seconds, patience, shrinkage } = this.state.what;
        const asked = (this.asked = (this.asked || 0) + 1);
        try {
            const found = await this.orm.silent.call("crm.call.staffing", "what_if", [
                calls,
                handling,
                level / 100,
                seconds,
                patience || null,
                shrinkage / 100,
            ]);
            if (asked === this.asked) {
                Object.assign(this.state, { found, wrong: "" });
            }
        } catch (error) {
            this.state.wrong = error.data?.message || _t("The server does not answer.");
        }
    }

    openShifts() {
        this.action.doAction("crm_callcenter.crm_call_shift_action");
    }

    async copyWeek() {
        const count = await this.orm.call("crm.call.shift", "copy_week", [this.state.day, 1]);
        this.notification.add(_t("%s shifts copied to the next week", count), { type: "success" });
    }
}

registry.category("actions").add("crm_call_staffing", CallStaffing);
