import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { Component, useState } from "@odoo/owl";

import { shortAmount } from "../customer_360_utils";
import { customer360Sections, sectionProps } from "../sections";

/** What to do next with the customer: one click does it, "not now" puts it away for a while. */
export class Customer360Actions extends Component {
    static template = "crm_customer_insight.Customer360Actions";
    static props = sectionProps;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.amount = shortAmount;
        this.state = useState({ hidden: [], busy: "" });
    }

    /** Urgency in words and color: red now, amber soon. */
    urgency(proposal) {
        return {
            high: { label: _t("now"), className: "text-bg-danger" },
            medium: { label: _t("soon"), className: "text-bg-warning" },
        }[proposal.urgency];
    }

    get proposals() {
        return this.props.section.actions.filter(({ code }) => !this.state.hidden.includes(code));
    }

    async execute(proposal) {
        await this.run(proposal, async () => {
            const action = await this.orm.call("crm.next.action", "execute_next_action", [
                proposal.code,
                this.props.partnerId,
            ]);
            const reload = () => this.props.reload?.();
            if (action) {
                await this.action.doAction(action, { onClose: reload });
            }
            // Client actions that only tell that it was done leave this page open and never close.
            if (!action || action.type === "ir.actions.client") {
                reload();
            }
        });
    }

    async snooze(proposal) {
        await this.run(proposal, async () => {
            await this.orm.call("crm.next.action", "snooze_next_action", [
                proposal.code,
                this.props.partnerId,
            ]);
            this.state.hidden.push(proposal.code);
            this.notification.add(_t("Put away. It comes back later if it still makes sense."), {
                type: "info",
            });
        });
    }

    async run(proposal, work) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = proposal.code;
        try {
            await work();
        } finally {
            this.state.busy = "";
        }
    }
}

customer360Sections.add("actions", { Component: Customer360Actions });
