import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { customer360Sections, sectionProps } from "../customer_360/sections";
import { money, share } from "../value_dashboard/figures";

/** Risk of leaving on the 360 view, with its reasons in words. */
export class ChurnSection extends Component {
    static template = "crm_customer_insight.ChurnSection";
    static props = { ...sectionProps };

    setup() {
        this.action = useService("action");
        this.money = money;
        this.share = share;
    }

    get badge() {
        const colors = { at_risk: "text-bg-warning", lost: "text-bg-danger" };
        return colors[this.props.section.state] || "text-bg-success";
    }

    open() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.customer.churn",
            res_id: this.props.section.row_id,
            views: [[false, "form"]],
        });
    }
}

customer360Sections.add("churn", ChurnSection);
