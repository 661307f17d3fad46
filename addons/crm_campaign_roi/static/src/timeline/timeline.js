import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { grouped, months, place } from "./timeline_layout";

/** Campaigns of a year as bars, by kind, owner, campaign above or plan (ROI-1). */
export class CampaignTimeline extends Component {
    static template = "crm_campaign_roi.Timeline";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.state = useState({
            year: luxon.DateTime.now().year,
            group: "kind_id",
            campaigns: [],
            loading: true,
        });
        onWillStart(() => this.load());
        onMounted(() => this.showToday());
    }

    /** On a narrow screen the year does not fit: begin with what is under way. */
    showToday() {
        const { scrollWidth, clientWidth } = this.root.el;
        this.root.el.scrollLeft = (scrollWidth * (this.today || 0)) / 100 - clientWidth / 2;
    }

    get display() {
        return { controlPanel: {} };
    }

    get groupings() {
        return [
            ["kind_id", _t("Kind")],
            ["user_id", _t("Owner")],
            ["parent_id", _t("Part of")],
            ["plan_id", _t("Marketing plan")],
        ];
    }

    get phases() {
        return {
            draft: _t("Draft"),
            submitted: _t("Submitted"),
            approved: _t("Approved"),
            running: _t("Running"),
            finished: _t("Finished"),
            settled: _t("Settled"),
            cancelled: _t("Cancelled"),
        };
    }

    get first() {
        return `${this.state.year}-01-01`;
    }

    get last() {
        return `${this.state.year}-12-31`;
    }

    get months() {
        return months(this.state.year, user.lang);
    }

    get groups() {
        return grouped(this.state.campaigns, _t("None"));
    }

    /** Where today is, or nothing in another year. */
    get today() {
        const iso = luxon.DateTime.now().toISODate();
        const at = place({ start: iso, end: iso }, this.first, this.last);
        return iso.startsWith(`${this.state.year}-`) ? at.left : null;
    }

    async load() {
        const { year, group } = this.state;
        const campaigns = await this.orm.call("utm.campaign", "get_timeline", [
            this.first,
            this.last,
            group,
        ]);
        if (year === this.state.year && group === this.state.group) {
            Object.assign(this.state, { campaigns, loading: false });
        }
    }

    turn(years) {
        this.state.year += years;
        return this.load();
    }

    regroup(event) {
        this.state.group = event.target.value;
        return this.load();
    }

    style(campaign) {
        const { left, width } = place(campaign, this.first, this.last);
        return `left: ${left.toFixed(3)}%; width: ${width.toFixed(3)}%`;
    }

    /** Whether the name would not fit into the rest of the year: it is written to the left. */
    isLate(campaign) {
        return place(campaign, this.first, this.last).left > 85;
    }

    label(campaign) {
        return _t("%(campaign)s, %(phase)s, %(start)s to %(end)s", {
            campaign: campaign.title,
            phase: this.phases[campaign.phase],
            start: luxon.DateTime.fromISO(campaign.start).toLocaleString(),
            end: luxon.DateTime.fromISO(campaign.end).toLocaleString(),
        });
    }

    open(campaign) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "utm.campaign",
            res_id: campaign.id,
            views: [[false, "form"]],
        });
    }

    /** Up and down go from bar to bar. */
    onKeydown(event) {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (step) {
            const bars = [...this.root.el.querySelectorAll(".o_campaign_bar")];
            bars[bars.indexOf(event.target) + step]?.focus();
            event.preventDefault();
        }
    }
}

registry.category("actions").add("crm_campaign_roi.timeline", CampaignTimeline);
