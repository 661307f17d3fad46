from . import crm_campaign_demand_accuracy
