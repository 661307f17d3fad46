import { useService } from "@web/core/utils/hooks";

import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import "./identity/identity";
import "./value/value";
import "./contacts/contacts";
import "./facts/facts";
import "./actions/actions";
import { Customer360Items } from "./items/items";
import { customer360Sections } from "./sections";
import { Customer360Timeline } from "./timeline/timeline";

/** The 360 view of one contact: reads all sections at once and lays them out in three areas. */
export class Customer360 extends Component {
    static template = "crm_customer_insight.Customer360";
    static components = { Items: Customer360Items, Timeline: Customer360Timeline };
    static props = {
        partnerId: Number,
        compact: { type: Boolean, optional: true },
        filters: { type: Object, optional: true },
        onFilter: { type: Function, optional: true },
        onLoaded: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ data: null, error: "" });
        onWillStart(() => this.load(this.props.partnerId));
        onWillUpdateProps((props) => {
            if (props.partnerId !== this.props.partnerId) {
                return this.load(props.partnerId);
            }
        });
    }

    async load(partnerId = this.props.partnerId) {
        this.state.error = "";
        try {
            this.state.data = await this.orm.call("res.partner", "get_customer_360", [partnerId]);
            this.props.onLoaded?.(this.state.data);
        } catch (error) {
            this.state.data = null;
            this.state.error = error.data?.message || error.message;
        }
    }

    get reload() {
        return () => this.load();
    }

    get areas() {
        return ["side", "main", "aside"];
    }

    sections(area) {
        return this.state.data.sections.filter(
            (section) => section.area === area && (!this.props.compact || section.kind !== "identity")
        );
    }

    /** Sections of an area; lists of documents are drawn together as one block of open matters. */
    blocks(area) {
        const blocks = [];
        for (const section of this.sections(area)) {
            const last = blocks.at(-1);
            if (section.kind === "items" && last?.kind === "items") {
                last.sections.push(section);
            } else {
                blocks.push({ key: section.code, kind: section.kind, sections: [section] });
            }
        }
        return blocks;
    }

    component(kind) {
        return customer360Sections.get(kind).Component;
    }

    known(kind) {
        return customer360Sections.contains(kind);
    }
}
