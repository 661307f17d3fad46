import { FirstSteps } from "@crm_customer_insight/first_steps/first_steps";
import { onMounted, status } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const CLOSED = "campaign_first_steps_closed";
const MARKETER = "crm_campaign_roi.group_campaign_user";

/** The way to the first return, above the campaigns; gone when all is done or it is closed. */
export class CampaignFirstSteps extends FirstSteps {
    static props = {};

    setup() {
        super.setup();
        onMounted(() => this.read());
    }

    /** Campaigns are shown without waiting for the steps, which come when they are there. */
    load() {}

    async read() {
        const mine = !user.settings[CLOSED] && (await user.hasGroup(MARKETER));
        if (mine && status(this) === "mounted") {
            this.state.steps = await this.orm.call("crm.campaign.first.steps", "get_first_steps", []);
        }
    }

    async close() {
        await user.setUserSettings(CLOSED, true);
        this.state.steps = [];
    }
}

export class CampaignBoardController extends KanbanController {
    static template = "crm_campaign_roi.CampaignBoard";
    static components = { ...KanbanController.components, CampaignFirstSteps };
}

export class CampaignListController extends ListController {
    static template = "crm_campaign_roi.CampaignList";
    static components = { ...ListController.components, CampaignFirstSteps };
}

registry.category("views").add("campaign_board", { ...kanbanView, Controller: CampaignBoardController });
registry.category("views").add("campaign_list", { ...listView, Controller: CampaignListController });
