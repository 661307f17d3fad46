import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Shares of a budget line for drawing: actual and committed of what was planned or of what was
 * spent, whichever is more, so that a bar beyond the budget shows where the budget ends.
 *
 * @returns {{actual: number, committed: number, plan: number, over: boolean}} in per cent
 */
export function shares(planned, committed, actual) {
    const whole = Math.max(planned, committed + actual);
    const of = (amount) => (whole ? (Math.max(amount, 0) / whole) * 100 : 0);
    return {
        actual: of(actual),
        committed: of(committed),
        plan: of(planned),
        over: committed + actual > planned,
    };
}

/** Plan, committed and actual cost of a budget line as one bar. */
export class BudgetBar extends Component {
    static template = "crm_campaign_roi.BudgetBar";
    static props = { ...standardFieldProps };

    get shares() {
        const { amount, committed, spent } = this.props.record.data;
        return shares(amount || 0, committed || 0, spent || 0);
    }

    get words() {
        const { amount } = this.props.record.data;
        if (!amount) {
            return "";
        }
        return _t("%s %", Math.round(this.props.record.data[this.props.name]));
    }
}

registry.category("fields").add("campaign_budget_bar", {
    component: BudgetBar,
    supportedTypes: ["float"],
    fieldDependencies: [
        { name: "amount", type: "monetary" },
        { name: "committed", type: "monetary" },
        { name: "spent", type: "monetary" },
    ],
});
