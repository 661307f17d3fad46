import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { count, share } from "../value_dashboard/figures";

/** One part of the customers and, below it, the parts that a question makes of it. */
export class ProfileTreeNode extends Component {
    static template = "crm_customer_insight.ProfileTreeNode";
    static components = { ProfileTreeNode };
    static props = {
        node: Object,
        answer: { type: String, optional: true },
        onOpen: Function,
        onSave: Function,
    };

    setup() {
        this.count = count;
        this.share = share;
    }

    get part() {
        return this.props.node.size ? this.props.node.group / this.props.node.size : null;
    }

    get isLeaf() {
        return this.props.node.leaf !== undefined;
    }
}

/** A decision tree of a segment; each leaf opens its customers and can be kept as a segment. */
export class ProfileTree extends Component {
    static template = "crm_customer_insight.ProfileTree";
    static components = { ProfileTreeNode };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.open = (leaf) => this.call("action_open_leaf", leaf);
        this.save = (leaf) => this.call("action_save_leaf", leaf);
    }

    get tree() {
        return this.props.record.data[this.props.name];
    }

    async call(method, leaf) {
        const { resModel, resId } = this.props.record;
        this.action.doAction(await this.orm.call(resModel, method, [[resId], leaf]));
    }
}

registry.category("fields").add("segment_profile_tree", {
    component: ProfileTree,
    supportedTypes: ["json", "jsonb"],
});
