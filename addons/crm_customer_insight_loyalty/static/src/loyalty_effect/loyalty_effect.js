import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { InsightRun } from "@crm_customer_insight/insight_run/insight_run";

/** What loyalty programs changed: members before and after, beside comparable customers (C360-8). */
export class LoyaltyEffectPage extends Component {
    static template = "crm_customer_insight_loyalty.LoyaltyEffectPage";
    static components = { Layout, InsightRun };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.data = await this.orm.call("crm.loyalty.effect", "get_loyalty_effect", []);
    }

    get about() {
        return {
            repeat: {
                title: _t("Repeat purchase rate"),
                meaning: _t("Customers with two days of purchase or more ÷ customers compared."),
            },
            gap: {
                title: _t("Days between purchases"),
                meaning: _t("Mean days between two days of purchase, where there are two before and after. Less is better."),
            },
            revenue: {
                title: _t("Revenue per customer"),
                meaning: _t("Untaxed invoices of the six months ÷ customers compared."),
            },
        };
    }

    text(figure, value) {
        switch (figure.code) {
            case "repeat":
                return formatPercentage(value, { digits: [16, 0] });
            case "gap":
                return formatFloat(value, { digits: [16, 1] });
        }
        return formatMonetary(value, { currencyId: this.state.data.currency_id, digits: [16, 0] });
    }

    change(figure) {
        const points = figure.code === "repeat";
        const text = points
            ? _t("%s points", formatFloat(figure.effect * 100, { digits: [16, 0] }))
            : this.text(figure, figure.effect);
        return figure.effect > 0 ? `+${text}` : text;
    }

    isGood(figure) {
        return figure.code === "gap" ? figure.effect < 0 : figure.effect > 0;
    }

    /** Two groups with two bars each, as long as their value is among the four. */
    groups(figure) {
        const values = [figure.before, figure.after, figure.other_before, figure.other_after];
        const most = Math.max(...values) || 1;
        const bar = (name, value) => ({ name, text: this.text(figure, value), width: (100 * value) / most });
        return [
            { name: _t("Members"), bars: [bar(_t("before"), values[0]), bar(_t("after"), values[1])] },
            { name: _t("Comparable customers"), bars: [bar(_t("before"), values[2]), bar(_t("after"), values[3])] },
        ];
    }

    open(figure) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: this.about[figure.code].title,
            res_model: "crm.loyalty.effect",
            views: [[false, "list"]],
            domain: figure.domain,
        });
    }
}

registry.category("actions").add("crm_loyalty_effect", LoyaltyEffectPage);
