import { Component, onWillStart, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { CampaignGoals } from "@crm_campaign_roi/goals/campaign_goals";
import { Layout } from "@web/search/layout";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** What a campaign cost and brought (ROI-2): funnel, both returns, cost, deals, weeks. */
export class ReturnPage extends Component {
    static template = "crm_campaign_roi.ReturnPage";
    static components = { CampaignGoals, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ page: null, failed: false });
        onWillStart(() => this.load());
    }

    get campaignId() {
        const { params, context } = this.props.action;
        return params?.campaign_id || context?.active_id || this.props.resId;
    }

    async load() {
        this.state.failed = false;
        if (!this.campaignId) {
            return this.action.doAction("crm_campaign_roi.action_crm_campaign_return_report");
        }
        try {
            this.state.page = await this.orm.call("utm.campaign", "get_return_page", [
                [this.campaignId],
            ]);
            this.env.config.setDisplayName?.(_t("Return of %s", this.state.page.title));
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    get period() {
        const { window_start, window_end } = this.state.page;
        return window_start
            ? _t("%(start)s – %(end)s", { start: this.day(window_start), end: this.day(window_end) })
            : _t("Not published yet");
    }

    isKnown(value) {
        return value !== null && value !== undefined && value !== false;
    }

    money(amount, currencyId) {
        return formatCurrency(amount, currencyId || this.state.page.currency_id);
    }

    day(text) {
        return formatDate(deserializeDate(text));
    }

    percent(share, digits = 0) {
        return _t("%s %", formatFloat(100 * share, { digits: [16, digits] }));
    }

    /** The figure of a measure, or the word that stands for it. */
    figure({ kind, value, word }) {
        if (!this.isKnown(value)) {
            return word;
        }
        return {
            money: () => this.money(value),
            percent: () => this.percent(value, 1),
            ratio: () => formatFloat(value, { digits: [16, 2] }),
            date: () => this.day(value),
            days: () => this.wholeDays(value),
        }[kind]();
    }

    /** Width of the bar of a step: its share of the largest one. */
    width({ count }) {
        const largest = Math.max(...this.state.page.funnel.map((step) => step.count));
        return `width: ${Math.max((100 * count) / largest, 1)}%`;
    }

    /** "40 %": how many of the step before came this far; nothing when others came as well. */
    kept(index) {
        const { funnel } = this.state.page;
        const share = index ? funnel[index].count / funnel[index - 1].count : 2;
        return share <= 1 ? this.percent(share) : "";
    }

    wholeDays(days) {
        return days < 1 ? this.daysText(days) : _t("%s days", formatFloat(days, { digits: [16, 0] }));
    }

    daysText(days) {
        return days < 1 ? _t("under a day") : _t("%s days", formatFloat(days, { digits: [16, 1] }));
    }

    get mostProfit() {
        return Math.max(...this.state.page.weeks.map((week) => Math.abs(week.profit)), 1);
    }

    weekWidth({ profit }) {
        return `width: ${(100 * Math.abs(profit)) / this.mostProfit}%`;
    }

    openStep({ label, model, domain }) {
        this.open(label, model, domain);
    }

    openMeasure({ code, label }) {
        const { cost_domain, deal_domain, lead_domain } = this.state.page;
        if (["cost", "per_customer"].includes(code)) {
            return this.open(label, "crm.campaign.cost", cost_domain);
        }
        if (["per_lead", "per_opportunity"].includes(code)) {
            return this.open(label, "crm.lead", lead_domain);
        }
        return this.open(label, "crm.campaign.deal", deal_domain);
    }

    openCost({ id, name }) {
        this.open(name, "crm.campaign.cost", [
            ...this.state.page.cost_domain,
            ["kind_id", "=", id || false],
        ]);
    }

    openWeek({ week }) {
        const start = deserializeDate(this.state.page.window_start).plus({ days: 7 * (week - 1) });
        this.open(_t("Week %s", week), "crm.campaign.deal", [
            ...this.state.page.deal_domain,
            ["date", ">=", start.toISODate()],
            ["date", "<", start.plus({ days: 7 }).toISODate()],
        ]);
    }

    openDeals() {
        this.open(_t("Deals"), "crm.campaign.deal", this.state.page.deal_domain);
    }

    openRecord(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openCampaign() {
        this.openRecord("utm.campaign", this.state.page.id);
    }

    async openOf(method) {
        const { id } = this.state.page;
        this.action.doAction(await this.orm.call("utm.campaign", method, [[id]]));
    }

    openUplift() {
        return this.openOf("action_open_uplift");
    }

    openAttribution() {
        return this.openOf("action_open_attribution");
    }

    print() {
        this.action.doAction("crm_campaign_roi.campaign_return_report_action", {
            additionalContext: { active_ids: [this.state.page.id], active_id: this.state.page.id },
        });
    }

    open(name, model, domain) {
        const lists = {
            "crm.lead": { active_test: false },
            "crm.campaign.deal": { deal_campaigns: [this.state.page.id] },
        };
        const form = !["crm.campaign.deal"].includes(model);
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            views: form ? [[false, "list"], [false, "form"]] : [[false, "list"], [false, "pivot"]],
            domain,
            context: lists[model] || {},
        });
    }
}

registry.category("actions").add("crm_campaign_return", ReturnPage);
