from . import test_request_of_chat
