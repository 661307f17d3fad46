from . import crm_campaign_audience_import, crm_campaign_group_turn, mail_compose_message
from . import (
    crm_campaign_approval_refuse,
    crm_campaign_audience_import,
    crm_lead_lost,
    mail_compose_message,
)
