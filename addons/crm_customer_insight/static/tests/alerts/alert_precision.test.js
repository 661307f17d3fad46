import { expect, test } from "@odoo/hoot";
import { contains, defineModels, fields, models, mockService, mountView } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

const bar = (label, values) => ({ label, alerts: 12, judged: 0, hits: 0, share: null, low: null, high: null, domain: [], ...values });

class Rule extends models.Model {
    _name = "crm.customer.alert.rule";
    chart = fields.Json();
    _records = [
        {
            id: 1,
            chart: {
                all: [bar("All", { judged: 10, hits: 7, share: 0.7, low: 0.4, high: 0.9, text: "70 % (40 to 90 %)" })],
                tiers: [
                    bar("A", { judged: 3, hits: 3, text: "Not enough data (3 of 10 judged)", domain: [["tier", "=", "A"]] }),
                    bar("B", { alerts: 0, text: "Not enough data (0 of 10 judged)" }),
                ],
                months: [],
            },
        },
    ];
}

defineMailModels();
defineModels([Rule]);

test("bars with their interval, none without enough data; a click opens the alerts counted", async () => {
    mockService("action", {
        doAction({ res_model, domain }) {
            expect.step(JSON.stringify([res_model, domain]));
        },
    });
    await mountView({
        resModel: "crm.customer.alert.rule",
        resId: 1,
        type: "form",
        arch: '<form><field name="chart" widget="alert_precision"/></form>',
    });
    expect(".o_alert_precision_row").toHaveCount(3);
    expect(".o_alert_precision_bar").toHaveCount(1);
    expect(".o_alert_precision_interval").toHaveAttribute("style", "left: 40%; width: 50%");
    expect(".o_alert_precision_row:eq(1)").toHaveText(/Not enough data/);
    expect(".o_alert_precision_row:eq(2)").not.toBeEnabled();
    await contains(".o_alert_precision_row:eq(1)").click();
    expect.verifySteps([
        JSON.stringify([
            "crm.customer.alert",
            [
                ["rule_id", "=", 1],
                ["tier", "=", "A"],
            ],
        ]),
    ]);
});
