from . import test_audience_import, test_campaign, test_targets
