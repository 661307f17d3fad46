import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, toLocaleDateString } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { InsightFirstSteps } from "../first_steps/insight_first_steps";
import { DataNotes } from "./data_notes";
import { count, money, share } from "./figures";
import { ProfitCurve } from "./profit_curve";
import { PyramidChart } from "./pyramid_chart";
import { RfmMap } from "./rfm_map";
import { TierMigration } from "./tier_migration";

/** Customer value at a glance; every figure opens the customers behind it. */
export class ValueDashboard extends Component {
    static template = "crm_customer_insight.ValueDashboard";
    static components = {
        DataNotes,
        InsightFirstSteps,
        Layout,
        ProfitCurve,
        PyramidChart,
        RfmMap,
        TierMigration,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.count = count;
        this.money = money;
        this.share = share;
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, failed: false });
        this.open = this.open.bind(this);
        this.load = this.load.bind(this);
        onWillStart(() => this.load());
    }

    async load() {
        this.state.failed = false;
        try {
            this.state.data = await this.orm.call("crm.value.dashboard", "get_value_dashboard", []);
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    get summary() {
        return this.state.data?.summary;
    }

    get currencyId() {
        return this.summary.currency_id;
    }

    get dataDate() {
        return toLocaleDateString(deserializeDate(this.summary.date));
    }

    open(condition, name) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: this.state.data.model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [...this.state.data.domain, ...condition],
        });
    }

    openAll() {
        this.open([], _t("Customers"));
    }

    openBuyers() {
        this.open([["revenue", "!=", 0]], _t("Customers with business in the period"));
    }

    openEarners() {
        this.open(
            ["|", ["revenue", "!=", 0], ["profit", "!=", 0]],
            _t("Customers with business or costs in the period")
        );
    }

    openStage({ stage, label }) {
        this.open([["lifecycle_stage", "=", stage]], label);
    }
}

registry.category("actions").add("crm_value_dashboard", ValueDashboard);
