import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";

/** A number is typed; the agent's own telephone rings first (CC-6). */
export class DialDialog extends Component {
    static template = "crm_callcenter.DialDialog";
    static components = { Dialog };
    static props = { close: Function };

    setup() {
        this.model = useService("call_bar");
        this.state = useState({ number: "" });
        useAutofocus({ refName: "number" });
    }

    async dial() {
        await this.model.dial(this.state.number);
        this.props.close();
    }
}
