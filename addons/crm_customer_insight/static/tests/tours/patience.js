import { registry } from "@web/core/registry";

// A step waits so long for what it looks for: on a busy machine Odoo's ten seconds are too few.
const MILLISECONDS = 45000;
const tours = registry.category("web_tour.tours");

for (const [, tour] of tours.getEntries()) {
    tour.timeout ??= MILLISECONDS;
}
tours.addEventListener("UPDATE", ({ detail }) => {
    if (detail.operation === "add") {
        detail.value.timeout ??= MILLISECONDS;
    }
});
