from . import (
    crm_nurture_report,
    crm_nurture_source,
    crm_product_uptake,
    crm_referral_report,
    crm_renewal_report,
    crm_reorder_week,
    crm_retention_report,
    crm_tier_migration,
    customer_profile,
)
