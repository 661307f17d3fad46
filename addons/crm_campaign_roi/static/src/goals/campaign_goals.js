import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";

/** Target figures that were set, each beside what came of it, with a bar (ROI-1). */
export class CampaignGoals extends Component {
    static template = "crm_campaign_roi.CampaignGoals";
    static props = { goals: Array, campaignId: Number, currencyId: Number };

    setup() {
        this.action = useService("action");
    }

    isKnown(goal) {
        return goal.actual !== null && goal.actual !== undefined;
    }

    figure({ kind }, value) {
        if (kind === "money") {
            return formatCurrency(value, this.props.currencyId);
        }
        const number = formatFloat(value, { digits: [16, kind === "percent" ? 1 : 0], trailingZeros: false });
        return kind === "percent" ? _t("%s %", number) : number;
    }

    /** "120 of 400", or the word that stands for what cannot be told. */
    reached(goal) {
        const target = this.figure(goal, goal.target);
        return this.isKnown(goal)
            ? _t("%(actual)s of %(target)s", { actual: this.figure(goal, goal.actual), target })
            : _t("%(word)s (aimed at: %(target)s)", { word: goal.word, target });
    }

    share(goal) {
        // 99.9 % of the target is not the target
        const percent = Math.floor(100 * goal.share + 1e-9);
        return this.isKnown(goal) ? _t("%s %", formatFloat(percent, { digits: [16, 0] })) : "";
    }

    isReached(goal) {
        return this.isKnown(goal) && goal.share >= 1;
    }

    open({ label, model, domain }) {
        const contexts = {
            "crm.lead": { active_test: false },
            "crm.campaign.deal": { deal_campaigns: [this.props.campaignId] },
        };
        const other = model === "crm.campaign.deal" ? "pivot" : "form";
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: label,
            res_model: model,
            views: [
                [false, "list"],
                [false, other],
            ],
            domain,
            context: contexts[model] || {},
        });
    }
}
