from . import test_asset_maintenance
