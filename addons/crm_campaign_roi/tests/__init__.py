from . import (
    test_audience_import,
    test_campaign,
    test_costs,
    test_deals,
    test_targets,
    test_waves,
    test_waves_mail,
    test_waves_methods,
)
