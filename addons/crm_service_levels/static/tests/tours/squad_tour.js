import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const page = (name) => ({ content: `Page ${name}`, trigger: `.o_notebook a[name='${name}']`, run: "click" });

// SVC-L2: a representative puts a squad together and asks for an approval.
tours.add("crm_service_levels_squad_begin", {
    steps: () => [
        { content: "The card says what to do", trigger: "[data-card='squad']:contains('Nobody helps yet')" },
        { content: "Invite", trigger: ".o_service_squad_invite", run: "click" },
        { trigger: ".modal [name='user_ids'] input", run: "edit Otto Works" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Otto Works')", run: "click" },
        { trigger: ".modal [name='note'] input", run: "edit Judge the seal" },
        { trigger: ".modal button[name='action_invite']", run: "click" },
        { content: "He is invited", trigger: ".o_service_squad_member[data-state='invited']:contains('Otto Works')" },
        { content: "Level 2 is in use", trigger: ".o_service_level_open [data-level='2']" },
        { content: "A refund beyond her authority", trigger: ".o_service_approval_ask", run: "click" },
        { trigger: ".modal [name='amount'] input", run: "edit 120" },
        { trigger: ".modal [name='reason'] textarea", run: "edit Broken twice" },
        { content: "She is told", trigger: ".modal .alert-warning:contains('Beyond your authority')" },
        { trigger: ".modal button[name='action_ask']:contains('Ask for approval')", run: "click" },
        { content: "The request waits", trigger: ".o_service_awaiting:contains('Waits for approval'):contains('Broken twice')" },
    ],
});

// SVC-L2: a colleague of another company, without rights in Service or Project.
tours.add("crm_service_levels_squad_member", {
    steps: () => [
        { content: "He is asked", trigger: ".o_service_squad_join", run: "click" },
        { trigger: ".o_service_squad_member[data-state='accepted']:contains('Otto Works')" },
        page("squad"),
        { content: "It is plain who reads this", trigger: ".o_service_squad_page .o_service_audience_internal:contains('Only colleagues read this')" },
        { trigger: ".o_service_judgement_text", run: "edit The seal was fitted wrongly" },
        { trigger: ".o_service_judgement_post:not([disabled])", run: "click" },
        { trigger: ".o_service_note:contains('The seal was fitted wrongly')" },
        { content: "A task for himself", trigger: ".o_service_squad_add", run: "click" },
        { trigger: ".modal [name='name'] input, .modal [name='name'] textarea", run: "edit Send a new seal" },
        { trigger: ".modal button[name='action_create_task']", run: "click" },
        { trigger: ".o_service_squad_task[data-done='0']:contains('Send a new seal')" },
        { content: "Hand it over", trigger: ".o_service_task_hand_over", run: "click" },
        { trigger: ".modal [name='note'] textarea", run: "edit The seal is in your stock" },
        { trigger: ".modal button[name='action_hand_over']", run: "click" },
        { trigger: ".o_service_handover:contains('The seal is in your stock'):contains('waits for an answer')" },
    ],
});

// SVC-L2: the representative accepts the task and does it.
tours.add("crm_service_levels_squad_end", {
    steps: () => [
        page("squad"),
        { trigger: ".o_service_handover_accept", run: "click" },
        { trigger: ".o_service_squad_task:not(:has(.o_service_handover)) .o_service_task_done", run: "click" },
        { trigger: ".o_service_squad_task[data-done='1']" },
        { content: "The squad has done its work", trigger: ".o_service_squad_dismiss", run: "click" },
        { trigger: "[data-card='squad']:contains('Nobody helps yet')" },
    ],
});

// SVC-L2: the leader finds it among his approvals.
tours.add("crm_service_levels_squad_approve", {
    steps: () => [
        { trigger: ".o_data_row:contains('Broken twice') td[name='reason']", run: "click" },
        { trigger: ".o_form_view button[name='action_open_request']", run: "click" },
        { trigger: ".o_service_awaiting .o_service_approve", run: "click" },
        { trigger: ".o_service_approval[data-state='approved']" },
    ],
});
