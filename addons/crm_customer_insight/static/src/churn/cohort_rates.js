import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { count, share } from "../value_dashboard/figures";
import { THERE } from "./churn_rates";

/** Churn by quarter of the first purchase and month: waves that go through a cohort. */
export class CohortRates extends Component {
    static template = "crm_customer_insight.CohortRates";
    static props = { cohorts: { type: Object }, onOpen: { type: Function } };

    setup() {
        this.share = share;
    }

    get largest() {
        return Math.max(0, ...this.props.cohorts.rows.flatMap((row) => row.cells.map(({ rate }) => rate ?? 0)));
    }

    shade(cell) {
        return this.largest > 0 && cell.rate ? Math.max(1, Math.ceil((5 * cell.rate) / this.largest)) : 0;
    }

    title(row, cell, month) {
        const text = _t("%(cohort)s in %(month)s: %(lost)s of %(base)s lost", {
            cohort: row.label,
            month: month.label,
            lost: count(cell.lost),
            base: count(cell.base),
        });
        return cell.wave ? _t("%s – wave", text) : text;
    }

    open(row, month) {
        this.props.onOpen(
            [...row.domain, ["month", "=", month.month], ["previous_state", "in", THERE], ["state", "=", "lost"]],
            _t("%(cohort)s: lost in %(month)s", { cohort: row.label, month: month.label })
        );
    }
}
