from . import (
    crm_campaign_response,
    crm_campaign_response_group,
    crm_campaign_wave,
    crm_customer_fact,
    crm_touchpoint,
    survey_survey,
    survey_user_input,
)
