from . import (
    test_call_request_tour,
    test_call_requests,
    test_entry_owner,
    test_inbox_requests,
)
