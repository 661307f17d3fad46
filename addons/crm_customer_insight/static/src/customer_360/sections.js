import { registry } from "@web/core/registry";

/**
 * Components that draw the sections of the 360 view, by the section's kind. A component gets
 * `section` (the data of the server), `compact` (on the partner form) and `reload` as props.
 * Addons add components for kinds of their own.
 */
export const customer360Sections = registry.category("customer_360_sections");

export const sectionProps = {
    section: Object,
    partnerId: Number,
    compact: { type: Boolean, optional: true },
    reload: { type: Function, optional: true },
};
