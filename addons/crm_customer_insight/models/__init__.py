# numbers
from . import crm_contact_number

# channels, permissions, contact pressure
from . import crm_contact_channel
from . import crm_contact_permission
from . import crm_contact_pressure_rule

# touch ledger
from . import crm_touchpoint
from . import crm_touchpoint_fill

# value
from . import crm_customer_month
from . import crm_customer_snapshot

# customer 360

# key accounts, profile facts, referrals
