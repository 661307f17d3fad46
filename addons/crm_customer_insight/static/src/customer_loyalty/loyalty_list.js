import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";
import { InsightListRenderer } from "../insight_list/insight_list";

/** Loyalty indicators, with how they are defined. */
export class LoyaltyListRenderer extends InsightListRenderer {
    static template = "crm_customer_insight.LoyaltyListRenderer";
    static code = "loyalty";
}

registry.category("views").add("crm_loyalty_list", { ...listView, Renderer: LoyaltyListRenderer });
