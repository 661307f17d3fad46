from . import (
    crm_campaign_delivery,
    crm_campaign_response,
    crm_campaign_response_group,
    crm_campaign_wave,
    crm_customer_fact,
    crm_touchpoint,
    event_event,
    event_registration,
    res_partner,
)
