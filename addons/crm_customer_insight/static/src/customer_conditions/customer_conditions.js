import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { registry } from "@web/core/registry";
import { SelectMenu } from "@web/core/select_menu/select_menu";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import {
    editorOf,
    emptyValue,
    isComplete,
    newGroup,
    newLeaf,
    operatorLabel,
    withOperator,
} from "./conditions";

const COUNT_DELAY = 400;

/** One comparison: fact, operator, value, and the parameters of the fact. */
export class ConditionLine extends Component {
    static template = "crm_customer_insight.ConditionLine";
    static components = { MultiRecordSelector, SelectMenu };
    static props = {
        condition: Object,
        facts: Object,
        groups: Array,
        readonly: Boolean,
        onChange: Function,
        onRemove: Function,
    };

    get fact() {
        return this.props.facts[this.props.condition.fact];
    }

    get editor() {
        return editorOf(this.fact, this.props.condition.operator);
    }

    get operators() {
        return this.fact.operators.map((operator) => ({
            value: operator,
            label: operatorLabel(this.fact, operator),
        }));
    }

    get choices() {
        return this.fact.options.map(([value, label]) => ({ value, label }));
    }

    change(values) {
        this.props.onChange({ ...this.props.condition, ...values });
    }

    selectFact(code) {
        this.props.onChange(newLeaf(this.props.facts[code]));
    }

    selectOperator(operator) {
        this.props.onChange(withOperator(this.fact, this.props.condition, operator));
    }

    setValue(value) {
        this.change({ value });
    }

    setNumber(text) {
        this.setValue(text === "" ? null : Number(text));
    }

    setPart(index, text) {
        const value = [...(this.props.condition.value || emptyValue(this.fact, "between"))];
        value[index] = this.fact.type === "date" ? text : text === "" ? null : Number(text);
        this.setValue(value);
    }

    setParam(param, text) {
        const value = param.type === "days" ? parseInt(text, 10) || null : text || null;
        this.change({ params: { ...this.props.condition.params, [param.name]: value } });
    }
}

/** Conditions joined by "all" or "any", nested as deep as needed. */
export class ConditionGroup extends Component {
    static template = "crm_customer_insight.ConditionGroup";
    static components = { ConditionLine, ConditionGroup };
    static props = {
        group: Object,
        facts: Object,
        groups: Array,
        readonly: Boolean,
        depth: { type: Number, optional: true },
        onChange: Function,
        onRemove: { type: Function, optional: true },
    };
    static defaultProps = { depth: 0 };

    get joiner() {
        const { operator, negate } = this.props.group;
        return `${negate ? "not_" : ""}${operator}`;
    }

    get joiners() {
        return [
            ["and", _t("All of these apply")],
            ["or", _t("Any of these applies")],
            ["not_or", _t("None of these applies")],
            ["not_and", _t("Not all of these apply")],
        ].map(([value, label]) => ({ value, label: String(label) }));
    }

    selectJoiner(value) {
        this.props.onChange({
            ...this.props.group,
            operator: value.endsWith("and") ? "and" : "or",
            negate: value.startsWith("not_"),
        });
    }

    setConditions(conditions) {
        this.props.onChange({ ...this.props.group, conditions });
    }

    replace(index, condition) {
        this.setConditions(this.props.group.conditions.map((old, i) => (i === index ? condition : old)));
    }

    remove(index) {
        this.setConditions(this.props.group.conditions.filter((_old, i) => i !== index));
    }

    addLine() {
        const first = this.props.groups[0].choices[0].value;
        this.setConditions([...this.props.group.conditions, newLeaf(this.props.facts[first])]);
    }

    addGroup() {
        this.setConditions([...this.props.group.conditions, newGroup("or")]);
    }
}

/** Field for JSON conditions: the builder, and how many customers they find now. */
export class CustomerConditionsField extends Component {
    static template = "crm_customer_insight.CustomerConditionsField";
    static components = { ConditionGroup };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ count: null, counting: false });
        this.facts = {};
        this.groups = [];
        this.countSoon = useDebounced(() => this.count(), COUNT_DELAY);
        onWillStart(() => this.loadFacts());
        useRecordObserver((record) => {
            // the observer runs again when what is read here changes
            this.asked = [record.data[this.props.name], record.data.level];
            this.countSoon();
        });
    }

    async loadFacts() {
        const facts = await this.orm.cache({ type: "ram" }).call("crm.customer.fact", "get_facts", []);
        const groups = new Map();
        for (const fact of facts) {
            this.facts[fact.code] = fact;
            if (!groups.has(fact.group)) {
                groups.set(fact.group, { label: fact.group, choices: [] });
            }
            groups.get(fact.group).choices.push({ value: fact.code, label: fact.label });
        }
        this.groups = [...groups.values()];
    }

    /** The root is always a group, so that there is somewhere to add. */
    get root() {
        const conditions = this.props.record.data[this.props.name];
        if (conditions?.conditions) {
            return conditions;
        }
        return { ...newGroup(), conditions: conditions?.fact ? [conditions] : [] };
    }

    get complete() {
        return isComplete(this.root, this.facts);
    }

    update(conditions) {
        return this.props.record.update({ [this.props.name]: conditions });
    }

    async count() {
        if (!this.complete) {
            this.state.count = null;
            return;
        }
        this.state.counting = true;
        try {
            this.state.count = await this.keepLast.add(
                this.orm.silent.call("crm.customer.fact", "count_customers", [this.root], {
                    level: this.props.record.data.level || "customer",
                })
            );
        } finally {
            this.state.counting = false;
        }
    }
}

export const customerConditionsField = {
    component: CustomerConditionsField,
    displayName: _t("Customer conditions"),
    supportedTypes: ["json"],
};

registry.category("fields").add("customer_conditions", customerConditionsField);
