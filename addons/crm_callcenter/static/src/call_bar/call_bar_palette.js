import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { CallBarHelp } from "./call_bar_help";
import { HOTKEY_LABELS, HOTKEYS } from "./call_bar_labels";
import { DialDialog } from "./dial_dialog";

const NUMBER = /^[\s+(]*\d[\d\s()./+-]{2,}$/;

/** The reasons of a pause, in a palette of their own. */
function reasonPalette(model) {
    const provide = () =>
        model.bar.reasons.map((reason) => ({
            name: reason,
            action: quietly(() => model.setState("paused", reason)),
        }));
    return { placeholder: _t("Why do you pause?"), providers: [{ provide }] };
}

/** The card with the note, wherever the agent is. */
function writeNote(model) {
    model.panel = "";
    model.isOpen = true;
    setTimeout(() => document.querySelector("#o_call_note")?.focus());
}

/** What is done by keys or from the palette: {name in HOTKEYS: [function, whether it can be done]} */
function callBarActions(env, model) {
    const inState = (...states) => () => states.includes(model.bar?.state);
    const isAgent = () => Boolean(model.bar);
    const talking = inState("on_call");
    const knowsCaller = () => Boolean(model.bar?.call && model.popup);
    const open = (panel) => () => {
        model.panel = model.panel === panel ? "" : panel;
    };
    return {
        ready: [() => model.setState("ready"), isAgent],
        dial: [() => env.services.dialog.add(DialDialog), isAgent],
        answer: [() => model.command("answer"), inState("ringing")],
        hold: [() => model.toggleHold(), talking],
        mute: [() => model.toggleMute(), talking],
        transfer: [open("transfer"), talking],
        keypad: [open("keypad"), talking],
        callback: [() => model.openPromise(), knowsCaller],
        note: [() => writeNote(model), knowsCaller],
        hangup: [() => model.command("hangup"), talking],
        done: [() => model.done(), inState("wrap_up")],
        offline: [() => model.setState("offline"), isAgent],
        help: [() => env.services.dialog.add(CallBarHelp), isAgent],
    };
}

/** Commands of the palette (Ctrl+K) and their hotkeys; those of a call only while there is one. */
export function callBarCommands(env, model) {
    const labels = {
        ...HOTKEY_LABELS,
        offline: _t("Offline"),
        help: _t("Keyboard shortcuts of the call bar"),
    };
    const pause = [labels.pause, () => reasonPalette(model), HOTKEYS.pause, () => Boolean(model.bar)];
    const rows = Object.entries(callBarActions(env, model)).map(([key, [run, isAvailable]]) => [
        labels[key],
        quietly(run),
        HOTKEYS[key] || "",
        isAvailable,
    ]);
    return [...rows, pause];
}

/** What a command of the palette returns would open as another palette. */
function quietly(run) {
    return async () => {
        await run();
    };
}

/** A number typed into the palette can be dialed. */
export function provideDial(env, { searchValue = "" }) {
    const model = env.services.call_bar;
    const number = searchValue.trim();
    if (!model.bar || !NUMBER.test(number)) {
        return [];
    }
    const action = quietly(() => model.dial(number));
    return [{ name: _t("Dial %s", number), category: "app", action }];
}

registry.category("services").add("call_bar_commands", {
    dependencies: ["call_bar", "command", "dialog"],
    start(env, { call_bar, command }) {
        if (!session.call_agent) {
            return;
        }
        for (const [name, action, hotkey, isAvailable] of callBarCommands(env, call_bar)) {
            // they work while a note is written, too
            const hotkeyOptions = { bypassEditableProtection: true };
            const keys = hotkey ? { hotkey, global: true, hotkeyOptions } : {};
            command.add(name, action, { category: "app", isAvailable, ...keys });
        }
    },
});

registry.category("command_provider").add("crm_callcenter.dial", { provide: provideDial });
