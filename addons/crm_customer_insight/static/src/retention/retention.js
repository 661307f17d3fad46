import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate, serializeDate, toLocaleDateString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { share } from "../value_dashboard/figures";
import { RateChart } from "./rate_chart";

/** Retention of customers and renewal of contracts by month and tier (ROI-3, C360-7). */
export class RetentionPage extends Component {
    static template = "crm_customer_insight.RetentionPage";
    static components = { Layout, RateChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.share = share;
        this.display = { controlPanel: {} };
        this.state = useState({ data: null });
        onWillStart(async () => {
            this.state.data = await this.orm.call("crm.retention.page", "get_retention", []);
        });
    }

    get parts() {
        const { retention, renewal } = this.state.data;
        return [
            {
                ...retention,
                code: "retention",
                title: _t("Customer retention"),
                meaning: _t(
                    "Customers still active at the end of the month ÷ customers active at its start. Active: bought within the days set in the value rules."
                ),
                empty: _t("Not enough data: two closed months with active customers are needed."),
            },
            {
                ...renewal,
                code: "renewal",
                title: _t("Contract renewal"),
                meaning: _t(
                    "Contracts renewed ÷ contracts whose last day, or cancellation, fell in the month."
                ),
                empty: _t("Not enough data: no contract was due in the last twelve months."),
            },
        ];
    }

    get dataDate() {
        return toLocaleDateString(deserializeDate(this.state.data.date));
    }

    tierName(tier) {
        return tier || _t("No tier");
    }

    openMonth(part, point) {
        const month = deserializeDate(point.key);
        const next = serializeDate(month.plus({ months: 1 }));
        this.open(part, ["&", ["month", ">=", point.key], ["month", "<", next]], point.name);
    }

    openTier(part, row) {
        this.open(part, [["tier", "=", row.key]], this.tierName(row.key));
    }

    open(part, condition, name) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: `${part.title}: ${name}`,
            res_model: part.model,
            views: [
                [false, "list"],
                [false, "pivot"],
                [false, "graph"],
            ],
            domain: [...part.domain, ...condition],
            context: { group_by: [part.kept] },
        });
    }
}

registry.category("actions").add("crm_retention", RetentionPage);
