from . import test_campaign_dashboard
