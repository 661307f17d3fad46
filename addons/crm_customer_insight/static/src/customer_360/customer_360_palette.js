import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { CUSTOMER_360_ACTION } from "./customer_360_utils";

const NAMESPACE = "&";
const SETUP = {
    debounceDelay: 250,
    emptyMessage: _t("No customer found"),
    name: _t("customers"),
    placeholder: _t("Search a customer by name or number"),
};

/** Commands that open the 360 view of the customers who match what was typed. */
export async function provideCustomers(env, options) {
    const found = await env.services.orm.silent.call("res.partner", "find_customer_360", [
        options.searchValue || "",
    ]);
    return found.map((contact) => ({
        category: "customers",
        name: contact.note ? `${contact.name} (${contact.note})` : contact.name,
        action() {
            env.services.action.doAction(CUSTOMER_360_ACTION, { props: { resId: contact.id } });
        },
    }));
}

/** Configuration of a palette that looks for customers only. */
export function customerPalette() {
    return {
        searchValue: NAMESPACE,
        providers: [{ namespace: NAMESPACE, provide: provideCustomers }, { provide: () => [] }],
        configByNamespace: { [NAMESPACE]: { ...SETUP, categories: ["customers"] } },
    };
}

// In the general palette: "&" and a name or number.
registry.category("command_categories").add("customers", { namespace: NAMESPACE }, { sequence: 10 });
registry.category("command_setup").add(NAMESPACE, SETUP);
registry
    .category("command_provider")
    .add("customer_360", { namespace: NAMESPACE, provide: provideCustomers });

// A command of its own, with a hotkey that works on every screen.
registry.category("services").add("customer_360_command", {
    dependencies: ["command"],
    start(env, { command }) {
        command.add(_t("Customer 360: find a customer"), customerPalette, {
            category: "app",
            hotkey: "alt+shift+c",
            global: true,
            hotkeyOptions: { bypassEditableProtection: true },
        });
    },
});
