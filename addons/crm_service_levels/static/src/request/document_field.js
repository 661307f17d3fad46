import { onWillStart } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import {
    buildM2OFieldDescription,
    Many2OneField,
} from "@web/views/fields/many2one/many2one_field";
import { Many2One } from "@web/views/fields/many2one/many2one";
import { Many2XAutocomplete } from "@web/views/fields/relational_utils";

/** Finds documents for service staff, who have no rights in Sales, Invoicing or Inventory. */
class DocumentAutocomplete extends Many2XAutocomplete {
    search(term) {
        const { resModel, context } = this.props;
        const args = [resModel, term, context.service_customer || false];
        return this.orm.call("crm.service.finder", "find_documents", args);
    }

    addSearchMoreSuggestion() {
        return false;
    }
}

class DocumentMany2One extends Many2One {
    static components = { Many2XAutocomplete: DocumentAutocomplete };
}

/** Order, invoice or delivery of the customer; opens for those who may read it. */
export class ServiceDocumentField extends Many2OneField {
    static components = { Many2One: DocumentMany2One };

    setup() {
        super.setup();
        onWillStart(async () => {
            const { relation } = this.props.record.fields[this.props.name];
            this.mayOpen = await user.checkAccessRight(relation, "read");
        });
    }

    get m2oProps() {
        const none = { canCreate: false, canCreateEdit: false, canQuickCreate: false };
        return { ...super.m2oProps, ...none, canOpen: this.mayOpen };
    }
}

registry.category("fields").add("service_document", {
    ...buildM2OFieldDescription(ServiceDocumentField),
});
