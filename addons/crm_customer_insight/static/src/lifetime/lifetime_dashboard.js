import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { InsightRun } from "../insight_run/insight_run";
import { count, money, share } from "../value_dashboard/figures";
import { AliveMap } from "./alive_map";
import { FitTable } from "./fit_table";
import { HoldoutChart } from "./holdout_chart";
import { TrackingChart } from "./tracking_chart";
import { ValueDistribution } from "./value_distribution";

/** Life-time value: totals, distribution, how well the model foretells, who is still a customer. */
export class LifetimeDashboard extends Component {
    static template = "crm_customer_insight.LifetimeDashboard";
    static components = {
        AliveMap,
        FitTable,
        HoldoutChart,
        InsightRun,
        Layout,
        TrackingChart,
        ValueDistribution,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null, failed: false });
        this.display = { controlPanel: {} };
        this.count = count;
        this.money = money;
        this.share = share;
        this.open = this.open.bind(this);
        this.openFit = this.openFit.bind(this);
        this.load = this.load.bind(this);
        onWillStart(this.load);
    }

    async load() {
        this.state.failed = false;
        try {
            this.state.data = await this.orm.call("crm.lifetime.dashboard", "get_lifetime_dashboard", []);
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    get summary() {
        return this.state.data?.summary;
    }

    get currencyId() {
        return this.summary ? this.summary.currency_id : false;
    }

    /** The fit of all customers together. */
    get fit() {
        return this.state.data.fits[0];
    }

    get purchases() {
        return count(this.summary.purchases);
    }

    get horizon() {
        const { horizon_months: months, discount_rate: rate, basis } = this.fit;
        const values = { months, rate: share(rate, 1) };
        return basis === "margin"
            ? _t("Margin expected in the next %(months)s months, discounted by %(rate)s a year.", values)
            : _t(
                  "Revenue expected in the next %(months)s months, discounted by %(rate)s a year; product costs are not known well enough for margins.",
                  values
              );
    }

    open(condition, name) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: this.state.data.model,
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            domain: [...this.state.data.domain, ...condition],
        });
    }

    openAll() {
        this.open([], _t("Customers"));
    }

    openDoubtful() {
        this.open([["p_alive", "<", 0.5]], _t("Probably gone"));
    }

    openFit(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Parameters"),
            res_model: "crm.lifetime.fit",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openFits() {
        this.action.doAction("crm_customer_insight.crm_lifetime_fit_action");
    }

    openRules() {
        const [id] = this.state.data.setting_id;
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Value rules"),
            res_model: "crm.value.setting",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_lifetime_dashboard", LifetimeDashboard);
