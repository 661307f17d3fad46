import { Component } from "@odoo/owl";
import { formatFloat } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { count, share } from "../value_dashboard/figures";

/** Which attributes mark the group: shares side by side, lift and how certain it is. */
export class LookalikeMarks extends Component {
    static template = "crm_customer_insight.LookalikeMarks";
    static props = { ...standardFieldProps };

    setup() {
        this.count = count;
        this.share = share;
    }

    get marks() {
        return this.props.record.data[this.props.name] || [];
    }

    number(value, digits = 2) {
        return value === null ? "–" : formatFloat(value, { digits: [16, digits] });
    }

    chance(value) {
        return value < 0.0001 ? "< 0.0001" : this.number(value, 4);
    }
}

registry.category("fields").add("lookalike_marks", {
    component: LookalikeMarks,
    supportedTypes: ["json", "jsonb"],
});
