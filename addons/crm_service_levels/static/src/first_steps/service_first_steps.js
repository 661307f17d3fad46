import { FirstSteps } from "@crm_customer_insight/first_steps/first_steps";
import { onMounted, status } from "@odoo/owl";
import { user } from "@web/core/user";

const CLOSED = "service_first_steps_closed";
const LEADER = "crm_service_levels.group_service_manager";

/** The way to the first request, above the requests; gone when all is done or it is closed. */
export class ServiceFirstSteps extends FirstSteps {
    static props = {};

    setup() {
        super.setup();
        onMounted(() => this.read());
    }

    /** Requests are shown without waiting for the steps, which come when they are there. */
    load() {}

    async read() {
        const mine = !user.settings[CLOSED] && (await user.hasGroup(LEADER));
        if (mine && status(this) === "mounted") {
            this.state.steps = await this.orm.call("crm.service.first.steps", "get_first_steps", []);
        }
    }

    async close() {
        await user.setUserSettings(CLOSED, true);
        this.state.steps = [];
    }
}
