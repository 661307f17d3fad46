import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { FindCaller, callerAction, lookUpCaller } from "./find_caller";

const SALESPERSON = "crm_customer_insight.group_insight_user";
const NUMBER = /^[\s+(]*\d[\d\s()./+-]{5,}$/;

/** The command palette (Ctrl+K) knows "Find caller", and finds a number that is typed into it. */
async function provide(env, { searchValue = "" }) {
    if (!(await user.hasGroup(SALESPERSON))) {
        return [];
    }
    const number = NUMBER.test(searchValue) ? searchValue.trim() : "";
    const commands = [
        {
            name: number ? _t("Find caller %s", number) : _t("Find caller"),
            category: "app",
            action: () => env.services.dialog.add(FindCaller, { number }),
        },
    ];
    if (number) {
        const { candidates } = await lookUpCaller(env.services.orm, number, 5);
        commands.push(
            ...candidates.map((candidate) => ({
                name: `${candidate.name} · ${candidate.number}`,
                category: "app",
                action: () => env.services.action.doAction(...callerAction(candidate)),
            }))
        );
    }
    return commands;
}

registry.category("command_provider").add("crm_customer_insight.find_caller", { provide });
