from . import crm_tier_migration
from . import crm_referral_report
from . import customer_profile
