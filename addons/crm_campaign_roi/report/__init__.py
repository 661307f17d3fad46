from . import campaign_targets, crm_campaign_deal
