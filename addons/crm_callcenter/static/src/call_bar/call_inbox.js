import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useService } from "@web/core/utils/hooks";
import { clock } from "./call_bar_labels";

const SECOND = 1000;
const ICONS = {
    callback: "fa-phone",
    chat: "fa-comments-o",
    fax: "fa-fax",
    mail: "fa-envelope-o",
    voice: "fa-microphone",
    web: "fa-globe",
};

/** Mails, forms, faxes, chats and call-backs that an agent was offered or works on (CC-7). */
export class CallInbox extends Component {
    static template = "crm_callcenter.CallInbox";
    static components = { Dropdown };
    static props = {};

    setup() {
        this.model = useState(useService("call_bar"));
        this.state = useState({ second: 0 });
        const timer = setInterval(() => this.state.second++, SECOND);
        onWillUnmount(() => clearInterval(timer));
    }

    get rows() {
        return this.model.bar.inbox || [];
    }

    get offered() {
        return this.rows.filter((row) => row.state === "offered").length;
    }

    icon(row) {
        return ICONS[row.channel] || "fa-inbox";
    }

    /** What is left of an offer, or how long the customer has waited. */
    time(row) {
        this.state.second; // eslint-disable-line no-unused-expressions
        return clock(row.until ? -this.model.since(row.until) : this.model.since(row.since));
    }

    step(row, step) {
        return this.model.inboxStep(row.id, step);
    }
}
