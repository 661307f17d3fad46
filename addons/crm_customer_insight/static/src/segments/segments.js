import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { InsightRun } from "../insight_run/insight_run";
import { count, money, share } from "../value_dashboard/figures";
import { OverlapMatrix } from "./overlap_matrix";
import { SegmentTrend } from "./segment_trend";

/** The segments: size, value, trend, and who belongs to several of them. */
export class Segments extends Component {
    static template = "crm_customer_insight.Segments";
    static components = { InsightRun, Layout, OverlapMatrix, SegmentTrend };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.count = count;
        this.money = money;
        this.share = share;
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, kind: "" });
        this.load = this.load.bind(this);
        this.openBoth = this.openBoth.bind(this);
        onWillStart(this.load);
    }

    async load() {
        this.state.data = await this.orm.call("crm.customer.segment", "get_segments", []);
    }

    get data() {
        return this.state.data;
    }

    get dataDate() {
        return formatDate(deserializeDate(this.data.date));
    }

    get kinds() {
        return [...new Map(this.data.segments.map((card) => [card.kind, card.kind_label]))];
    }

    get cards() {
        return this.data.segments.filter((card) => !this.state.kind || card.kind === this.state.kind);
    }

    choose(kind) {
        this.state.kind = kind;
    }

    move(now) {
        return _t("+%(joined)s −%(left)s this month", {
            joined: count(now.joined_count),
            left: count(now.left_count),
        });
    }

    async open(ids) {
        this.action.doAction(await this.orm.call("crm.customer.segment", "action_open_customers", [ids]));
    }

    openBoth(row, column) {
        return this.open([row.id, column.id]);
    }

    define(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.customer.segment",
            views: [[false, "form"]],
            res_id: id,
        });
    }
}

registry.category("actions").add("crm_segments", Segments);
