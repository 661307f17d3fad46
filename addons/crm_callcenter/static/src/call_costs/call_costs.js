import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { isKnown, percent } from "../call_figures/call_figures";

const { DateTime } = luxon;

/** Cost per contact by channel, customers on dearer ones than suit them, profit center (CC-9). */
export class CallCosts extends Component {
    static template = "crm_callcenter.CallCosts";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        Object.assign(this, { percent, isKnown });
        const today = DateTime.local();
        this.state = useState({ data: null, from: today.minus({ months: 3 }).toISODate(), to: today.toISODate() });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.data = await this.orm.call("crm.call.cost.page", "get_costs", [this.state.from, this.state.to]);
    }

    async set(name, value) {
        this.state[name] = value;
        await this.load();
    }

    money(value) {
        return isKnown(value) ? formatMonetary(value, { currencyId: this.state.data.currency_id }) : _t("Not known");
    }

    count(value) {
        return isKnown(value) ? formatInteger(Math.round(value)) : _t("Not known");
    }

    openContacts(one) {
        this.open(_t("Contacts by %s", one.name), one.open.model, one.open.domain);
    }

    openAudience() {
        this.open(_t("Customers on dearer channels than suit them"), "res.partner", [["id", "in", this.state.data.audience.ids]]);
    }

    openCosts() {
        this.action.doAction("crm_callcenter.crm_call_cost_action");
    }

    open(name, model, domain) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
        });
    }
}

registry.category("actions").add("crm_call_costs", CallCosts);
