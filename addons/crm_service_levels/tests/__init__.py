from . import (
    test_asset,
    test_asset_access,
    test_asset_plan,
    test_asset_recall,
    test_asset_report,
    test_asset_request,
    test_asset_warranty,
    test_levels,
    test_request,
)
