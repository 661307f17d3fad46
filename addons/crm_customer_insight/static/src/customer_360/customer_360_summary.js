import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

import { Customer360 } from "./customer_360";
import { CUSTOMER_360_ACTION } from "./customer_360_utils";

/** Value, open matters and next steps of a contact on his own form. */
export class Customer360Summary extends Component {
    static template = "crm_customer_insight.Customer360Summary";
    static components = { Customer360 };
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
    }

    openFull() {
        return this.action.doAction(CUSTOMER_360_ACTION, {
            props: { resId: this.props.record.resId },
        });
    }
}

registry.category("view_widgets").add("customer_360_summary", { component: Customer360Summary });
