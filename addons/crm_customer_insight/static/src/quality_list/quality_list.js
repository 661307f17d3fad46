import { registry } from "@web/core/registry";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { InsightRun } from "../insight_run/insight_run";

/** A list of what was computed at night: above it of when it is, and a button to compute it anew. */
export class QualityListRenderer extends ListRenderer {
    static template = "crm_customer_insight.QualityListRenderer";
    static components = { ...ListRenderer.components, InsightRun };
    static code = "";

    get analysis() {
        return this.constructor.code;
    }

    reload() {
        return this.props.list.load();
    }
}

class DataIssueListRenderer extends QualityListRenderer {
    static code = "data_quality";
}

class PaymentBehaviorListRenderer extends QualityListRenderer {
    static code = "payment_behavior";
}

class ProductQualityListRenderer extends QualityListRenderer {
    static code = "product_quality";
}

const views = registry.category("views");
views.add("crm_data_issue_list", { ...listView, Renderer: DataIssueListRenderer });
views.add("crm_payment_behavior_list", { ...listView, Renderer: PaymentBehaviorListRenderer });
views.add("crm_product_quality_list", { ...listView, Renderer: ProductQualityListRenderer });
