import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class Request extends models.Model {
    _name = "request";
    sla_due_at = fields.Datetime();
    sla_clock = fields.Json();
}
defineModels([Request]);

/** Mount a form with the targets *entries*; Friday 2024-03-01, 09:00 UTC, 10:00 local. */
async function mount(entries, options = "{'all_targets': true}") {
    mockDate("2024-03-01 09:00:00", +1);
    const defaults = { state: "running", runs: true, due: false, left: 0, warned: 0 };
    Request._records = [
        {
            id: 1,
            sla_due_at: entries[0]?.due,
            sla_clock: entries.map((entry) => ({ ...defaults, ...entry })),
        },
    ];
    await mountView({
        type: "form",
        resModel: "request",
        resId: 1,
        arch: `<form><field name="sla_due_at" widget="sla_countdown" options="${options}"/></form>`,
    });
}

test("each state has its words, its icon and its colour", async () => {
    await mount([
        { label: "First reply", due: "2024-03-01 07:30:00", state: "breached" },
        { label: "Next reply", due: "2024-03-01 09:25:00" },
        { label: "Solution", due: "2024-03-04 08:30:00" },
        { label: "Update", state: "paused", runs: false, left: 7500 },
        { label: "Stage reached" },
    ]);
    expect(queryAllTexts(".o_sla_entry")).toEqual([
        "First reply late by 1 h 30 min",
        "Next reply due in 25 min",
        "Solution due Monday 09:30 AM",
        "Update paused, 2 h 05 min left",
        "Stage reached no working hours to come",
    ]);
    for (const tone of ["late", "soon", "running", "paused", "none"]) {
        expect(`.o_sla_${tone} i[aria-label]`).toHaveCount(1);
    }
    expect(".o_sla_countdown").toHaveAttribute("aria-live", "polite");
});

test("a list or card shows the next deadline only, and does not talk", async () => {
    await mount(
        [
            { label: "First reply", due: "2024-03-01 15:30:00" },
            { label: "Solution", due: "2024-03-04 08:30:00" },
        ],
        "{}"
    );
    expect(queryAllTexts(".o_sla_entry")).toEqual(["due today 04:30 PM"]);
    expect(".o_sla_countdown").toHaveAttribute("aria-live", "off");
});

test("near the end it counts seconds, then it is late", async () => {
    await mount([{ label: "Solution", due: "2024-03-01 09:00:05" }]);
    expect(queryOne(".o_sla_entry").textContent).toInclude("due in 0:05");
    await advanceTime(1000);
    await animationFrame();
    expect(queryOne(".o_sla_entry").textContent).toInclude("due in 0:04");
    await advanceTime(5000);
    await animationFrame();
    expect(".o_sla_late").toHaveCount(1);
});

test("without a promise there is nothing to see", async () => {
    await mount([]);
    expect(".o_sla_countdown").toHaveCount(1);
    expect(".o_sla_entry").toHaveCount(0);
});
