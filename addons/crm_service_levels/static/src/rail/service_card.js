import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { createElement, append } from "@web/core/utils/xml";
import { FormRenderer } from "@web/views/form/form_renderer";
import { toStringExpression } from "@web/views/utils";

import { Component, useState } from "@odoo/owl";

const HEADINGS = "h1, h2, h3, h4, h5, h6, .o_service_card_title";

/**
 * A card of the rail beside a request that folds away; whether it is open is remembered per user
 * and card in this browser. A folded card does not load what is in it.
 */
export class ServiceCard extends Component {
    static template = "crm_service_levels.ServiceCard";
    static props = {
        name: String,
        title: String,
        icon: { type: String, optional: true },
        collapsed: { type: Boolean, optional: true },
        className: { type: String, optional: true },
        slots: { type: Object, optional: true },
    };

    setup() {
        this.key = `crm_service_levels.card.${user.userId}.${this.props.name}`;
        const kept = browser.localStorage.getItem(this.key);
        this.state = useState({ open: kept ? kept === "open" : !this.props.collapsed });
        this.bodyId = `o_service_card_${this.props.name}`;
    }

    toggle() {
        this.state.open = !this.state.open;
        browser.localStorage.setItem(this.key, this.state.open ? "open" : "closed");
    }
}

/** `<div class="o_service_card" name string icon collapsed invisible>` of a form becomes a card. */
function compileServiceCard(el, params) {
    const heading = [...el.children].find((child) => child.matches(HEADINGS));
    const title = el.getAttribute("string") || heading?.textContent.trim() || "";
    const card = createElement("t", {
        "t-component": "__comp__.serviceCard",
        name: toStringExpression(el.getAttribute("name") || title),
        title: toStringExpression(title),
        icon: toStringExpression(el.getAttribute("icon") || ""),
        collapsed: el.getAttribute("collapsed") === "1" ? "true" : "false",
        className: toStringExpression(el.getAttribute("class")),
    });
    for (const child of el.childNodes) {
        if (child !== heading || el.hasAttribute("string")) {
            append(card, this.compileNode(child, params));
        }
    }
    return card;
}

registry.category("form_compilers").add("service_card_compiler", {
    selector: "div.o_service_card",
    fn: compileServiceCard,
    doNotCopyAttributes: true,
});

patch(FormRenderer.prototype, {
    setup() {
        super.setup();
        this.serviceCard = ServiceCard;
    },
});
