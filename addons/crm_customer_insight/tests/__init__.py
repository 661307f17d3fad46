from . import test_contact_access
from . import test_contact_channel
from . import test_contact_decisions
from . import test_contact_permission
from . import test_touchpoint_contacts
from . import test_touchpoint_documents
from . import test_touchpoint_ledger
# key accounts, profile facts, referrals
from . import test_customer_facts
from . import test_key_accounts
from . import test_lead_accounts
from . import test_next_actions
from . import test_profile
from . import test_value_dashboard
from . import test_customer_360
from . import test_customer_360_queries
from . import test_timeline
from . import test_tours_contact
