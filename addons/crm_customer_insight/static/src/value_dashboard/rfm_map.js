import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { count, money } from "./figures";

const SCORES = [1, 2, 3, 4, 5];

/** Recency against frequency: each cell's shade tells the chosen measure, a click its customers. */
export class RfmMap extends Component {
    static template = "crm_customer_insight.RfmMap";
    static props = {
        cells: { type: Array },
        currencyId: { type: [Number, Boolean] },
        onOpen: { type: Function },
    };

    setup() {
        this.state = useState({ measure: "count" });
        this.measures = [
            { name: "count", label: _t("Customers") },
            { name: "revenue", label: _t("Revenue") },
            { name: "profit", label: _t("Profit") },
            { name: "m", label: _t("Average M") },
        ];
        this.columns = SCORES;
        this.rows = [...SCORES].reverse();
    }

    cell(recency, frequency) {
        return this.props.cells.find(({ r, f }) => r === recency && f === frequency);
    }

    text(cell) {
        if (!cell) {
            return "";
        }
        const value = cell[this.state.measure];
        switch (this.state.measure) {
            case "count":
                return count(value);
            case "m":
                return value.toFixed(1);
            default:
                return money(value, this.props.currencyId);
        }
    }

    /** From 0 to 5: how much of the largest cell's value this cell has. */
    shade(cell) {
        if (!cell) {
            return 0;
        }
        const values = this.props.cells.map((other) => other[this.state.measure]);
        const largest = Math.max(...values, 0);
        return largest > 0 ? Math.max(1, Math.ceil((5 * Math.max(cell[this.state.measure], 0)) / largest)) : 1;
    }

    title(cell, recency, frequency) {
        return _t("Recency %(r)s, frequency %(f)s: %(count)s customers, revenue %(revenue)s", {
            r: recency,
            f: frequency,
            count: count(cell.count),
            revenue: money(cell.revenue, this.props.currencyId),
        });
    }

    open(recency, frequency) {
        this.props.onOpen(
            [
                ["r_score", "=", recency],
                ["f_score", "=", frequency],
            ],
            _t("Recency %(r)s, frequency %(f)s", { r: recency, f: frequency })
        );
    }
}
