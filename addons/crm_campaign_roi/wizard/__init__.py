from . import crm_campaign_audience_import
