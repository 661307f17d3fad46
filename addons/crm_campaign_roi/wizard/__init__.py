from . import (
    crm_campaign_approval_refuse,
    crm_campaign_audience_import,
    crm_campaign_demand_decide,
    crm_campaign_group_turn,
    crm_campaign_lead_permission,
    crm_campaign_merge,
    crm_campaign_prior_correct,
    crm_lead_lost,
    mail_compose_message,
)
