# numbers
from . import crm_contact_number
from . import crm_lead_number
from . import res_partner_erasure
from . import res_partner_number

# channels, permissions, contact pressure
from . import crm_contact_channel
from . import crm_contact_permission
from . import crm_contact_pressure_rule
from . import res_partner_contact

# touch ledger
from . import crm_touchpoint
from . import crm_touchpoint_fill
from . import touchpoint_sources

# value
from . import crm_value_setting
from . import crm_value_state
from . import crm_overhead_pool
from . import crm_customer_dirty
from . import crm_customer_month
from . import crm_customer_snapshot
from . import crm_customer_snapshot_action
from . import crm_customer_snapshot_chart
from . import account_move
from . import sale_order
from . import product_product
from . import res_partner_value
from . import res_users_value

# customer 360
from . import crm_touchpoint_timeline
from . import res_partner_360

# dashboards
from . import crm_value_dashboard

# key accounts, profile facts, referrals
from . import crm_profile_attribute
from . import crm_profile_value
from . import crm_customer_fact
from . import crm_customer_selection
from . import crm_next_action
from . import crm_next_action_snooze
from . import digest_digest
from . import crm_key_account
from . import crm_customer_snapshot_account
from . import crm_key_account_goal
from . import crm_key_account_member
from . import crm_lead_stakeholder
from . import crm_lead_qualification
from . import crm_lead_referral
from . import crm_referral
from . import res_partner_account
