import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Satisfaction at a glance: figure, interval, number of answers; a click opens the answers. */
export class FeedbackDashboard extends Component {
    static template = "crm_service_levels.FeedbackDashboard";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, failed: false, months: 3, dimension: "team_id" });
        onWillStart(() => this.load());
    }

    get measures() {
        return [
            { code: "score", label: _t("Score"), unit: " %", digits: 0, help: _t("Weighted mean of all questions, in percent of their scales; Student's 95 % interval") },
            { code: "calibrated", label: _t("Calibrated"), unit: " %", digits: 0, help: _t("Score × (1 − valid complaints ÷ closed requests) × (1 − returns and repairs ÷ closed requests); the interval is that of the score") },
            { code: "nps", label: _t("NPS"), unit: "", digits: 0, help: _t("Promoters (9–10) minus detractors (0–6), in percent points; 95 % interval") },
            { code: "csat", label: _t("Satisfied"), unit: " %", digits: 0, help: _t("Share of 4 and 5 of 5; Wilson's 95 % interval") },
            { code: "ces", label: _t("Ease"), unit: _t(" of 7"), digits: 1, help: _t("Mean of “was easy”, 1–7; Student's 95 % interval") },
            { code: "ratio", label: _t("Perceived ÷ expected"), unit: "", digits: 2, help: _t("1 is as expected, above 1 is better") },
        ];
    }

    get dimensions() {
        return [
            ["team_id", _t("Team")],
            ["type_id", _t("Request type")],
            ["product_id", _t("Product")],
            ["level", _t("Highest level")],
            ["sla_met", _t("Service level")],
            ["source", _t("By")],
        ];
    }

    async load() {
        this.state.failed = false;
        try {
            this.state.data = await this.orm.call("crm.feedback.dashboard", "get_feedback_dashboard", [
                this.state.months,
                this.state.dimension,
            ]);
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    setMonths(months) {
        this.state.months = months;
        return this.load();
    }

    setDimension(ev) {
        this.state.dimension = ev.target.value;
        return this.load();
    }

    isKnown(figure) {
        return figure && figure.value !== null && figure.value !== undefined;
    }

    value(figure, { unit, digits }) {
        return this.isKnown(figure)
            ? `${formatFloat(figure.value, { digits: [16, digits] })}${unit}`
            : _t("Not enough data");
    }

    /** "(62 – 81), 24 answers" */
    basis(figure, { digits }) {
        const count = _t("%s answers", figure?.count || 0);
        if (!this.isKnown(figure) || figure.low === null) {
            return count;
        }
        const number = (value) => formatFloat(value, { digits: [16, digits] });
        return `${number(figure.low)} – ${number(figure.high)}, ${count}`;
    }

    barWidth(count, rows) {
        return `width: ${(100 * count) / Math.max(...rows.map((row) => row.count), 1)}%`;
    }

    get hasTrend() {
        return this.state.data.trend.some((row) => this.isKnown(row.score));
    }

    openAnswers(condition = [], name = _t("Answers")) {
        this.open("crm.feedback.answer", [...this.state.data.domain, ...condition], name);
    }

    openGroup({ id, name }) {
        this.openAnswers([[this.state.data.dimension, "=", id]], name);
    }

    openMonth({ month }) {
        const [year, number] = month.split("-").map(Number);
        const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
        const domain = [
            ["date", ">=", `${month}-01`],
            ["date", "<", `${next}-01`],
        ];
        this.open("crm.feedback.answer", domain, month);
    }

    openAspect({ id, name }) {
        this.openAnswers([["line_ids.aspect_id", "=", id]], name);
    }

    openTheme({ id, name }) {
        this.openAnswers([["theme_ids", "in", [id]]], name);
    }

    openLoops(domain) {
        this.open("crm.feedback.loop", domain, _t("Not satisfied"));
    }

    /** A recurring cause becomes an education measure (SVC-E). */
    async educate({ id }) {
        const action = await this.orm.call("crm.service.cause", "action_educate", [[id]]);
        this.action.doAction(action);
    }

    openRequests(field, { id, name }) {
        const domain = [
            [field, "=", id],
            ["date_open", ">=", this.state.data.since],
            ["state", "!=", "cancelled"],
        ];
        this.open("crm.service.request", domain, name);
    }

    open(model, domain, name) {
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
}

registry.category("actions").add("crm_feedback_dashboard", FeedbackDashboard);
