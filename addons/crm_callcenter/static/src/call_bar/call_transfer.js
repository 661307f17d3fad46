import { Component, onWillStart, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { STATES } from "./call_bar_labels";

const PAUSE = 250;
const NUMBER = /^[+\d][\d\s()./-]{2,}$/;

/** To whom a call is given, who is asked, or who joins: colleagues with presence and skills (CC-1). */
export class CallTransfer extends Component {
    static template = "crm_callcenter.CallTransfer";
    static props = { close: Function };

    setup() {
        this.model = useState(useService("call_bar"));
        this.state = useState({ search: "", rows: null });
        this.keepLast = new KeepLast();
        this.searchSoon = useDebounced(() => this.load(), PAUSE);
        useAutofocus({ refName: "search" });
        onWillStart(() => this.load());
    }

    async load() {
        const rows = this.model.colleagues(this.state.search.trim());
        this.state.rows = await this.keepLast.add(rows);
    }

    get number() {
        const text = this.state.search.trim();
        return NUMBER.test(text) ? text : "";
    }

    /** What was typed as a number comes first, then colleagues. */
    get targets() {
        const typed = { id: 0, name: this.number, number: this.number, skills: [], state: "" };
        return [...(this.number ? [typed] : []), ...(this.state.rows || [])];
    }

    presence(row) {
        return STATES[row.state];
    }

    /** Who is away will hardly pick up: it is said. */
    isAway(row) {
        return ["offline", "unreachable"].includes(row.state);
    }

    get isConference() {
        return Boolean(this.model.bar.call?.room);
    }

    async ask(action, row) {
        const target = row.id ? { agent_id: row.id } : { number: row.number };
        await this.model.command(action, target);
        this.props.close();
    }
}
