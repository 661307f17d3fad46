import { Component, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDate, toLocaleDateString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CUSTOMER_360_ACTION, shortAmount } from "../customer_360/customer_360_utils";

const MODEL = "crm.my.day";
const TYPING = "input, textarea, select, [contenteditable=true], .o-dropdown--menu, .modal";

/** The arguments by which the server knows a line. */
function lineOf({ key }) {
    const parts = key.split(":");
    return parts[0] === "action"
        ? ["action", Number(parts[2]), parts[1]]
        : [parts[0], Number(parts[1]), ""];
}

/** The day of a salesperson: one line per thing to do, what is late and worth most first. */
export class MyDay extends Component {
    static template = "crm_customer_insight.MyDay";
    static components = { Dropdown, DropdownItem, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.list = useRef("list");
        this.display = { controlPanel: {} };
        this.amount = shortAmount;
        this.snoozes = [
            { days: 1, label: _t("Tomorrow") },
            { days: 7, label: _t("In a week") },
            { days: 30, label: _t("In a month") },
        ];
        const restored = this.props.state || {};
        this.state = useState({
            data: null,
            items: [],
            kind: restored.kind || false,
            group: restored.group || false,
            userId: restored.userId || false,
            selected: false,
            noting: false,
            note: "",
            busy: false,
            failed: false,
        });
        useAutofocus({ refName: "note" });
        useSetupAction({
            getLocalState: () => ({
                kind: this.state.kind,
                group: this.state.group,
                userId: this.state.userId,
            }),
        });
        useExternalListener(window, "keydown", (event) => this.onKey(event));
        onWillStart(() => this.load());
    }

    async load(more = false) {
        const { kind, group, userId, items } = this.state;
        this.state.failed = false;
        try {
            const data = await this.orm.call(MODEL, "get_my_day", [], {
                user_id: userId,
                kind,
                group,
                offset: more ? items.length : 0,
            });
            this.state.data = data;
            this.state.items = more ? [...items, ...data.items] : data.items;
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    // -- what is shown ---------------------------------------------------------------------

    /** The lines under their headings. */
    get sections() {
        return this.state.data.groups
            .map((group) => ({ ...group, items: this.state.items.filter((item) => item.group === group.code) }))
            .filter(({ items }) => items.length);
    }

    get count() {
        return this.state.data.groups.reduce((sum, { count }) => sum + count, 0);
    }

    get left() {
        return this.state.data.total - this.state.items.length;
    }

    get title() {
        const { user } = this.state.data;
        return user.own ? _t("My day") : _t("The day of %s", user.name);
    }

    get today() {
        return toLocaleDateString(deserializeDate(this.state.data.today));
    }

    label({ name, tier }) {
        return { tier: _t("Tier %s", tier), call: _t("Call %s", name) };
    }

    due(item) {
        return toLocaleDateString(deserializeDate(item.due));
    }

    value(item) {
        return item.expected_value === false
            ? ""
            : shortAmount(item.expected_value, this.state.data.currency_id);
    }

    urgency(item) {
        return {
            high: { label: _t("urgent"), className: "text-bg-danger" },
            medium: { label: _t("soon"), className: "text-bg-warning" },
        }[item.urgency];
    }

    // -- choosing --------------------------------------------------------------------------

    async choose(name, code) {
        this.state[name] = this.state[name] === code ? false : code;
        this.state.selected = false;
        await this.load();
    }

    chooseUser(event) {
        this.state.kind = this.state.group = false;
        this.state.userId = false;
        return this.choose("userId", Number(event.target.value));
    }

    onKey(event) {
        if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING)) {
            return;
        }
        const item = this.state.items.find(({ key }) => key === this.state.selected);
        const act = {
            j: () => this.move(1),
            k: () => this.move(-1),
            Enter: item && !event.target.closest?.("button, a") && (() => this.execute(item)),
            o: item?.partner_id && (() => this.open360(item)),
            d: item && (() => this.startDone(item)),
            s: item && (() => this.snooze(item, 7)),
        }[event.key];
        if (act) {
            event.preventDefault();
            act();
        }
    }

    move(step) {
        const keys = this.sections.flatMap(({ items }) => items.map(({ key }) => key));
        const place = keys.indexOf(this.state.selected);
        const next = place < 0 ? 0 : Math.min(Math.max(place + step, 0), keys.length - 1);
        this.state.selected = keys[next] || false;
        const lines = this.list.el?.querySelectorAll(".o_my_day_line") || [];
        lines[next]?.focus({ preventScroll: false });
    }

    // -- doing -----------------------------------------------------------------------------

    async execute(item) {
        await this.run(async () => {
            const action = await this.orm.call(MODEL, "do_item", lineOf(item));
            if (action?.type === "ir.actions.client") {
                await this.action.doAction(action);
                await this.load();
            } else if (action) {
                await this.action.doAction(action, { onClose: () => this.load() });
            }
        });
    }

    open360(item) {
        return this.action.doAction(CUSTOMER_360_ACTION, { props: { resId: item.partner_id } });
    }

    /** A visit is closed on its form; other lines ask for one sentence of outcome. */
    startDone(item) {
        if (!item.can_finish) {
            return this.execute(item);
        }
        this.state.noting = item.key;
        this.state.note = "";
    }

    async done(item) {
        await this.run(async () => {
            await this.orm.call(MODEL, "done_item", [...lineOf(item), this.state.note.trim()]);
            this.state.noting = false;
            this.notification.add(_t("Done: %s", item.title), { type: "success" });
            await this.load();
        });
    }

    async snooze(item, days) {
        await this.run(async () => {
            await this.orm.call(MODEL, "snooze_item", [...lineOf(item), days]);
            this.notification.add(_t("Put off: %s", item.title), { type: "info" });
            await this.load();
        });
    }

    async run(work) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await work();
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("actions").add("crm_my_day", MyDay);
