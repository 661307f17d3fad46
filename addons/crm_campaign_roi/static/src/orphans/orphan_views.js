import { Component, onMounted, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const MODEL = "crm.campaign.orphan";

/** Says when documents without a campaign were searched, and offers to search again (ROI-2). */
export class OrphanSearched extends Component {
    static template = "crm_campaign_roi.OrphanSearched";
    static props = { searched: Object, search: Function };

    get words() {
        const { at, busy, later } = this.props.searched;
        if (busy) {
            return _t("Searching …");
        }
        const moment = at && toLocaleDateTimeString(deserializeDateTime(at));
        const when = at ? _t("Searched %s.", moment) : _t("Not searched yet.");
        return later
            ? _t("%(when)s %(count)s documents are searched in the background: look again in a few minutes.", { when, count: later })
            : when;
    }
}

/** The view knows when it was searched: what is in its layout is made anew by each load. */
const searching = (Controller) =>
    class extends Controller {
        static components = { ...Controller.components, OrphanSearched };

        setup() {
            super.setup();
            this.orphanOrm = useService("orm");
            this.searched = useState({ at: "", today: true, later: 0, busy: false });
            onWillStart(async () => {
                Object.assign(this.searched, await this.orphanOrm.call(MODEL, "get_searched", []));
            });
            // by a bookmark or a reload of the page the list of another day would stand here
            onMounted(() => this.searched.today || this.searchOrphans());
        }

        async searchOrphans() {
            this.searched.busy = true;
            try {
                Object.assign(this.searched, await this.orphanOrm.call(MODEL, "action_search", []));
                await this.model.load();
            } finally {
                this.searched.busy = false;
            }
        }
    };

export class OrphanListController extends searching(ListController) {
    static template = "crm_campaign_roi.OrphanListView";
}

export class OrphanKanbanController extends searching(KanbanController) {
    static template = "crm_campaign_roi.OrphanKanbanView";
}

registry.category("views").add("crm_campaign_orphan_list", { ...listView, Controller: OrphanListController });
registry.category("views").add("crm_campaign_orphan_kanban", { ...kanbanView, Controller: OrphanKanbanController });
