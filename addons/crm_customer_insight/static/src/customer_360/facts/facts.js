import { Component } from "@odoo/owl";

import { absoluteTime } from "../customer_360_utils";
import { customer360Sections, sectionProps } from "../sections";

/** What we know about the customer, each fact with its source, date and confirmer (C360-6). */
export class Customer360Facts extends Component {
    static template = "crm_customer_insight.Customer360Facts";
    static props = sectionProps;

    source(fact) {
        return [fact.source, fact.confirmer, absoluteTime(fact.date)].filter(Boolean).join(" · ");
    }
}

customer360Sections.add("facts", { Component: Customer360Facts });
