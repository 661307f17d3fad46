import { formatKnownPercentage } from "@crm_customer_insight/known_percentage/known_percentage";
import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

class Share extends models.Model {
    rate = fields.Float();
}

defineMailModels();
defineModels([Share]);

test("an unknown share is empty, and none is 0 %", async () => {
    const records = [0.5, 0, false].map((rate, place) => ({ id: place + 1, rate }));
    onRpc("share", "web_search_read", () => ({ length: records.length, records }));
    await mountView({
        type: "list",
        resModel: "share",
        arch: `<list><field name="rate" widget="known_percentage"/></list>`,
    });
    expect(queryAllTexts(".o_data_row .o_data_cell")).toEqual(["50%", "0%", ""]);
    expect(formatKnownPercentage(false)).toBe("");
    expect(formatKnownPercentage(0)).toBe("0%");
    expect(formatKnownPercentage(0.934426)).toBe("93.4%");
    expect(formatKnownPercentage(0.00112, { digits: [16, 2] })).toBe("0.11%");
});
