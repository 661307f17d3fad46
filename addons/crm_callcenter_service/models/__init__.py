from . import (
    crm_call,
    crm_call_contact,
    crm_call_cost_page,
    crm_call_exchange,
    crm_call_inbox_rule,
    crm_call_list,
    crm_call_list_entry,
    crm_feedback_answer,
    crm_service_escalation_action_mixin,
    crm_service_request,
)
