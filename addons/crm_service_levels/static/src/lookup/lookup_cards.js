import { formatMonetary } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillStart, useState, xml } from "@odoo/owl";

import { answerBus } from "../knowledge/knowledge_insert";

const MODEL = "crm.service.request";

/** A form with one term, and what the server found for it. */
class LookupCard extends Component {
    static template = xml`<t/>`;
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.state = useState({ term: "", quantity: 1, found: null, error: "" });
    }

    get id() {
        return this.props.record.resId;
    }

    async look(method, ...args) {
        try {
            const found = this.orm.call(MODEL, method, [[this.id], ...args]);
            this.state.found = await this.keepLast.add(found);
            this.state.error = "";
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    /** Put words where the answer to the customer is written. */
    insert(text) {
        answerBus.trigger("insert", { requestId: this.id, text });
    }
}

/** Price by the customer's price list and stock by warehouse (SVC-L1). */
export class PriceCard extends LookupCard {
    static template = "crm_service_levels.PriceCard";

    setup() {
        super.setup();
        this.maySell = false;
        onWillStart(async () => {
            this.maySell = await user.hasGroup("crm_service_levels.group_service_sales");
        });
    }

    async search(ev) {
        ev.preventDefault();
        if (this.state.term.trim()) {
            await this.look("lookup_products", this.state.term, Number(this.state.quantity));
        }
    }

    money(amount, product) {
        return formatMonetary(amount, { currencyId: product.price.currency_id });
    }

    quote(product) {
        const price = this.money(product.price.included, product);
        this.insert(_t("%(name)s: %(price)s with taxes", { name: product.name, price }));
    }

    async sell(product) {
        if (!(await this.props.record.save())) {
            return;
        }
        const args = [[this.id], product.id, Number(this.state.quantity)];
        const action = await this.orm.call(MODEL, "action_sell", args);
        return this.action.doAction(action, { onClose: () => this.props.record.load() });
    }
}

/** The nearest dealers, from the customer's place or one that is typed (SVC-L1). */
export class DealerCard extends LookupCard {
    static template = "crm_service_levels.DealerCard";

    setup() {
        super.setup();
        onWillStart(() => this.id && this.look("lookup_dealers"));
    }

    async search(ev) {
        ev.preventDefault();
        await this.look("lookup_dealers", this.state.term);
    }

    async use(dealer) {
        await this.props.record.save();
        await this.orm.call(MODEL, "use_dealer", [[this.id], dealer.id]);
        await this.props.record.load();
        this.notification.add(_t("%s is the dealer of this request.", dealer.name), {
            type: "success",
        });
    }

    isUsed(dealer) {
        return this.props.record.data.dealer_id?.id === dealer.id;
    }

    answer(dealer) {
        this.insert([dealer.name, dealer.address, dealer.phone].filter(Boolean).join("\n"));
    }
}

registry.category("view_widgets").add("service_price_card", { component: PriceCard });
registry.category("view_widgets").add("service_dealer_card", {
    component: DealerCard,
    fieldDependencies: [{ name: "dealer_id", type: "many2one" }],
});
