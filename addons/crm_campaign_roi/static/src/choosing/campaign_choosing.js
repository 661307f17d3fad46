import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Milliseconds between two looks at how far the job is. */
export const PAUSE = 2000;
const GOES_ON = ["waiting", "running"];

/** How far the job is that chooses the targets of a campaign (ROI-1). */
export class CampaignChoosing extends Component {
    static template = "crm_campaign_roi.CampaignChoosing";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ choice: null });
        onWillStart(() => this.look());
        onWillUnmount(() => {
            this.gone = true;
            browser.clearTimeout(this.timer);
        });
    }

    get record() {
        return this.props.record;
    }

    async look() {
        const went = this.goesOn;
        try {
            const choice = await this.orm.silent.call("utm.campaign", "get_choosing", [[this.record.resId]]);
            this.state.choice = choice || null;
        } catch {
            // no connection for a moment: what was known stays, and it is asked again
        }
        if (this.gone) {
            return;
        }
        if (this.goesOn) {
            this.timer = browser.setTimeout(() => this.look(), PAUSE);
        } else if (went && !(await this.record.isDirty())) {
            await this.record.load();
        }
    }

    get goesOn() {
        return Boolean(this.state.choice) && GOES_ON.includes(this.state.choice.state);
    }

    /** Nothing is known yet of how many there are. */
    get percent() {
        const { placed, total } = this.state.choice;
        return total ? Math.floor((100 * placed) / total) : 0;
    }

    get text() {
        const { state, placed, total } = this.state.choice;
        if (state === "waiting") {
            return _t("Choosing targets… The audiences are asked.");
        }
        if (placed === total) {
            return _t("Choosing targets… All %s are there; duplicates are dropped and lots drawn.", formatInteger(total));
        }
        return _t("Choosing targets… %(placed)s of %(total)s", {
            placed: formatInteger(placed),
            total: formatInteger(total),
        });
    }
}

registry.category("view_widgets").add("crm_campaign_choosing", { component: CampaignChoosing });
