import { registry } from "@web/core/registry";

const OPEN = {
    content: "Open the complaint",
    trigger: ".o_data_row td:contains('The pump leaks badly')",
    run: "click",
};

function now(code) {
    return { trigger: `.o_complaint_current[data-step='${code}']` };
}

function finish(code) {
    return [
        { trigger: `.o_form_statusbar button[name='action_finish']:visible`, run: "click" },
        now(code),
    ];
}

function choose(field, text) {
    return [
        { trigger: `.o_field_widget[name='${field}'] input`, run: `edit ${text}` },
        { trigger: `.o-autocomplete--dropdown-item:contains('${text}')`, run: "click" },
    ];
}

function write(field, text) {
    return { trigger: `.o_field_widget[name='${field}'] textarea`, run: `edit ${text}` };
}

// SVC-C: a complaint through nine steps. A representative leads it to the approval …
registry.category("web_tour.tours").add("crm_service_levels_complaint_begin", {
    steps: () => [
        OPEN,
        now("record"),
        ...finish("judge"),
        { trigger: "[name='validity'] label:contains('Partly valid')", run: "click" },
        write("validity_reason", "The seal was worn"),
        ...finish("department"),
        ...choose("department_id", "Production"),
        ...finish("cause"),
        ...choose("cause_id", "Making / Seal"),
        ...finish("solution"),
        write("solution", "A new seal, free of charge"),
        { trigger: "[name='compensation_kind'] label:contains('Apology')", run: "click" },
        ...finish("approve"),
    ],
});

// … her team leader approves …
registry.category("web_tour.tours").add("crm_service_levels_complaint_approve", {
    steps: () => [OPEN, now("approve"), ...finish("reply")],
});

// … and she replies, compensates and closes it.
registry.category("web_tour.tours").add("crm_service_levels_complaint_end", {
    steps: () => [
        OPEN,
        now("reply"),
        { trigger: "button[name='action_replied']", run: "click" },
        { trigger: ".modal [name='text'] textarea", run: "edit Called her and apologized" },
        { trigger: ".modal button[name='action_say']", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        ...finish("compensate"),
        ...finish("learn"),
        write("learning", "Check the hardness of seals"),
        { trigger: ".o_form_statusbar button[name='action_finish']:visible", run: "click" },
        { content: "It is closed", trigger: "button[name='action_reopen']" },
    ],
});
