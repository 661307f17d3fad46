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
from . import test_account_access
from . import test_account_digest
from . import test_customer_360_tour

# numbers, merge and erasure
from . import test_caller_lookup
from . import test_contact_number
from . import test_person_erasure
from . import test_person_merge
from . import test_hoot
from . import test_value_months
from . import test_value_snapshots
from . import test_value_changes
from . import test_value_access
