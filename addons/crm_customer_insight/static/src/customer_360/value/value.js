import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatPercentage } from "@web/views/fields/formatters";

import { Component, useState } from "@odoo/owl";

import { absoluteTime, fullAmount, shortAmount } from "../customer_360_utils";
import { customer360Sections, sectionProps } from "../sections";
import { Customer360Sparkline } from "./sparkline";

/** What the customer is worth, since when and why; every figure opens the records behind it. */
export class Customer360Value extends Component {
    static template = "crm_customer_insight.Customer360Value";
    static components = { Sparkline: Customer360Sparkline };
    static props = sectionProps;

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ scope: 0 });
    }

    get scope() {
        return this.props.section.scopes[this.state.scope];
    }

    get dataDate() {
        return absoluteTime(this.scope.date);
    }

    get tierClass() {
        return `o_c360_tier o_c360_tier_${(this.scope.tier || "none").toLowerCase()}`;
    }

    get tierMove() {
        const { tier, tier_before: before } = this.scope;
        if (!tier || !before || tier === before) {
            return "";
        }
        return _t("%(before)s a month ago", { before });
    }

    known(card) {
        return card.value !== null && card.value !== undefined && card.value !== false;
    }

    text(card) {
        if (card.kind === "monetary") {
            return shortAmount(card.value, this.scope.currency_id);
        }
        if (card.kind === "percent") {
            return formatPercentage(card.value, { digits: [16, 1] });
        }
        return `${card.value}`;
    }

    change(card) {
        if (card.change === null || card.change === undefined) {
            return null;
        }
        const up = card.change >= 0;
        return {
            icon: up ? "fa-arrow-up" : "fa-arrow-down",
            className: up ? "text-success" : "text-danger",
            text: formatPercentage(Math.abs(card.change), { digits: [16, 0] }),
            title: up
                ? _t("more than in the twelve months before")
                : _t("less than in the twelve months before"),
        };
    }

    why(card) {
        const lines = [card.why, _t("Period: %s", card.period)];
        if (card.kind === "monetary") {
            lines.push(fullAmount(card.value, this.scope.currency_id));
        }
        for (const part of card.parts || []) {
            lines.push(`${part.label}: ${fullAmount(part.value, this.scope.currency_id)}`);
        }
        return lines.filter(Boolean).join("\n");
    }

    async open(card) {
        if (card.method) {
            const { snapshot_id: id } = this.scope;
            const action = await this.orm.call("crm.customer.snapshot", card.method, [[id]]);
            await this.action.doAction(action);
        }
    }
}

customer360Sections.add("value", { Component: Customer360Value });
