from . import (
    crm_call_dial_try,
    crm_call_list_add,
    crm_call_list_register_import,
    crm_call_queue_trial,
    crm_call_queue_trial_line,
    crm_call_recording_hold,
    crm_call_review_appeal_write,
)
