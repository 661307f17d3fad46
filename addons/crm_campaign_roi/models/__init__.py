from . import (
    crm_campaign_audience,
    crm_campaign_audience_member,
    crm_campaign_kind,
    crm_campaign_purpose,
    crm_campaign_target,
    crm_campaign_target_mixin,
    crm_campaign_tree_mixin,
    crm_campaign_variant,
    crm_lead,
    res_partner,
    utm_campaign,
)
