import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { KeepLast } from "@web/core/utils/concurrency";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { CUSTOMER_360_ACTION } from "@crm_customer_insight/customer_360/customer_360_utils";

import { Component, useRef, useState } from "@odoo/owl";

const PAUSE = 200;
const REASONS = {
    mail: _t("same e-mail"),
    number: _t("same number"),
    name: _t("similar name"),
};

/** Action that opens a new request, filled with what is known already. */
export function newRequestAction(values = {}) {
    return {
        type: "ir.actions.act_window",
        name: _t("New request"),
        res_model: "crm.service.request",
        views: [[false, "form"]],
        target: "current",
        context: values,
    };
}

/** Where a hit leads: the customer's 360 view, or the form of the document. */
export function hitAction(hit) {
    if (hit.model === "res.partner") {
        return [CUSTOMER_360_ACTION, { props: { resId: hit.res_id } }];
    }
    const views = [[false, "form"]];
    return [
        { type: "ir.actions.act_window", res_model: hit.model, res_id: hit.res_id, views },
    ];
}

/** What is typed may be a number, an address or a name: it goes where it belongs. */
export function customerFrom(term) {
    if (term.includes("@")) {
        return { name: "", phone: "", email: term };
    }
    if (/^[\s+(]*\d[\d\s()./+-]{4,}$/.test(term)) {
        return { name: "", phone: term, email: "" };
    }
    return { name: term, phone: "", email: "" };
}

/** One box for everything: customers by any number or name, requests, documents (SVC-L1). */
export class FindDialog extends Component {
    static template = "crm_service_levels.FindDialog";
    static components = { Dialog };
    static props = { close: Function, term: { type: String, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.list = useRef("list");
        this.state = useState({
            term: this.props.term || "",
            found: null,
            active: 0,
            customer: null,
            doubles: [],
            busy: false,
        });
        this.search = useDebounced(() => this.lookUp(), PAUSE);
        this.searchDoubles = useDebounced(() => this.lookForDoubles(), PAUSE);
        useAutofocus({ refName: "term" });
        useAutofocus({ refName: "name" });
        if (this.state.term) {
            this.lookUp();
        }
    }

    get hits() {
        return (this.state.found?.groups || []).flatMap((group) => group.hits);
    }

    get activeHit() {
        return this.hits[this.state.active];
    }

    get canCreate() {
        return this.state.found?.can_create && this.state.term.trim().length > 1;
    }

    isActive(hit) {
        return this.hits.indexOf(hit) === this.state.active;
    }

    key(hit) {
        return `${hit.model},${hit.res_id}`;
    }

    reason(code) {
        return REASONS[code] || "";
    }

    async lookUp() {
        const term = this.state.term.trim();
        this.state.active = 0;
        this.state.found = term
            ? await this.keepLast.add(this.orm.silent.call("crm.service.finder", "find", [term]))
            : null;
    }

    async onKeydown(ev) {
        const moves = { ArrowDown: 1, ArrowUp: -1 };
        if (ev.key in moves) {
            ev.preventDefault();
            this.move(moves[ev.key]);
        } else if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            const wantsNew = ev.shiftKey;
            if (this.state.found?.term !== this.state.term.trim()) {
                this.search.cancel();
                await this.lookUp();
            }
            this.choose(this.activeHit, wantsNew);
        }
    }

    move(step) {
        const count = this.hits.length;
        if (count) {
            this.state.active = (this.state.active + step + count) % count;
            const rows = this.list.el?.querySelectorAll(".o_service_hit");
            rows?.[this.state.active]?.scrollIntoView({ block: "nearest" });
        }
    }

    choose(hit, wantsNew = false) {
        if (!hit) {
            return this.canCreate && this.startCustomer();
        }
        if ((wantsNew || !hit.open) && hit.new) {
            return this.newRequest(hit.new);
        }
        if (hit.open) {
            this.props.close();
            return this.action.doAction(...hitAction(hit));
        }
    }

    newRequest(values) {
        this.props.close();
        return this.action.doAction(newRequestAction(values));
    }

    // A customer who is not known yet

    startCustomer() {
        this.state.customer = { ...customerFrom(this.state.term.trim()), is_company: false };
        this.lookForDoubles();
    }

    async lookForDoubles() {
        this.state.doubles = await this.keepLast.add(
            this.orm.silent.call("crm.service.finder", "find_duplicates", [this.state.customer])
        );
    }

    async createCustomer() {
        if (this.state.busy || !this.state.customer.name.trim()) {
            return;
        }
        this.state.busy = true;
        try {
            const id = await this.orm.call("crm.service.finder", "create_customer", [
                this.state.customer,
            ]);
            return this.newRequest({ default_partner_id: id });
        } finally {
            this.state.busy = false;
        }
    }
}
