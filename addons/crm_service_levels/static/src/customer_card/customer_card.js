import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import {
    absoluteTime,
    CUSTOMER_360_ACTION,
    openDocument,
    relativeTime,
} from "@crm_customer_insight/customer_360/customer_360_utils";

import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

const { DateTime } = luxon;
const SHOWN_CHANNELS = { allowed: "fa-check", denied: "fa-times", blocked: "fa-ban", later: "fa-clock-o" };
const STATES = {
    allowed: _t("allowed"),
    denied: _t("denied"),
    blocked: _t("blocked"),
    later: _t("later"),
};

/** Who the customer is and what is open with him, beside his request; from the 360 view's data. */
export class CustomerCard extends Component {
    static template = "crm_service_levels.CustomerCard";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.absoluteTime = absoluteTime;
        this.relativeTime = relativeTime;
        this.state = useState({ partnerId: false, data: null, error: "" });
        onWillStart(() => this.follow(this.props.record));
        onWillUpdateProps((props) => this.follow(props.record));
    }

    get record() {
        return this.props.record.data;
    }

    /** Load without holding up the form; what arrives for an earlier customer is dropped. */
    follow(record) {
        const partnerId = record.data.partner_id?.id || false;
        if (partnerId !== this.state.partnerId) {
            Object.assign(this.state, { partnerId, data: null, error: "" });
            if (partnerId) {
                this.load(partnerId);
            }
        }
    }

    async load(partnerId) {
        const answer = {};
        try {
            answer.data = await this.orm.silent.call("res.partner", "get_customer_360", [partnerId]);
        } catch (error) {
            answer.error = error.data?.message || error.message;
        }
        if (partnerId === this.state.partnerId) {
            Object.assign(this.state, answer);
        }
    }

    section(code) {
        return this.state.data.sections.find((section) => section.code === code);
    }

    get who() {
        return this.section("identity");
    }

    get localTime() {
        const now = this.who.tz && DateTime.now().setZone(this.who.tz);
        return now?.isValid ? now.toLocaleString(DateTime.TIME_SIMPLE) : "";
    }

    get channels() {
        return this.who.channels.filter(({ state, preferred }) => preferred || state in SHOWN_CHANNELS);
    }

    channelIcon({ state }) {
        return SHOWN_CHANNELS[state] || "fa-question";
    }

    channelWords(channel) {
        return STATES[channel.state] || _t("no permission recorded");
    }

    /** Open matters but for this request itself. */
    get matters() {
        const { resId } = this.props.record;
        return this.state.data.sections
            .filter((section) => section.kind === "items")
            .map((section) => ({
                ...section,
                items: section.items.filter(
                    (item) => item.res_model !== "crm.service.request" || item.res_id !== resId
                ),
            }))
            .filter((section) => section.items.length);
    }

    get contacts() {
        const { incoming, outgoing } = this.section("contacts") || {};
        return [
            [_t("From the customer"), incoming],
            [_t("To the customer"), outgoing],
        ].filter(([, row]) => row);
    }

    open360() {
        return this.action.doAction(CUSTOMER_360_ACTION, { props: { resId: this.state.partnerId } });
    }

    openItem(item) {
        return item.action
            ? this.action.doAction(item.action)
            : openDocument(this.action, item.res_model, item.res_id);
    }
}

registry.category("view_widgets").add("service_customer_card", {
    component: CustomerCard,
    fieldDependencies: [
        { name: "partner_id", type: "many2one" },
        { name: "customer_tier", type: "char" },
    ],
});
