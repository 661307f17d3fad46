import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

import { FindDialog, newRequestAction } from "./find_dialog";

const SERVICE = "crm_service_levels.group_service_user";

/** What looks like a search box above boards and requests; a click or the hotkey opens the dialog. */
export class FindBox extends Component {
    static template = "crm_service_levels.FindBox";
    static props = { ...standardWidgetProps, "*": true };

    setup() {
        this.dialog = useService("dialog");
    }

    open() {
        this.dialog.add(FindDialog, {});
    }
}

registry.category("view_widgets").add("service_find_box", { component: FindBox });

/** Menu entry and client action: the dialog opens over whatever is on the screen. */
function openFind(env, action) {
    env.services.dialog.add(FindDialog, { term: action?.params?.term });
}

registry.category("actions").add("crm_service_levels.find", openFind);

/** The command palette and two hotkeys that work on every screen, for service staff. */
export const serviceCommands = {
    dependencies: ["command", "dialog", "action"],
    async start(env, { command, dialog, action }) {
        if (!(await user.hasGroup(SERVICE))) {
            return;
        }
        const options = {
            category: "app",
            global: true,
            hotkeyOptions: { bypassEditableProtection: true },
        };
        // what a command returns would be taken for another palette: these return nothing
        const find = () => void dialog.add(FindDialog, {});
        const create = () => void action.doAction(newRequestAction());
        command.add(_t("Find customer, request, order …"), find, {
            ...options,
            hotkey: "alt+shift+f",
        });
        command.add(_t("New request"), create, { ...options, hotkey: "alt+shift+n" });
    },
};

registry.category("services").add("crm_service_levels.commands", serviceCommands);
