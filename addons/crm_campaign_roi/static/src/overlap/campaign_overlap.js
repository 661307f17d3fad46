import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** As many audiences as a matrix can show. */
const MOST = 15;

/** Who is in several audiences: a matrix of counts that open the persons (ROI-1). */
export class CampaignOverlap extends Component {
    static template = "crm_campaign_roi.CampaignOverlap";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ choices: [], chosen: [], data: null });
        onWillStart(async () => {
            this.state.choices = await this.orm.searchRead("crm.campaign.audience", [], ["name"], { limit: 200 });
            const asked = this.props.action.params?.audience_ids;
            this.state.chosen = (asked || this.state.choices.map(({ id }) => id)).slice(0, MOST);
            await this.load();
        });
    }

    async load() {
        this.state.data = await this.orm.call("crm.campaign.audience", "get_overlap", [this.state.chosen]);
    }

    get others() {
        return this.state.choices.filter(({ id }) => !this.state.chosen.includes(id));
    }

    get full() {
        return this.state.chosen.length >= MOST;
    }

    add(ev) {
        const id = Number(ev.target.value);
        ev.target.value = "";
        this.state.chosen = [...this.state.chosen, id];
        return this.load();
    }

    remove({ id }) {
        this.state.chosen = this.state.chosen.filter((other) => other !== id);
        return this.load();
    }

    /** What two audiences share; the diagonal is the audience itself. */
    cell(a, b) {
        if (a.id === b.id) {
            return a;
        }
        const found = this.state.data.cells.find((cell) => cell.a === a.id && cell.b === b.id);
        return found || { contacts: 0, leads: 0 };
    }

    number(value) {
        return formatFloat(value, { digits: [16, 0] });
    }

    /** Darker where more of the row's audience is in the other one. */
    shade(a, b) {
        const share = a.contacts ? this.cell(a, b).contacts / a.contacts : 0;
        return a.id === b.id ? "" : `background-color: rgba(var(--primary-rgb), ${(share * 0.4).toFixed(2)})`;
    }

    leaveOut({ name }) {
        return _t("Leave out %s", name);
    }

    label(a, b) {
        return a.id === b.id ? a.name : _t("%(one)s and %(other)s", { one: a.name, other: b.name });
    }

    open(a, b, model) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: this.label(a, b),
            res_model: model,
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            domain: [
                ["campaign_audience_ids", "in", [a.id]],
                ["campaign_audience_ids", "in", [b.id]],
            ],
        });
    }
}

registry.category("actions").add("crm_campaign_overlap", CampaignOverlap);
