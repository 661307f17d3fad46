import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { HOTKEY_LABELS, shortcut } from "./call_bar_labels";

/** The keyboard shortcuts of the call bar (CC-1). */
export class CallBarHelp extends Component {
    static template = "crm_callcenter.CallBarHelp";
    static components = { Dialog };
    static props = { close: Function };

    get rows() {
        return Object.entries(HOTKEY_LABELS).map(([name, label]) => ({
            name,
            label,
            keys: shortcut(name),
        }));
    }
}
