import { _t } from "@web/core/l10n/translation";

/**
 * Conditions on facts as plain values: the same JSON that crm.customer.fact understands.
 * A condition is {fact, operator, value, params} or {operator: "and"|"or", negate, conditions}.
 */

export const OPERATOR_LABELS = {
    "=": _t("is"),
    "!=": _t("is not"),
    ">": _t("is more than"),
    ">=": _t("is at least"),
    "<": _t("is less than"),
    "<=": _t("is at most"),
    between: _t("is between"),
    in: _t("is one of"),
    not_in: _t("is none of"),
    contains: _t("contains"),
    last_days: _t("within the last days"),
    not_last_days: _t("not within the last days"),
    set: _t("is known"),
    not_set: _t("is not known"),
};

const DATE_LABELS = {
    ">": _t("is after"),
    ">=": _t("is on or after"),
    "<": _t("is before"),
    "<=": _t("is on or before"),
};

export function operatorLabel(fact, operator) {
    return String((fact.type === "date" && DATE_LABELS[operator]) || OPERATOR_LABELS[operator]);
}

/** What kind of editor a value needs: none, days, pair, many, records, boolean, or the type itself. */
export function editorOf(fact, operator) {
    if (["set", "not_set"].includes(operator)) {
        return "none";
    }
    if (["last_days", "not_last_days"].includes(operator)) {
        return "days";
    }
    if (operator === "between") {
        return fact.type === "date" ? "date_pair" : "pair";
    }
    return { selection: "many", many2one: "records", money: "number" }[fact.type] || fact.type;
}

const EMPTY = {
    none: () => null,
    days: () => 90,
    pair: () => [null, null],
    date_pair: () => ["", ""],
    many: () => [],
    records: () => [],
    boolean: () => true,
    number: () => null,
    date: () => "",
    text: () => "",
};

export function emptyValue(fact, operator) {
    return EMPTY[editorOf(fact, operator)]();
}

export function newLeaf(fact) {
    const operator = fact.operators[0];
    const params = {};
    for (const param of fact.params) {
        if (param.default) {
            params[param.name] = param.default;
        }
    }
    return { fact: fact.code, operator, value: emptyValue(fact, operator), params };
}

export function newGroup(operator = "and") {
    return { operator, negate: false, conditions: [] };
}

/** The leaf with another operator; the value is kept where it still makes sense. */
export function withOperator(fact, leaf, operator) {
    const same = editorOf(fact, leaf.operator) === editorOf(fact, operator);
    return { ...leaf, operator, value: same ? leaf.value : emptyValue(fact, operator) };
}

/** Whether every comparison of a condition has the value it needs and its fact is on offer. */
export function isComplete(condition, facts) {
    if (condition.conditions) {
        return condition.conditions.every((child) => isComplete(child, facts));
    }
    const fact = facts[condition.fact];
    if (!fact) {
        return false;
    }
    const filled = (value) => value !== null && value !== "" && value !== undefined;
    const editor = editorOf(fact, condition.operator);
    if (editor === "none") {
        return true;
    }
    if (Array.isArray(condition.value)) {
        return condition.value.length > 0 && condition.value.every(filled);
    }
    return filled(condition.value);
}
