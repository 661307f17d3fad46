from . import (
    crm_call_cost_page,
    crm_call_list,
    crm_campaign_response,
    crm_campaign_wave,
    crm_touchpoint,
)
