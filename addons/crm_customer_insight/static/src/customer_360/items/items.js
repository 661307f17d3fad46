import { useService } from "@web/core/utils/hooks";

import { Component } from "@odoo/owl";

import { absoluteTime, openDocument, relativeTime, shortAmount } from "../customer_360_utils";

/** Open matters: what waits for us or for the customer, the most pressing first. */
export class Customer360Items extends Component {
    static template = "crm_customer_insight.Customer360Items";
    static props = {
        sections: Array,
        compact: { type: Boolean, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.absoluteTime = absoluteTime;
        this.relativeTime = relativeTime;
        this.amount = shortAmount;
    }

    get filled() {
        return this.props.sections.filter((section) => section.items.length);
    }

    get emptyLabels() {
        return this.props.sections
            .filter((section) => !section.items.length)
            .map((section) => section.label)
            .join(", ");
    }

    levelClass(item) {
        return { late: "o_c360_late", soon: "o_c360_soon" }[item.level] || "";
    }

    openItem(item) {
        return item.action
            ? this.action.doAction(item.action)
            : openDocument(this.action, item.res_model, item.res_id);
    }

    openAll(section) {
        return this.action.doAction(section.action);
    }
}
