import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { InsightRun } from "../insight_run/insight_run";
import { count, share } from "../value_dashboard/figures";

/** Width and height of the line of months, in its own units. */
const WIDTH = 120;
const HEIGHT = 32;

/** How complete the records of customers are by tier, and what is wrong with them (C360-6). */
export class DataQuality extends Component {
    static template = "crm_customer_insight.DataQuality";
    static components = { InsightRun, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.count = count;
        this.share = share;
        this.display = { controlPanel: {} };
        this.state = useState({ data: null });
        this.load = this.load.bind(this);
        onWillStart(this.load);
    }

    async load() {
        this.state.data = await this.orm.call("crm.data.quality.month", "get_data_quality", []);
    }

    get largest() {
        return Math.max(1, ...this.state.data.kinds.flatMap(({ causes }) => causes.map((cause) => cause.count)));
    }

    width(cause) {
        return `width: ${Math.max(2, (100 * cause.count) / this.largest)}%`;
    }

    /** Points of the line of months: shares from 0 at the bottom to 1 at the top. */
    line({ months }) {
        const step = WIDTH / Math.max(months.length - 1, 1);
        const points = months.map(({ complete_share: value }, place) => [place * step, HEIGHT * (1 - value)]);
        return points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    }

    lineTitle({ label, months }) {
        const parts = months.map(
            ({ month, complete_share }) => `${deserializeDate(month).toFormat("LLL yyyy")}: ${share(complete_share)}`
        );
        return `${label} – ${parts.join(", ")}`;
    }

    /** Against the month before, in words; nothing to compare with in the first month. */
    change({ months }) {
        if (months.length < 2) {
            return _t("First month");
        }
        const points = Math.round(100 * (months.at(-1).complete_share - months.at(-2).complete_share));
        if (!points) {
            return _t("As in the month before");
        }
        return points > 0 ? _t("%s points better", points) : _t("%s points worse", -points);
    }

    openCause(cause) {
        this.openList(cause.label, [["code", "=", cause.code]]);
    }

    openKind(kind) {
        this.openList(kind.label, [["kind", "=", kind.kind]]);
    }

    openTier(tier) {
        const value = tier.tier === "none" ? false : tier.tier;
        this.openList(_t("Gaps, tier %s", tier.label), [
            ["kind", "=", "missing"],
            ["tier", "=", value],
        ]);
    }

    openList(name, domain, state = "open") {
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "crm.data.issue",
            views: [
                [false, "list"],
                [false, "kanban"],
            ],
            domain: [...domain, ["state", "=", state]],
        });
    }

    openIgnored() {
        this.openList(_t("Ignored"), [], "ignored");
    }

    openMonths() {
        this.action.doAction("crm_customer_insight.crm_data_quality_month_action");
    }
}

registry.category("actions").add("crm_data_quality", DataQuality);
