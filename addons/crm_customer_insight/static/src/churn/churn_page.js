import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { InsightRun } from "../insight_run/insight_run";
import { count, money, share } from "../value_dashboard/figures";
import { CohortRates } from "./cohort_rates";
import { ChurnRates } from "./churn_rates";
import { RiskMatrix } from "./risk_matrix";
import { SurvivalCurves } from "./survival_curves";

/** Who leaves, when and why, and whom to call first; every figure opens its customers (ROI-3, ROI-5). */
export class ChurnPage extends Component {
    static template = "crm_customer_insight.ChurnPage";
    static components = { CohortRates, InsightRun, Layout, ChurnRates, RiskMatrix, SurvivalCurves };
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
        this.openNow = this.openNow.bind(this);
        this.load = this.load.bind(this);
        onWillStart(() => this.load());
    }

    async load() {
        this.state.failed = false;
        try {
            this.state.data = await this.orm.call("crm.churn.page", "get_churn_page", []);
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    get summary() {
        return this.state.data?.summary;
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

    /** Customers as they are today. */
    openNow(condition, name) {
        this.open([["is_current", "=", true], ...condition], name);
    }

    openState({ state, label }) {
        this.openNow([["state", "=", state]], label);
    }

    openStake() {
        this.openNow([["state", "!=", "lost"]], _t("Call first"));
    }

    openReason(reason) {
        this.open(reason.domain, reason.label);
    }
}

registry.category("actions").add("crm_churn_page", ChurnPage);
