from . import (
    crm_customer_fact,
    crm_insight_run,
    crm_loyalty_effect,
    crm_touchpoint,
    loyalty_history,
    res_partner,
)
