from . import test_event_invitation, test_event_page, test_event_persons, test_event_responses
