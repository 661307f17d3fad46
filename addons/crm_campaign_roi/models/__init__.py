from . import crm_campaign_kind, crm_campaign_purpose, crm_campaign_tree_mixin, utm_campaign
