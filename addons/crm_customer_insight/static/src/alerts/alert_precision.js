import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const percent = (value) => `${100 * value}%`;

/** Precision of a rule with its 95 % interval: all alerts, each tier, each month. A bar opens its alerts. */
export class AlertPrecision extends Component {
    static template = "crm_customer_insight.AlertPrecision";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get groups() {
        const { all, tiers, months } = this.props.record.data[this.props.name] || {};
        return [
            { code: "all", label: "", bars: all || [] },
            { code: "tiers", label: _t("By tier"), bars: tiers || [] },
            { code: "months", label: _t("By month"), bars: months || [] },
        ].filter((group) => group.bars.length);
    }

    left(bar) {
        return `left: ${percent(bar.low)}; width: ${percent(bar.high - bar.low)}`;
    }

    width(bar) {
        return `width: ${percent(bar.share)}`;
    }

    open(bar) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Alerts"),
            res_model: "crm.customer.alert",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [["rule_id", "=", this.props.record.resId], ...bar.domain],
        });
    }
}

registry.category("fields").add("alert_precision", {
    component: AlertPrecision,
    displayName: _t("Precision of an alert rule"),
    supportedTypes: ["json"],
});
