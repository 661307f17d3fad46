import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Attribution models side by side: one row per key, a column per model; a figure opens its deals. */
export class AttributionComparison extends Component {
    static template = "crm_campaign_roi.AttributionComparison";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, measure: "revenue" });
        this.measures = [
            { name: "revenue", label: _t("Revenue") },
            { name: "profit", label: _t("Profit") },
            { name: "deals", label: _t("Deals") },
        ];
        onWillStart(() => this.load());
    }

    get runId() {
        const { params, context } = this.props.action;
        return params?.run_id || context?.active_id;
    }

    async load() {
        this.state.data = this.runId
            ? await this.orm.call("crm.attribution.run", "get_comparison", [[this.runId]])
            : { columns: [], rows: [] };
        this.env.config.setDisplayName(_t("Models side by side"));
    }

    get period() {
        const { date_from, date_to } = this.state.data.settings;
        const [start, end] = [date_from, date_to].map((day) => formatDate(deserializeDate(day)));
        return _t("%(start)s – %(end)s", { start, end });
    }

    computedOn({ computed_on }) {
        return _t("computed %s", formatDateTime(deserializeDateTime(computed_on)));
    }

    get hasStale() {
        return this.state.data.columns.some((column) => column.stale);
    }

    get lookback() {
        return _t("look-back %s days", this.state.data.settings.lookback_days);
    }

    get level() {
        return _t("by %s", this.state.data.settings.level);
    }

    text(value) {
        if (value === false || value === null || value === undefined) {
            return _t("Not known");
        }
        if (this.state.measure === "deals") {
            return formatFloat(value, { digits: [16, 1] });
        }
        return formatMonetary(value, { currencyId: this.state.data.currency_id, digits: [16, 0] });
    }

    cell(row, column) {
        return row.cells[column.id];
    }

    /** Part of the column's whole, for the bar and the percentage. */
    part(row, column) {
        const value = this.cell(row, column)?.[this.state.measure];
        const whole = column[this.state.measure];
        return value > 0 && whole > 0 ? Math.min(value / whole, 1) : 0;
    }

    percent(row, column) {
        return formatPercentage(this.part(row, column), { digits: [16, 0] });
    }

    open(row, column) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: `${row.name}: ${column.label}`,
            res_model: "crm.attribution.credit",
            views: [
                [false, "list"],
                [false, "pivot"],
            ],
            domain: [["key_id", "=", this.cell(row, column).key_id]],
        });
    }

    openRun(column) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.attribution.run",
            res_id: column.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_attribution_comparison", AttributionComparison);
