import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { Component } from "@odoo/owl";

import { absoluteTime, CUSTOMER_360_ACTION, documentAction } from "../customer_360_utils";
import { customer360Sections, sectionProps } from "../sections";

const { DateTime } = luxon;

const CHANNEL_STATES = {
    allowed: { icon: "fa-check-circle", className: "text-success", label: _t("allowed") },
    denied: { icon: "fa-times-circle", className: "text-danger", label: _t("denied") },
    blocked: { icon: "fa-ban", className: "text-danger", label: _t("blocked") },
    later: { icon: "fa-clock-o", className: "text-warning-emphasis", label: _t("later") },
};

/** Who the customer is: photo, company, role, team, how to reach him and what he allows. */
export class Customer360Identity extends Component {
    static template = "crm_customer_insight.Customer360Identity";
    static props = sectionProps;

    setup() {
        this.action = useService("action");
    }

    get who() {
        return this.props.section;
    }

    get localTime() {
        const now = this.who.tz && DateTime.now().setZone(this.who.tz);
        return now && now.isValid ? now.toLocaleString(DateTime.TIME_SIMPLE) : "";
    }

    get team() {
        const team = this.who.team || [];
        if (team.length || !this.who.salesperson) {
            return team;
        }
        return [{ ...this.who.salesperson, role: _t("Salesperson") }];
    }

    /** Channels worth a line of their own; the others are named together. */
    get channels() {
        return this.who.channels.filter(({ state }) => state in CHANNEL_STATES);
    }

    channelNames(wanted) {
        return this.who.channels
            .filter(({ state }) => state === wanted)
            .map(({ name }) => name)
            .join(", ");
    }

    channelWhy(channel) {
        const earliest = channel.earliest && _t("From %s.", absoluteTime(channel.earliest));
        return [channel.why, earliest].filter(Boolean).join(" ");
    }

    channelState(channel) {
        return CHANNEL_STATES[channel.state];
    }

    telephone(number) {
        return `tel:${(number.e164 || number.raw).replace(/\s/g, "")}`;
    }

    openCompany() {
        return this.action.doAction(CUSTOMER_360_ACTION, {
            props: { resId: this.who.company.id },
        });
    }

    openContact() {
        return this.action.doAction(documentAction("res.partner", this.props.partnerId));
    }
}

customer360Sections.add("identity", { Component: Customer360Identity });
