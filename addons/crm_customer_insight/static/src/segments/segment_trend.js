import { Component } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { count, money } from "../value_dashboard/figures";

const WIDTH = 200;
const HEIGHT = 44;

/** Size of a segment as bars and its profit as a line, month by month. */
export class SegmentTrend extends Component {
    static template = "crm_customer_insight.SegmentTrend";
    static props = { months: Array, currencyId: { type: [Number, Boolean] } };

    get viewBox() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get step() {
        return WIDTH / this.props.months.length;
    }

    get bars() {
        const most = Math.max(...this.props.months.map((month) => month.member_count), 1);
        return this.props.months.map((month, index) => {
            const height = (month.member_count / most) * (HEIGHT - 4);
            return {
                key: month.month,
                x: index * this.step + this.step * 0.15,
                y: HEIGHT - height,
                width: this.step * 0.7,
                height,
                title: this.title(month),
            };
        });
    }

    /** The profit's own scale always includes zero. */
    get line() {
        const profits = this.props.months.map((month) => month.profit);
        const [low, high] = [Math.min(...profits, 0), Math.max(...profits, 0)];
        const y = (value) => HEIGHT - 2 - ((value - low) / (high - low || 1)) * (HEIGHT - 4);
        return profits.map((value, index) => `${(index + 0.5) * this.step},${y(value)}`).join(" ");
    }

    title(month) {
        const when = deserializeDate(month.month).toLocaleString({ month: "long", year: "numeric" });
        return _t("%(month)s: %(customers)s customers, profit %(profit)s", {
            month: when,
            customers: count(month.member_count),
            profit: money(month.profit, this.props.currencyId),
        });
    }

    get summary() {
        return [this.props.months[0], this.props.months.at(-1)].map((month) => this.title(month)).join(". ");
    }
}
