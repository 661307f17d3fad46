import { FirstSteps } from "./first_steps";

/** The way to the first figures, above the value dashboard. */
export class InsightFirstSteps extends FirstSteps {
    static model = "crm.first.steps";
    static group = "crm_customer_insight.group_insight_manager";
    static closed = "insight_first_steps_closed";
    static awaited = true;
}
