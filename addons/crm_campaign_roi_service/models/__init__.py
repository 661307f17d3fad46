from . import (
    crm_campaign_delivery,
    crm_campaign_response,
    crm_campaign_wave,
    crm_feedback_answer,
    crm_feedback_scheme,
    crm_service_request,
    crm_touchpoint,
    utm_campaign,
)
