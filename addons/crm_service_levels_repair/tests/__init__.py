from . import test_asset_repair, test_portal_repair
