import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";
import { Component, useState } from "@odoo/owl";
import { CUSTOMER_360_ACTION } from "../customer_360/customer_360_utils";

const PAUSE = 250;

/** Ask the server who may be calling from a number, in whatever way it is written. */
export function lookUpCaller(orm, number, limit = 20) {
    return orm.silent.call("crm.contact.number", "find_caller", [number], { limit });
}

/** Where a candidate leads: the contact's 360 view, or the lead of somebody who is no contact yet. */
export function callerAction({ partner_id, lead_id }) {
    if (partner_id) {
        return [CUSTOMER_360_ACTION, { props: { resId: partner_id } }];
    }
    const views = [[false, "form"]];
    return [{ type: "ir.actions.act_window", res_model: "crm.lead", res_id: lead_id, views }];
}

/** What to say when a number led to nobody. */
export function nobodyMessage(found) {
    if (found.problem === "anonymous") {
        return _t("The caller hides the number.");
    }
    if (!found.e164 && !found.extension) {
        return _t("This is not a number: %s.", found.problem_label);
    }
    return _t("Nobody you may see has this number.");
}

/** Dialog in which a number is typed and the people who may be calling appear, best first (C360-1). */
export class FindCaller extends Component {
    static template = "crm_customer_insight.FindCaller";
    static components = { Dialog };
    static props = {
        close: Function,
        number: { type: String, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ number: this.props.number || "", found: null });
        this.search = useDebounced(() => this.lookUp(), PAUSE);
        useAutofocus({ refName: "number" });
        if (this.state.number) {
            this.lookUp();
        }
    }

    get message() {
        return nobodyMessage(this.state.found);
    }

    async lookUp() {
        const number = this.state.number.trim();
        this.state.found = number
            ? await this.keepLast.add(lookUpCaller(this.orm, number))
            : null;
    }

    async onKeydown(ev) {
        if (ev.key === "Enter") {
            this.search.cancel();
            await this.lookUp();
            if (this.state.found?.candidates.length === 1) {
                this.open(this.state.found.candidates[0]);
            }
        }
    }

    open(candidate) {
        this.props.close();
        this.action.doAction(...callerAction(candidate));
    }
}

/** Menu entry and client action: the dialog opens over whatever is on the screen. */
function openFindCaller(env, action) {
    env.services.dialog.add(FindCaller, { number: action?.params?.number });
}

registry.category("actions").add("crm_customer_insight.find_caller", openFindCaller);
