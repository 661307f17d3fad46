import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

import { shortAmount, toDateTime } from "../customer_360_utils";

const WIDTH = 240;
const HEIGHT = 56;

/** Twelve months at a glance: revenue as bars, profit as dots; a month without data stays empty. */
export class Customer360Sparkline extends Component {
    static template = "crm_customer_insight.Customer360Sparkline";
    static props = { trend: Object };

    get viewBox() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get highest() {
        return Math.max(...this.values, 0);
    }

    get lowest() {
        return Math.min(...this.values, 0);
    }

    get values() {
        const { revenue, profit } = this.props.trend;
        return [...revenue, ...profit].filter((value) => value !== null);
    }

    /** Vertical position of an amount; the scale always includes zero. */
    y(value) {
        const span = this.highest - this.lowest || 1;
        return HEIGHT - 2 - ((value - this.lowest) / span) * (HEIGHT - 4);
    }

    get zero() {
        return this.y(0);
    }

    get months() {
        const { months, revenue, profit, currency_id: currencyId } = this.props.trend;
        const step = WIDTH / months.length;
        return months.map((month, index) => {
            const amount = revenue[index];
            const label = toDateTime(month).toLocaleString({ month: "long", year: "numeric" });
            return {
                key: month,
                x: index * step + step * 0.15,
                center: index * step + step / 2,
                width: step * 0.7,
                known: amount !== null,
                top: Math.min(this.y(amount || 0), this.zero),
                height: Math.max(Math.abs(this.y(amount || 0) - this.zero), amount ? 1.5 : 0.8),
                negative: amount < 0,
                profit: profit[index] === null ? null : this.y(profit[index]),
                loss: profit[index] < 0,
                title: this.monthTitle(label, amount, profit[index], currencyId),
            };
        });
    }

    monthTitle(label, revenue, profit, currencyId) {
        if (revenue === null) {
            return _t("%(month)s: no data", { month: label });
        }
        return _t("%(month)s: revenue %(revenue)s, profit %(profit)s", {
            month: label,
            revenue: shortAmount(revenue, currencyId),
            profit: shortAmount(profit, currencyId),
        });
    }

    get summary() {
        const months = this.months;
        return _t("Revenue and profit of twelve months. %(first)s. %(last)s.", {
            first: months[0].title,
            last: months.at(-1).title,
        });
    }

    get firstLabel() {
        return toDateTime(this.props.trend.months[0]).toLocaleString({ month: "short", year: "numeric" });
    }

    get lastLabel() {
        return toDateTime(this.props.trend.months.at(-1)).toLocaleString({
            month: "short",
            year: "numeric",
        });
    }
}
