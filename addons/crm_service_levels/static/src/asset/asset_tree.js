import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** The machine and all its parts, indented; a click opens one. */
export class AssetTree extends Component {
    static template = "crm_service_levels.AssetTree";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    indent(row) {
        return `padding-left: ${row.depth * 1.5}rem;`;
    }

    open(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.customer.asset",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("asset_tree", { component: AssetTree, supportedTypes: ["json"] });
