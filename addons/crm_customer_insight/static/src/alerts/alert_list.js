import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";
import { InsightListRenderer } from "../insight_list/insight_list";

/** Alerts, with the day for which they were computed. */
export class AlertListRenderer extends InsightListRenderer {
    static template = "crm_customer_insight.AlertListRenderer";
    static code = "alerts";
}

registry.category("views").add("crm_customer_alert_list", { ...listView, Renderer: AlertListRenderer });
