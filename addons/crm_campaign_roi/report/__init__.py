from . import campaign_targets, crm_campaign_deal, crm_campaign_return_report
