from . import test_hoot, test_request_of_chat
