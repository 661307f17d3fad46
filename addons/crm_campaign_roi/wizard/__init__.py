from . import crm_campaign_audience_import, mail_compose_message
