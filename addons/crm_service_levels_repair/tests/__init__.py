from . import test_asset_repair
