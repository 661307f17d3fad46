import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** What a campaign caused: treated customers beside the control group, and estimates without one. */
export class CampaignUplift extends Component {
    static template = "crm_campaign_roi.CampaignUplift";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null, kind: null });
        this.names = { buyers: _t("Buyers"), revenue: _t("Revenue"), profit: _t("Profit") };
        this.arms = { treated: _t("Treated"), control: _t("Control group") };
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps(({ record }) => {
            if (record.resId !== this.loaded) {
                return this.load(record.resId);
            }
        });
    }

    async load(id) {
        this.loaded = id;
        this.state.kind = null;
        this.state.data = id
            ? await this.orm.call("utm.campaign", "get_campaign_uplift", [[id]])
            : { window: false };
    }

    get period() {
        const [start, end] = this.state.data.window.map((day) => formatDate(deserializeDate(day)));
        return this.state.data.running
            ? _t("%(start)s – %(end)s, the window is still open", { start, end })
            : _t("%(start)s – %(end)s", { start, end });
    }

    money(value, digits = 0) {
        return formatMonetary(value, { currencyId: this.state.data.currency_id, digits: [16, digits] });
    }

    count(value) {
        return formatFloat(value, { digits: [16, 0] });
    }

    percent(value, digits = 1) {
        return formatPercentage(value, { digits: [16, digits] });
    }

    total(name, value) {
        return name === "buyers" ? this.count(value) : this.money(value);
    }

    interval(name, figure) {
        return _t("between %(low)s and %(high)s", {
            low: this.total(name, figure.low),
            high: this.total(name, figure.high),
        });
    }

    /** Whether chance alone explains it, in words and with the figure behind them. */
    verdict(figure) {
        const p = figure.p_value < 0.001 ? "< 0.001" : formatFloat(figure.p_value, { digits: [16, 3] });
        return figure.significant
            ? _t("Not chance alone (p %s)", p)
            : _t("May be chance (p %s)", p);
    }

    lift(figure) {
        return figure.lift === null || figure.lift === false
            ? _t("No comparison: nobody bought there")
            : _t("%s against the comparison", (figure.lift > 0 ? "+" : "") + this.percent(figure.lift));
    }

    get caused() {
        const { value, low, high } = this.state.data.caused;
        const text = (number) => `${formatFloat(number, { digits: [16, 0] })} %`;
        return { value: text(value), reach: _t("between %(low)s and %(high)s", { low: text(low), high: text(high) }) };
    }

    async open(method, arm) {
        const action = await this.orm.call("utm.campaign", method, [[this.loaded], arm]);
        action.name = this.arms[arm];
        this.action.doAction(action);
    }

    /** All campaigns of the kind together: read when somebody asks. */
    async loadKind() {
        const id = this.loaded;
        const kind = await this.orm.call("utm.campaign", "get_kind_uplift", [[id]]);
        if (id === this.loaded) {
            this.state.kind = kind;
        }
    }

    get kindTitle() {
        const { kind, campaigns } = this.state.kind;
        return _t("%(kind)s: %(count)s campaigns", { kind, count: campaigns });
    }

    openTargets(arm) {
        return this.open("action_open_uplift_targets", arm);
    }

    openSales(arm) {
        return this.open("action_open_uplift_sales", arm);
    }
}

registry.category("view_widgets").add("campaign_uplift", { component: CampaignUplift });
