import { useAutofocus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";

import { Component, onWillStart, useState } from "@odoo/owl";

/** First page of the 360 view: find a customer by name, mail address, reference or number. */
export class Customer360Finder extends Component {
    static template = "crm_customer_insight.Customer360Finder";
    static props = { onSelect: Function };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ term: "", found: [], searched: "", loading: true });
        useAutofocus({ refName: "term" });
        this.findLater = useDebounced(() => this.find(), 250);
        onWillStart(() => this.find());
    }

    onInput(ev) {
        this.state.term = ev.target.value;
        this.findLater();
    }

    async find() {
        this.state.loading = true;
        const term = this.state.term.trim();
        const request = this.orm.silent.call("res.partner", "find_customer_360", [term]);
        this.state.found = await this.keepLast.add(request);
        this.state.searched = term;
        this.state.loading = false;
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && this.state.found.length && !this.state.loading) {
            this.props.onSelect(this.state.found[0].id);
        }
    }
}
