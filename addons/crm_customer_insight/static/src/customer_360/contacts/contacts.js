import { useService } from "@web/core/utils/hooks";

import { Component } from "@odoo/owl";

import { absoluteTime, CLOSED_TITLE, openDocument, relativeTime } from "../customer_360_utils";
import { customer360Sections, sectionProps } from "../sections";

/** When the customer was last in touch with us, and we with him. */
export class Customer360Contacts extends Component {
    static template = "crm_customer_insight.Customer360Contacts";
    static props = sectionProps;

    setup() {
        this.action = useService("action");
        this.absoluteTime = absoluteTime;
        this.closedTitle = CLOSED_TITLE;
        this.relativeTime = relativeTime;
    }

    open(row) {
        return openDocument(this.action, row.res_model, row.res_id);
    }
}

customer360Sections.add("contacts", { Component: Customer360Contacts });
