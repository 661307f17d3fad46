import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

const MODEL = "crm.service.request";

/** Requests that belong to this one, seen from its side: parts, parent, duplicates, related ones. */
export class LinksCard extends Component {
    static template = "crm_service_levels.LinksCard";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get links() {
        return this.props.record.data.link_list || [];
    }

    get id() {
        return this.props.record.resId;
    }

    async add() {
        const action = await this.orm.call(MODEL, "action_link", [[this.id]]);
        return this.action.doAction(action, { onClose: () => this.props.record.load() });
    }

    async remove(link) {
        await this.orm.call(MODEL, "action_unlink_link", [[this.id]], { link_id: link.link_id });
        await this.props.record.load();
    }

    open(link) {
        const views = [[false, "form"]];
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: link.id,
            views,
        });
    }
}

registry.category("view_widgets").add("service_links_card", {
    component: LinksCard,
    fieldDependencies: [{ name: "link_list", type: "json" }],
});
