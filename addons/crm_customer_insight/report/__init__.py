from . import crm_referral_report, crm_tier_migration, customer_profile
