import { expect, test, describe, beforeEach } from "@odoo/hoot";
import { click, edit, queryAllTexts, queryAttribute, queryText } from "@odoo/hoot-dom";
import { animationFrame, mockDate, runAllTimers } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { makeMockEnv, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { Customer360 } from "@crm_customer_insight/customer_360/customer_360";
import { openDocument } from "@crm_customer_insight/customer_360/customer_360_utils";
import { Customer360Actions } from "@crm_customer_insight/customer_360/actions/actions";
import { Customer360Finder } from "@crm_customer_insight/customer_360/finder/finder";
import { Customer360Identity } from "@crm_customer_insight/customer_360/identity/identity";
import { Customer360Items } from "@crm_customer_insight/customer_360/items/items";
import { Customer360Sparkline } from "@crm_customer_insight/customer_360/value/sparkline";
import { Customer360Timeline } from "@crm_customer_insight/customer_360/timeline/timeline";
import { Customer360Value } from "@crm_customer_insight/customer_360/value/value";
import {
    customerPalette,
    provideCustomers,
} from "@crm_customer_insight/customer_360/customer_360_palette";

describe.current.tags("desktop");
defineMailModels();
beforeEach(() => mockDate("2026-06-15 12:00:00", 0));

const CARD = { code: "revenue", label: "Revenue", kind: "monetary", period: "2025 to 2026", why: "Posted." };
const SCOPE = {
    snapshot_id: 5,
    company_id: 1,
    label: "My Company",
    date: "2026-06-15",
    currency_id: 1,
    tier: "A",
    tier_before: "B",
    tier_why: "Tier A",
    rank_note: "number 3 by profit",
    trend: null,
    cards: [
        { ...CARD, value: 62200, change: 0.19, method: "action_open_invoices" },
        { ...CARD, code: "margin", label: "Margin", kind: "percent", value: null, method: "" },
    ],
};
const VALUE = { code: "value", label: "Value", scopes: [SCOPE], notes: [], empty: "", of: "" };
const EVENT = {
    id: 1,
    date: "2026-06-14 12:00:00",
    kind: "order",
    kind_label: "Order",
    icon: "fa-shopping-cart",
    event: "confirmed",
    name: "S00001",
    direction: "in",
    amount: 4200,
    currency_id: 1,
    channel: "",
    who: { id: 8, name: "Anna" },
    user: "Sandra",
    res_model: "sale.order",
    res_id: 11,
};
const IDENTITY = {
    title: "Nordwind",
    image: "/web/image/1",
    is_company: true,
    company: null,
    function: "",
    email: "info@example.com",
    numbers: [{ raw: "040 12 34", e164: "+49401234", kind: "Main" }],
    place: "Hamburg",
    language: "German",
    tz: "Europe/Berlin",
    tags: [],
    archived: false,
    salesperson: { id: 2, name: "Sandra" },
    team: [],
    channels: [
        { name: "Visit", icon: "fa-user", preferred: true, state: "allowed", earliest: "", why: "" },
        { name: "Phone", icon: "fa-phone", preferred: false, state: "denied", earliest: "", why: "No" },
        { name: "Fax", icon: "fa-fax", preferred: false, state: "unknown", earliest: "", why: "" },
    ],
};

function mockActions() {
    mockService("action", {
        doAction(action) {
            expect.step(typeof action === "string" ? action : action.res_model || action.type);
        },
    });
}

test("identity: permissions per channel, local time and salesperson", async () => {
    await mountWithCleanup(Customer360Identity, { props: { section: IDENTITY, partnerId: 7 } });
    expect("h2").toHaveText("Nordwind");
    expect(queryAllTexts(".o_c360_channels li")).toEqual(["Visit\npreferred\nallowed", "Phone\ndenied"]);
    expect("p:contains(No permission recorded: Fax)").toHaveCount(1);
    // Noon in Greenwich is two o'clock in Berlin's summer.
    expect("dd:contains(2:00 PM)").toHaveCount(1);
    expect("a[href='tel:+49401234']").toHaveText("040 12 34");
    expect("li:contains(Sandra)").toHaveCount(1);
});

test("identity: nobody looks after the customer", async () => {
    const section = { ...IDENTITY, salesperson: null };
    mockActions();
    await mountWithCleanup(Customer360Identity, { props: { section, partnerId: 7 } });
    await click("a:contains(Choose a salesperson)");
    expect.verifySteps(["res.partner"]);
});

test("value: figures with change; no data is not zero; a click opens the records", async () => {
    mockActions();
    onRpc("crm.customer.snapshot", "action_open_invoices", ({ args }) => {
        expect(args[0]).toEqual([5]);
        return { type: "ir.actions.act_window", res_model: "account.move" };
    });
    await mountWithCleanup(Customer360Value, { props: { section: VALUE, partnerId: 7 } });
    expect(".o_c360_tier").toHaveText("A");
    expect("[data-card=revenue]").toHaveText(/62,200/);
    expect("[data-card=revenue]").toHaveText(/19%/);
    expect("[data-card=margin]").toHaveText(/Not enough data/);
    expect(queryAttribute("[data-card=revenue]", "title")).toInclude("Period: 2025 to 2026");
    await click("[data-card=revenue]");
    await animationFrame();
    expect.verifySteps(["account.move"]);
});

test("value: without figures it says what to do", async () => {
    const section = { ...VALUE, scopes: [], empty: "Not enough data yet", notes: ["Estimated"] };
    await mountWithCleanup(Customer360Value, { props: { section, partnerId: 7 } });
    await click("summary");
    expect(".o_c360_empty").toHaveText("Not enough data yet");
    expect(".o_c360_figure").toHaveCount(0);
    expect("details p").toHaveText("Estimated");
});

test("value: the figures of another company at a click", async () => {
    const other = { ...SCOPE, company_id: 2, label: "Second", tier: "D" };
    const section = { ...VALUE, scopes: [SCOPE, other] };
    await mountWithCleanup(Customer360Value, { props: { section, partnerId: 7 } });
    await click("button:contains(Second)");
    await animationFrame();
    expect(".o_c360_tier").toHaveText("D");
});

test("sparkline: no bar for a month without data", async () => {
    const trend = {
        months: ["2026-04-01", "2026-05-01", "2026-06-01"],
        revenue: [null, 0, 100],
        profit: [null, 0, -20],
        currency_id: 1,
    };
    await mountWithCleanup(Customer360Sparkline, { props: { trend } });
    expect(".o_c360_bar").toHaveCount(2);
    expect(".o_c360_profit.o_c360_negative").toHaveCount(1);
    expect(queryText("title:first")).toBe("April 2026: no data");
});

test("invoice: its page for whoever may not read the payments its form shows", async () => {
    onRpc("account.payment", "has_access", () => false);
    const action = { doAction: (request) => expect.step(request.url) };
    await makeMockEnv();
    await openDocument(action, "account.move", 3);
    expect.verifySteps(["/my/invoices/3"]);
});

test("open matters: filled groups, empty ones in one line", async () => {
    mockActions();
    onRpc("account.payment", "has_access", () => true);
    const item = { res_model: "account.move", res_id: 3, name: "INV/1", note: "10 days overdue" };
    const sections = [
        {
            code: "overdue",
            label: "Overdue invoices",
            items: [{ ...item, date: "2026-06-05", amount: 100, currency_id: 1, level: "late" }],
            count: 9,
            totals: [{ amount: 900, currency_id: 1 }],
            action: { type: "ir.actions.act_window", res_model: "all.moves" },
        },
        { code: "agenda", label: "Agenda", items: [], count: 0, totals: [], action: null },
    ];
    await mountWithCleanup(Customer360Items, { props: { sections } });
    expect("[data-section=overdue] .o_c360_late").toHaveCount(1);
    expect("p:contains(Nothing open: Agenda)").toHaveCount(1);
    await click(".o_c360_item");
    await animationFrame();
    await click("button:contains(Show all 9)");
    expect.verifySteps(["account.move", "all.moves"]);
});

test("time line: chips, search and opening the document", async () => {
    mockActions();
    onRpc("crm.touchpoint", "get_timeline_counts", () => ({
        kinds: [{ kind: "order", label: "Order", icon: "fa-shopping-cart", count: 3 }],
        bounded: false,
    }));
    onRpc("crm.touchpoint", "get_timeline", ({ args }) => {
        expect.step(`${args[1] || "all"} / ${args[2] || ""}`);
        return { rows: args[2] ? [] : [EVENT], next: null };
    });
    await mountWithCleanup(Customer360Timeline, { props: { partnerId: 7 } });
    await animationFrame();
    expect(".o_c360_event").toHaveText(/Order confirmed\s*S00001/);
    expect(".o_c360_event").toHaveText(/1 day ago/);
    expect(".o_c360_month").toHaveText("June 2026");
    await click("[data-kind=order].o_c360_chip");
    await animationFrame();
    expect("[data-kind=order].o_c360_chip").toHaveAttribute("aria-pressed", "true");
    await click("input[type=search]");
    await edit("nothing");
    await runAllTimers();
    await animationFrame();
    expect("p:contains(Nothing matches)").toHaveCount(1);
    await click("button:contains(Show all events)");
    await animationFrame();
    await click(".o_c360_event");
    expect.verifySteps(["all / ", "order / ", "order / nothing", "all / ", "sale.order"]);
});

test("time line: an event whose document is closed says so and opens nothing", async () => {
    mockActions();
    onRpc("crm.touchpoint", "get_timeline_counts", () => ({ kinds: [], bounded: false }));
    onRpc("crm.touchpoint", "get_timeline", () => ({
        rows: [{ ...EVENT, res_model: false, res_id: false }],
        next: null,
    }));
    await mountWithCleanup(Customer360Timeline, { props: { partnerId: 7 } });
    await animationFrame();
    expect(".o_c360_event").toHaveAttribute("aria-disabled", "true");
    expect(".o_c360_event").toHaveAttribute("title", /document is not open to you/);
    await click(".o_c360_event");
    await animationFrame();
    expect.verifySteps([]);
});

test("time line: pages that are closed to the viewer are skipped", async () => {
    onRpc("crm.touchpoint", "get_timeline_counts", () => ({ kinds: [], bounded: false }));
    let page = 0;
    onRpc("crm.touchpoint", "get_timeline", () => {
        page++;
        return page < 3
            ? { rows: [], next: ["2026-01-01T00:00:00", 5] }
            : { rows: [EVENT], next: null };
    });
    await mountWithCleanup(Customer360Timeline, { props: { partnerId: 7 } });
    await animationFrame();
    expect(page).toBe(3);
    expect(".o_c360_event").toHaveCount(1);
});

test("time line: an error says what to do and can be tried again", async () => {
    expect.errors(0);
    onRpc("crm.touchpoint", "get_timeline_counts", () => ({ kinds: [], bounded: false }));
    let broken = true;
    onRpc("crm.touchpoint", "get_timeline", () => {
        if (broken) {
            throw new Error("lost connection");
        }
        return { rows: [EVENT], next: null };
    });
    await mountWithCleanup(Customer360Timeline, { props: { partnerId: 7 } });
    await animationFrame();
    expect("p:contains(could not be read)").toHaveCount(1);
    broken = false;
    await click("button:contains(Try again)");
    await animationFrame();
    expect(".o_c360_event").toHaveCount(1);
});

test("next best actions: do it, or not now", async () => {
    mockActions();
    onRpc("crm.next.action", "execute_next_action", ({ args }) => {
        expect.step(`execute ${args[0]} ${args[1]}`);
        return { type: "ir.actions.act_window", res_model: "mail.activity" };
    });
    onRpc("crm.next.action", "snooze_next_action", ({ args }) => {
        expect.step(`snooze ${args[0]} ${args[1]}`);
        return true;
    });
    const proposal = {
        title: "Get in touch",
        reason: "Silent for 40 days.",
        expected_value: 500,
        currency_id: 1,
        urgency: "high",
        icon: "fa-phone",
        action_label: "Plan a call",
    };
    const section = {
        label: "Next best actions",
        actions: [{ ...proposal, code: "silence" }, { ...proposal, code: "quotation" }],
    };
    await mountWithCleanup(Customer360Actions, { props: { section, partnerId: 7 } });
    expect(".o_c360_proposal").toHaveCount(2);
    await click("[data-code=silence] button:contains(Plan a call)");
    await animationFrame();
    await click("[data-code=quotation] button:contains(Not now)");
    await animationFrame();
    expect("[data-code=quotation]").toHaveCount(0);
    expect.verifySteps(["execute silence 7", "mail.activity", "snooze quotation 7"]);
});

test("finder: own customers first, then what was typed; Enter opens the first", async () => {
    onRpc("res.partner", "find_customer_360", ({ args }) =>
        args[0] ? [{ id: 9, name: "Nordwind", note: "Hamburg" }] : [{ id: 1, name: "Mine", note: "" }]
    );
    await mountWithCleanup(Customer360Finder, { props: { onSelect: (id) => expect.step(id) } });
    expect("h3:contains(Your customers)").toHaveCount(1);
    await click("input");
    await edit("nord");
    await runAllTimers();
    await animationFrame();
    expect(".list-group-item").toHaveText(/Nordwind\s*Hamburg/);
    await edit("nord", { confirm: "enter" });
    expect.verifySteps([9]);
});

test("view: sections in their areas, lists joined as open matters; unknown kinds are skipped", async () => {
    const list = { area: "main", kind: "items", items: [], count: 0, totals: [], action: null };
    onRpc("res.partner", "get_customer_360", () => ({
        id: 7,
        name: "Nordwind",
        commercial: { id: 7, name: "Nordwind" },
        now: "2026-06-15 12:00:00",
        sections: [
            { ...IDENTITY, code: "identity", label: "About", area: "side", kind: "identity" },
            { ...list, code: "overdue", label: "Overdue invoices" },
            { ...list, code: "agenda", label: "Agenda" },
            { code: "strange", label: "?", area: "aside", kind: "not_registered" },
        ],
    }));
    await mountWithCleanup(Customer360, { props: { partnerId: 7, compact: true } });
    expect(".o_c360_items").toHaveCount(1);
    // The form shows who the contact is already.
    expect(".o_c360_identity").toHaveCount(0);
    expect(".o_c360_timeline").toHaveCount(0);
});

test("view: a refusal of the server is shown with its words", async () => {
    onRpc("res.partner", "get_customer_360", () => {
        throw new Error("This contact no longer exists");
    });
    await mountWithCleanup(Customer360, { props: { partnerId: 7, compact: true } });
    expect("[role=alert]").toHaveCount(1);
    expect("button:contains(Try again)").toHaveCount(1);
});

test("command palette: customers by name or number", async () => {
    const steps = [];
    const env = {
        services: {
            orm: { silent: { call: async () => [{ id: 9, name: "Nordwind", note: "Hamburg" }] } },
            action: { doAction: (action, options) => steps.push([action, options.props.resId]) },
        },
    };
    const [command] = await provideCustomers(env, { searchValue: "nord" });
    expect(command.name).toBe("Nordwind (Hamburg)");
    command.action();
    expect(steps).toEqual([["crm_customer_insight.crm_customer_360_action", 9]]);
    expect(customerPalette().searchValue).toBe("&");
});
