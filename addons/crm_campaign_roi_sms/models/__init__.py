from . import (
    crm_campaign_block,
    crm_campaign_delivery,
    crm_campaign_text_mixin,
    crm_campaign_wave,
    crm_campaign_wave_content,
    crm_touchpoint,
    mailing_trace,
    res_partner,
    utm_campaign,
)
