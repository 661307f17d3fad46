import { formatFloat, formatPercentage } from "@web/views/fields/formatters";
import { useService } from "@web/core/utils/hooks";

import { Component } from "@odoo/owl";

import { absoluteTime } from "../customer_360/customer_360_utils";
import { customer360Sections, sectionProps } from "../customer_360/sections";

/** How steady a customer buys, his share of wallet and referrals; what is not known says so. */
export class CustomerLoyalty extends Component {
    static template = "crm_customer_insight.CustomerLoyalty";
    static props = sectionProps;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.absoluteTime = absoluteTime;
    }

    text(figure) {
        if (figure.kind === "percent") {
            return formatPercentage(figure.value, { digits: [16, 0] });
        }
        return formatFloat(figure.value, { digits: [16, Number.isInteger(figure.value) ? 0 : 1] });
    }

    isKnown(figure) {
        return typeof figure.value === "number";
    }

    opens(figure) {
        return this.isKnown(figure) && Boolean(figure.method || figure.action);
    }

    async open(figure) {
        const rows = [[this.props.section.row_id]];
        const action =
            figure.action || (await this.orm.call("crm.loyalty.indicator", figure.method, rows));
        return this.action.doAction(action);
    }
}

customer360Sections.add("loyalty", { Component: CustomerLoyalty });
