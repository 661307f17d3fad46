import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const MODEL = "crm.product.suggestion";

/** What else the customer of a quotation may want, each with its reason; one click adds it (ROI-5). */
export class ProductSuggestions extends Component {
    static template = "crm_customer_insight.ProductSuggestions";
    static props = {
        orderId: Number,
        productId: { type: Number, optional: true },
        /** What the order holds: when it changes, suggestions are asked for again. */
        stamp: { type: String, optional: true },
        onAdded: { type: Function, optional: true },
        showEmpty: { type: Boolean, optional: true },
    };

    label({ name }) {
        return { add: _t("Add %s", name), dismiss: _t("Do not suggest %s", name) };
    }

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ items: [], busy: false, told: "" });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => {
            if (next.orderId !== this.props.orderId || next.stamp !== this.props.stamp) {
                return this.load(next);
            }
        });
    }

    async load({ orderId, productId }) {
        this.state.items = await this.orm.silent.call(MODEL, "get_order_suggestions", [orderId, productId || false]);
    }

    async add(item) {
        await this.decide("add_to_order", item);
        this.state.told = _t("%s was added.", item.name);
        await this.props.onAdded?.();
    }

    async dismiss(item) {
        await this.decide("dismiss", item);
        this.state.told = _t("%s will not be suggested to this customer for a while.", item.name);
    }

    async decide(method, item) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call(MODEL, method, [this.props.orderId, item.product_id]);
            this.state.items = this.state.items.filter((other) => other !== item);
        } finally {
            this.state.busy = false;
        }
    }
}

/** The same under the lines of a quotation: `<widget name="crm_product_suggestions"/>`. */
export class ProductSuggestionsWidget extends Component {
    static template = "crm_customer_insight.ProductSuggestionsWidget";
    static components = { ProductSuggestions };
    static props = { ...standardWidgetProps };

    get orderId() {
        return this.props.record.resId;
    }

    get stamp() {
        const { data } = this.props.record;
        const lines = data.order_line.records.map((line) => line.data.product_id?.id || 0);
        return JSON.stringify([data.state, data.partner_id?.id, lines]);
    }

    async reload() {
        await this.props.record.save();
        await this.props.record.load();
    }
}

/** The same for one line, in a dialog. */
export class ProductSuggestionsDialog extends Component {
    static template = "crm_customer_insight.ProductSuggestionsDialog";
    static components = { ProductSuggestions };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
    }

    get params() {
        return this.props.action.params;
    }

    async close() {
        await this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("view_widgets").add("crm_product_suggestions", { component: ProductSuggestionsWidget });
registry.category("actions").add("crm_product_suggestions", ProductSuggestionsDialog);
