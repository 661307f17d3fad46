from . import test_service_campaign
