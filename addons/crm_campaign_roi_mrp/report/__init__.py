from . import crm_campaign_component
