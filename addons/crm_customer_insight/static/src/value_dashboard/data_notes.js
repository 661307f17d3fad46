import { Component } from "@odoo/owl";

/** What a reader must know about the data before trusting profit and margin; nothing without notes. */
export class DataNotes extends Component {
    static template = "crm_customer_insight.DataNotes";
    static props = { notes: { type: Array, element: String } };
}
