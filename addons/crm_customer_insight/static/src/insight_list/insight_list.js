import { onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { InsightRun } from "../insight_run/insight_run";

/** A list of figures: above it of when they are, how they are computed, and a button to compute them anew. */
export class InsightListRenderer extends ListRenderer {
    static template = "crm_customer_insight.InsightListRenderer";
    static components = { ...ListRenderer.components, InsightRun };
    static code = "";

    get insightCode() {
        return this.constructor.code;
    }

    reload() {
        return this.props.list.load();
    }
}

/** Rules of product association, with the limits that apply. */
export class ProductRuleListRenderer extends InsightListRenderer {
    static template = "crm_customer_insight.ProductRuleListRenderer";
    static code = "association";

    setup() {
        super.setup();
        const orm = useService("orm");
        this.about = useState({});
        onWillStart(async () => {
            Object.assign(this.about, await orm.call("crm.product.rule", "get_rule_page", []));
        });
    }

    percent(share) {
        return `${Math.round(share * 100000) / 1000} %`;
    }
}

/** Expected reorders. */
export class ReorderListRenderer extends InsightListRenderer {
    static template = "crm_customer_insight.ReorderListRenderer";
    static code = "reorder";
}

registry.category("views").add("crm_product_rule_list", { ...listView, Renderer: ProductRuleListRenderer });
registry.category("views").add("crm_reorder_list", { ...listView, Renderer: ReorderListRenderer });
