import { formatMonetary } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

const MODEL = "crm.service.request";

/** What is suggested beside a request, and where its quotations and orders stand (SVC-L4). */
export class SaleCard extends Component {
    static template = "crm_service_levels.SaleCard";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({ card: null, busy: false });
        this.asked = "";
        useRecordObserver((record) => this.follow(record));
    }

    get id() {
        return this.props.record.resId;
    }

    get card() {
        return this.state.card;
    }

    money(amount, currencyId) {
        return formatMonetary(amount, { currencyId });
    }

    /** Ask again only when what the answer depends on has changed. */
    async follow(record) {
        const { asset_id, product_id, partner_id, stage_id, effort_minutes } = record.data;
        const key = JSON.stringify([
            record.resId,
            ...[asset_id, product_id, partner_id, stage_id].map((value) => value?.id || false),
            effort_minutes,
        ]);
        if (record.resId && key !== this.asked) {
            this.asked = key;
            await this.load(record.resId);
        }
    }

    async load(id = this.id) {
        const card = await this.orm.call(MODEL, "get_sale_card", [[id]]);
        if (id === this.id) {
            this.state.card = card;
        }
    }

    async sell(productId = false) {
        if (!(await this.props.record.save())) {
            return;
        }
        const action = await this.orm.call(MODEL, "action_sell", [[this.id], productId]);
        return this.action.doAction(action, { onClose: () => this.refresh() });
    }

    async refresh() {
        await this.props.record.load();
        await this.load();
    }

    /** Call a method of the request on one of its orders; an action that it returns is done. */
    async call(method, order, ...args) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const result = await this.orm.call(MODEL, method, [[this.id], order.id, ...args]);
            if (result?.type) {
                await this.action.doAction(result, { onClose: () => this.refresh() });
            }
        } finally {
            this.state.busy = false;
            await this.refresh();
        }
    }

    cancel(order) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Cancel the quotation"),
            body: _t("The customer does not want %s.", order.name),
            confirmLabel: _t("Cancel quotation"),
            confirm: () => this.call("cancel_quotation", order),
            cancelLabel: _t("Keep it"),
            cancel: () => {},
        });
    }

    open(order) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sale.order",
            res_id: order.id,
            views: [[false, "form"]],
        });
    }

    isOpen(order) {
        return order.state === "draft" || order.state === "sent";
    }
}

registry.category("view_widgets").add("service_sale_card", {
    component: SaleCard,
    fieldDependencies: [
        { name: "asset_id", type: "many2one" },
        { name: "product_id", type: "many2one" },
        { name: "partner_id", type: "many2one" },
        { name: "stage_id", type: "many2one" },
        { name: "effort_minutes", type: "float" },
    ],
});
