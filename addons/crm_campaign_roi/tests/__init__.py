from . import test_audience_import, test_campaign, test_costs, test_deals, test_targets
