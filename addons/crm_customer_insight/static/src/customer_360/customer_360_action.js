import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, useRef, useState } from "@odoo/owl";

import { Customer360 } from "./customer_360";
import { documentAction } from "./customer_360_utils";
import { Customer360Finder } from "./finder/finder";

/**
 * Full-screen 360 view of a customer, or the finder when no customer was chosen. The customer comes
 * from the address (`/odoo/customer-360/<id>`) or from `partner_id` in the action's context.
 */
export class Customer360Action extends Component {
    static template = "crm_customer_insight.Customer360Action";
    static components = { Layout, Customer360, Customer360Finder };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Customer 360");
    static path = "customer-360";

    setup() {
        this.action = useService("action");
        this.root = useRef("root");
        const restored = this.props.state || {};
        this.state = useState({
            partnerId: restored.partnerId || this.chosenPartner(),
            name: "",
        });
        this.filters = restored.filters || {};
        useSetupAction({
            rootRef: this.root,
            getLocalState: () => ({ partnerId: this.state.partnerId, filters: this.filters }),
        });
        onMounted(() => this.updateAddress());
    }

    chosenPartner() {
        const { action, resId } = this.props;
        const id = resId || action.context?.partner_id || action.params?.partner_id;
        return Number(id) || false;
    }

    get display() {
        return { controlPanel: {} };
    }

    updateAddress() {
        this.props.updateActionState({ resId: this.state.partnerId, active_id: false });
    }

    onSelect(partnerId) {
        this.state.partnerId = partnerId;
        this.updateAddress();
    }

    onLoaded(data) {
        this.state.name = data.name;
        this.env.config.setDisplayName(data.name);
    }

    onFilter(filters) {
        this.filters = filters;
    }

    openContact() {
        return this.action.doAction(documentAction("res.partner", this.state.partnerId));
    }

    print() {
        return this.action.doAction("crm_customer_insight.customer_profile_report_action", {
            additionalContext: { active_ids: [this.state.partnerId], active_model: "res.partner" },
        });
    }

    findAnother() {
        this.state.partnerId = false;
        this.state.name = "";
        this.env.config.setDisplayName(_t("Customer 360"));
        this.updateAddress();
    }
}

registry.category("actions").add("crm_customer_360", Customer360Action);
