import { LookalikeMarks } from "@crm_customer_insight/segments/lookalike_marks";
import { OverlapMatrix } from "@crm_customer_insight/segments/overlap_matrix";
import { ProfileTreeNode } from "@crm_customer_insight/segments/profile_tree";
import { SegmentTrend } from "@crm_customer_insight/segments/segment_trend";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";

defineMailModels();

const SEGMENTS = [
    { id: 1, name: "All", now: { member_count: 3 } },
    { id: 2, name: "Best", now: { member_count: 1 } },
    { id: 3, name: "Alone", now: { member_count: 1 } },
];
const PAIR = { a: 1, b: 2, both: 1, jaccard: 1 / 3, share_a: 1 / 3, share_b: 1 };

test("the matrix opens the customers of both, and leaves out who shares nobody", async () => {
    const onOpen = (row, column) => expect.step(`${row.name}-${column.name}`);
    await mountWithCleanup(OverlapMatrix, { props: { segments: SEGMENTS, overlaps: [PAIR], onOpen } });
    expect("tbody tr").toHaveCount(2);
    expect("button[data-pair='2-1']").toHaveAttribute(
        "title",
        "1 customers in both; 100% of “Best” are in “All”; Jaccard 33%"
    );
    await contains("button[data-pair='2-1']").click();
    expect.verifySteps(["Best-All"]);
});

test("without overlaps the matrix says so", async () => {
    await mountWithCleanup(OverlapMatrix, { props: { segments: SEGMENTS, overlaps: [], onOpen: () => {} } });
    expect("p").toHaveText("No customer belongs to two segments.");
});

test("the trend has a bar per month, as high as the segment is large", async () => {
    const months = [
        { month: "2026-01-01", member_count: 5, profit: -10 },
        { month: "2026-02-01", member_count: 10, profit: 30 },
    ];
    await mountWithCleanup(SegmentTrend, { props: { months, currencyId: false } });
    expect("rect").toHaveCount(2);
    // the larger fills 40 of 44, the other half of it
    expect("rect:eq(0)").toHaveAttribute("height", "20");
    expect("rect:eq(1)").toHaveAttribute("height", "40");
});

test("leaves of a tree are opened and saved", async () => {
    const node = {
        size: 10,
        group: 4,
        question: "Country = Germany",
        yes: { size: 4, group: 4, leaf: 0, rule: "Country = Germany" },
        no: { size: 6, group: 0, leaf: 1, rule: "Country ≠ Germany" },
    };
    const props = {
        node,
        onOpen: (leaf) => expect.step(`open ${leaf}`),
        onSave: (leaf) => expect.step(`save ${leaf}`),
    };
    await mountWithCleanup(ProfileTreeNode, { props });
    expect(".o_profile_leaf").toHaveCount(2);
    await contains("[data-leaf='1'] .o_profile_open").click();
    await contains("[data-leaf='0'] .o_profile_save").click();
    expect.verifySteps(["open 1", "save 0"]);
});

test("a mark nobody had has no lift, and is not said to be certain", async () => {
    const mark = {
        attribute: "Country",
        value: "France",
        code: "country",
        key: 75,
        group: 0,
        group_share: null,
        others: 2,
        others_share: 0.5,
        lift: null,
        p_value: 0.00001,
        significant: false,
    };
    const record = { data: { marks: [mark] } };
    await mountWithCleanup(LookalikeMarks, { props: { record, name: "marks", readonly: true } });
    expect("tbody td:eq(2)").toHaveText(/No data/);
    expect("tbody td:eq(4)").toHaveText("–");
    expect("tbody td:eq(5)").toHaveText("< 0.0001");
    expect("tbody td:eq(6)").toHaveText("No");
});
