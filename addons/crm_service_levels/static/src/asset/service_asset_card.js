import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

const BADGES = {
    active: "text-bg-success",
    expired: "text-bg-danger",
    no_start: "text-bg-warning",
};

/** The asset beside a request: in warranty? contract? recalls? what solved it before? */
export class ServiceAssetCard extends Component {
    static template = "crm_service_levels.ServiceAssetCard";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ card: null });
        this.asked = "";
        useRecordObserver((record) => this.load(record));
    }

    /** Ask again only when what the answer depends on has changed. */
    async load(record) {
        const { asset_id, type_id, cause_id } = record.data;
        const ids = [asset_id, record.resId, type_id, cause_id].map(
            (value) => (value && (value.id || value)) || false
        );
        const key = JSON.stringify(ids);
        if (key === this.asked) {
            return;
        }
        this.asked = key;
        const card = ids[0]
            ? await this.orm.call("crm.customer.asset", "get_service_card", ids)
            : null;
        if (this.asked === key) {
            this.state.card = card;
        }
    }

    get card() {
        return this.state.card;
    }

    get badge() {
        return BADGES[this.card.warranty_state] || "text-bg-secondary";
    }

    date(day) {
        return day ? formatDate(deserializeDate(day)) : "";
    }

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async openList(method) {
        const action = await this.orm.call("crm.customer.asset", method, [[this.card.id]]);
        return this.action.doAction(action);
    }
}

export const serviceAssetCard = {
    component: ServiceAssetCard,
    fieldDependencies: [
        { name: "asset_id", type: "many2one" },
        { name: "type_id", type: "many2one" },
        { name: "cause_id", type: "many2one" },
    ],
};
registry.category("view_widgets").add("service_asset_card", serviceAssetCard);
