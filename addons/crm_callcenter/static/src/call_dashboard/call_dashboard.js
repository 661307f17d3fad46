import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CallChart } from "../call_figures/call_chart";
import { clock, isKnown, percent } from "../call_figures/call_figures";

const { DateTime } = luxon;

/** The figures of the call center: definition, comparison and calls of each (CC-8). */
export class CallDashboard extends Component {
    static template = "crm_callcenter.CallDashboard";
    static components = { CallChart, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        Object.assign(this, { percent, clock, isKnown });
        const today = DateTime.local();
        this.state = useState({
            data: null,
            from: today.minus({ days: 27 }).toISODate(),
            to: today.toISODate(),
            by: "queue",
            filters: {},
            shown: null,
        });
        this.kinds = [
            { code: "queue", label: _t("Queue") },
            { code: "agent", label: _t("Agent") },
            { code: "topic", label: _t("Topic") },
            { code: "skill", label: _t("Skill") },
        ];
        this.columns = [
            { code: "offered", label: _t("Offered"), kind: "count" },
            { code: "level_offered", label: _t("Service level"), kind: "share" },
            { code: "asa", label: _t("Speed of answer"), kind: "seconds" },
            { code: "abandoned", label: _t("Abandoned"), kind: "share" },
            { code: "handling", label: _t("Handling time"), kind: "seconds" },
            { code: "first_contact", label: _t("First contact"), kind: "share" },
        ];
        this.series = [
            { key: "offered", label: _t("Offered"), kind: "column", color: "soft" },
            { key: "answered", label: _t("Answered"), kind: "line", color: "main" },
            { key: "before", label: _t("Offered before"), kind: "line", color: "past" },
        ];
        this.openPoint = this.openPoint.bind(this);
        onWillStart(() => this.load());
    }

    async load() {
        const { from, to, by, filters } = this.state;
        this.state.data = await this.orm.call("crm.call.dashboard", "get_dashboard", [from, to, by, { ...filters }]);
    }

    async set(name, value) {
        this.state[name] = value;
        await this.load();
    }

    async filter(kind, value) {
        this.state.filters[kind] = Number(value) || false;
        await this.load();
    }

    async last(days) {
        const today = DateTime.local();
        this.state.from = today.minus({ days: days - 1 }).toISODate();
        this.state.to = today.toISODate();
        await this.load();
    }

    text(value, kind) {
        if (!isKnown(value)) {
            return _t("No data");
        }
        return { share: () => percent(value, 1), seconds: () => clock(value), count: () => String(value) }[kind]();
    }

    /** A change of a share is in percentage points, of others in percent. */
    change({ value, before, kind }) {
        if (!isKnown(value) || !isKnown(before) || (kind !== "share" && !before)) {
            return "";
        }
        const off = kind === "share" ? 100 * (value - before) : (100 * (value - before)) / before;
        const sign = off > 0 ? "+" : "";
        return kind === "share" ? _t("%s points", `${sign}${off.toFixed(1)}`) : `${sign}${off.toFixed(0)} %`;
    }

    tone({ value, before, better }) {
        if (!better || !isKnown(value) || !isKnown(before) || value === before) {
            return "text-muted";
        }
        return (value > before) === (better === "up") ? "text-success" : "text-danger";
    }

    get points() {
        return this.state.data.series.map((point) => {
            const at = DateTime.fromSQL(point.at);
            const hours = point.at.length > 10;
            return { ...point, label: at.toFormat(hours ? "ccc HH:mm" : "ccc d LLL"), short: at.toFormat(hours ? "HH:mm" : "d.M.") };
        });
    }

    open(name, domain) {
        if (domain) {
            this.action.doAction({
                type: "ir.actions.act_window",
                name,
                res_model: "crm.call",
                views: [
                    [false, "list"],
                    [false, "form"],
                ],
                domain,
            });
        }
    }

    openPoint(point) {
        if (point.at.length === 10) {
            this.state.from = this.state.to = point.at;
            this.load();
        }
    }

    show(figure) {
        this.state.shown = this.state.shown === figure.code ? null : figure.code;
    }
}

registry.category("actions").add("crm_call_dashboard", CallDashboard);
