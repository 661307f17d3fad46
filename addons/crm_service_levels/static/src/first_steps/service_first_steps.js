import { FirstSteps } from "@crm_customer_insight/first_steps/first_steps";

/** The way to the first request, above the requests. */
export class ServiceFirstSteps extends FirstSteps {
    static model = "crm.service.first.steps";
    static group = "crm_service_levels.group_service_manager";
    static closed = "service_first_steps_closed";
}
