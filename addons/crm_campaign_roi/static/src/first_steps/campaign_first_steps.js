import { FirstSteps } from "@crm_customer_insight/first_steps/first_steps";
import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

/** The way to the first return, above the campaigns. */
export class CampaignFirstSteps extends FirstSteps {
    static model = "crm.campaign.first.steps";
    static group = "crm_campaign_roi.group_campaign_user";
    static closed = "campaign_first_steps_closed";
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
