import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { listView } from "@web/views/list/list_view";
import { ListController } from "@web/views/list/list_controller";

import { Component, onMounted, onWillStart, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";

import { FindBox } from "../find_box/find_box";
import { ServiceFirstSteps } from "../first_steps/service_first_steps";

const EVENT = "crm_service_levels/board";
const CHANNEL = "crm_service_board";
/** Counts are read again at most once a second, however much happens. */
export const COUNT_PAUSE = 1000;
/** What is below is read again after a quiet moment, so that a busy team does not make it flicker. */
export const MOVE_PAUSE = 2000;
/** Somebody is at work in the view: what he looks at stays as it is. */
const AT_WORK = ".o_kanban_quick_create, .o_dragged, .o_selected_row, .o_data_row_selected, .o_record_selected";

/** Counts above the board; a click on one filters what is below (SVC-L1). */
export class BoardStrip extends Component {
    static template = "crm_service_levels.BoardStrip";
    static components = { FindBox };
    static props = { domain: Array, searchModel: Object, onMoved: { type: Function, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.state = useState({ counts: [], error: false });
        this.baseDomain = this.props.domain;
        this.onEvent = this.onEvent.bind(this);
        this.countSoon = useDebounced(() => this.count(), COUNT_PAUSE);
        this.moveSoon = useDebounced(() => this.props.onMoved?.(), MOVE_PAUSE);
        onWillStart(() => this.count());
        onWillUpdateProps(({ domain }) => {
            if (!this.activeCode) {
                this.baseDomain = domain;
            }
            this.countSoon();
        });
        onMounted(() => {
            this.bus.addChannel(CHANNEL);
            this.bus.subscribe(EVENT, this.onEvent);
        });
        onWillUnmount(() => {
            this.bus.unsubscribe(EVENT, this.onEvent);
            this.bus.deleteChannel(CHANNEL);
        });
    }

    get items() {
        this.props.searchModel.serviceBoardItems ||= {};
        return this.props.searchModel.serviceBoardItems;
    }

    isOn(itemId) {
        return this.props.searchModel.query.some(({ searchItemId }) => searchItemId === itemId);
    }

    get activeCode() {
        return Object.keys(this.items).find((code) => this.isOn(this.items[code]));
    }

    get byPersonItem() {
        return Object.values(this.props.searchModel.searchItems).find(
            ({ name }) => name === "group_user"
        );
    }

    get byPerson() {
        return this.byPersonItem && this.isOn(this.byPersonItem.id);
    }

    onEvent() {
        this.countSoon();
        this.moveSoon();
    }

    async count() {
        try {
            this.state.counts = await this.orm.silent.call("crm.service.request", "get_board_counts", [
                this.baseDomain,
            ]);
            this.state.error = false;
        } catch {
            this.state.error = true;
        }
    }

    toggle(count) {
        const { searchModel } = this.props;
        const active = this.activeCode;
        if (active) {
            searchModel.toggleSearchItem(this.items[active]);
        }
        if (active === count.code) {
            return;
        }
        if (this.items[count.code]) {
            return searchModel.toggleSearchItem(this.items[count.code]);
        }
        this.items[count.code] = searchModel.nextId;
        searchModel.createNewFilters([{ description: count.label, domain: count.domain }]);
    }

    togglePerson() {
        this.props.searchModel.toggleSearchItem(this.byPersonItem.id);
    }

    label(count) {
        return _t("%(label)s: %(count)s", { label: count.label, count: count.count });
    }
}

/** Requests moved elsewhere: read the view again, unless its user is in the middle of something. */
async function follow(controller) {
    const element = controller.rootRef.el;
    const busy = document.hidden || !element || element.querySelector(AT_WORK);
    if (!busy && document.querySelector(".modal, .o-dropdown--menu") === null) {
        await controller.model.load();
    }
}

export class ServiceBoardController extends KanbanController {
    static template = "crm_service_levels.BoardView";
    static components = { ...KanbanController.components, BoardStrip, ServiceFirstSteps };

    get searchDomain() {
        return this.env.searchModel.domain;
    }

    onMoved() {
        return follow(this);
    }
}

export class ServiceListController extends ListController {
    static template = "crm_service_levels.ListView";
    static components = { ...ListController.components, BoardStrip, ServiceFirstSteps };

    get searchDomain() {
        return this.env.searchModel.domain;
    }

    onMoved() {
        return follow(this);
    }
}

registry.category("views").add("service_board", { ...kanbanView, Controller: ServiceBoardController });
registry.category("views").add("service_list", { ...listView, Controller: ServiceListController });
