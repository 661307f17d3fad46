import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { count, share } from "../value_dashboard/figures";

/** States of customers who are there. */
export const THERE = ["active", "at_risk", "won_back"];

/** Churn or win-back rate month by month, of all or one tier; waves are marked. */
export class ChurnRates extends Component {
    static template = "crm_customer_insight.ChurnRates";
    static props = {
        months: { type: Array },
        limit: { type: [Number, { value: null }] },
        tiers: { type: Array },
        onOpen: { type: Function },
    };

    setup() {
        this.state = useState({ measure: "rate", tier: "all" });
        this.measures = [
            { name: "rate", label: _t("Churn") },
            { name: "back_rate", label: _t("Win-back") },
        ];
        this.share = share;
    }

    get choices() {
        return [{ tier: "all", label: _t("All tiers") }].concat(
            this.props.tiers.map((tier) => ({ tier, label: _t("Tier %s", tier) }))
        );
    }

    cell(month) {
        return this.state.tier === "all" ? month : month.tiers[this.state.tier];
    }

    get isChurn() {
        return this.state.measure === "rate";
    }

    get definition() {
        return this.isChurn
            ? _t("Lost during the month ÷ customers who were there at its start, by their tier at that time.")
            : _t("Came back during the month ÷ customers who were lost at its start, by their last tier.");
    }

    get showsLimit() {
        return this.isChurn && this.state.tier === "all" && this.props.limit !== null;
    }

    get limitText() {
        return _t("Dashed: mean + 2 standard deviations of the closed months (%s). A month above it is a wave.", share(this.props.limit, 1));
    }

    get top() {
        const rates = this.props.months.map((month) => this.cell(month)?.[this.state.measure] ?? 0);
        return Math.max(...rates, this.showsLimit ? this.props.limit : 0, 0.001);
    }

    get limitHeight() {
        return (100 * this.props.limit) / this.top;
    }

    get bars() {
        return this.props.months.map((month, index) => this.bar(month, index));
    }

    bar(month, index) {
        const cell = this.cell(month);
        const rate = cell?.[this.state.measure] ?? null;
        const wave = month.wave && this.isChurn && this.state.tier === "all";
        const [part, base] = this.isChurn ? [cell?.lost, cell?.base] : [cell?.back, cell?.gone_base];
        const values = { month: month.label, rate: share(rate, 1), part: count(part ?? 0), base: count(base ?? 0) };
        const text = _t("%(month)s: %(rate)s (%(part)s of %(base)s)", values);
        return {
            month,
            rate,
            wave,
            soFar: index === this.props.months.length - 1,
            height: rate === null ? 0 : (100 * rate) / this.top,
            title: wave ? _t("%s – wave", text) : text,
        };
    }

    open(month) {
        const before = this.isChurn ? THERE : ["lost"];
        const now = this.isChurn ? ["lost"] : THERE;
        const tier = this.state.tier === "all" ? [] : [["previous_tier", "=", this.state.tier]];
        const name = this.isChurn ? _t("Lost in %s", month.label) : _t("Came back in %s", month.label);
        this.props.onOpen(
            [["month", "=", month.month], ["previous_state", "in", before], ["state", "in", now], ...tier],
            name
        );
    }
}
