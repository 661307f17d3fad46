from . import crm_campaign_group_turn
