from . import test_contact_access
from . import test_contact_channel
from . import test_contact_decisions
from . import test_contact_permission
from . import test_touchpoint_documents
from . import test_touchpoint_contacts
from . import test_touchpoint_ledger
