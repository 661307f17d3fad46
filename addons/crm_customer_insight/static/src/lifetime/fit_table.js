import { Component } from "@odoo/owl";
import { formatFloat } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { count, share } from "../value_dashboard/figures";

const LOOSE = 0.3;

/** The parameters with what they mean, and what to know before trusting them. */
export class FitTable extends Component {
    static template = "crm_customer_insight.FitTable";
    static props = { fits: { type: Array }, onOpen: { type: Function } };

    setup() {
        this.count = count;
    }

    number(value, digits = 3) {
        return value === null ? _t("No data") : formatFloat(value, { digits: [16, digits] });
    }

    state({ state }) {
        return {
            good: _t("Fitted"),
            kept: _t("Earlier parameters kept"),
            empty: _t("Not enough data"),
            failed: _t("Did not converge"),
        }[state];
    }

    color({ state }) {
        return { good: "success", kept: "warning", empty: "secondary", failed: "danger" }[state];
    }

    error(fit) {
        if (fit.error === null) {
            return _t("No hold-out: the history is too short to check the model.");
        }
        return _t(
            "In %(weeks)s weeks held out, the model was wrong by %(error)s purchases per customer, the naive guess by %(naive)s; in all by %(total)s against %(naive_total)s.",
            {
                weeks: formatFloat(fit.holdout_weeks, { digits: [16, 0] }),
                error: this.number(fit.error, 2),
                naive: this.number(fit.naive_error, 2),
                total: share(fit.total_error),
                naive_total: share(fit.naive_total_error),
            }
        );
    }

    /** Whether often and much go together, which the model of amounts excludes. */
    warning({ correlation }) {
        if (correlation === null || Math.abs(correlation) < LOOSE) {
            return "";
        }
        return _t(
            "Frequency and amount go together (correlation %s); the model of amounts takes them as independent, so values of frequent buyers are too near to the mean.",
            this.number(correlation, 2)
        );
    }
}
