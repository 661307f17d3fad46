import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { count, money } from "../value_dashboard/figures";

/** How many customers are worth how much; a click opens them. */
export class ValueDistribution extends Component {
    static template = "crm_customer_insight.ValueDistribution";
    static props = {
        ranges: { type: Array },
        currencyId: { type: [Number, Boolean] },
        onOpen: { type: Function },
    };

    setup() {
        this.count = count;
        this.money = money;
    }

    /** From the most valuable down; ranges without customers are left out. */
    get ranges() {
        return this.props.ranges.filter((range) => range.count).reverse();
    }

    get largest() {
        return Math.max(...this.props.ranges.map((range) => range.count), 1);
    }

    width(range) {
        return Math.max(1, (100 * range.count) / this.largest);
    }

    label({ low, high }) {
        const { currencyId } = this.props;
        if (low === null) {
            return _t("Below %s", money(0, currencyId));
        }
        if (high === null) {
            return _t("%s and more", money(low, currencyId));
        }
        return _t("%(low)s to %(high)s", { low: money(low, currencyId), high: money(high, currencyId) });
    }

    open(range) {
        const condition = [];
        if (range.low !== null) {
            condition.push(["expected_value", ">=", range.low]);
        }
        if (range.high !== null) {
            condition.push(["expected_value", "<", range.high]);
        }
        this.props.onOpen(condition, this.label(range));
    }
}
