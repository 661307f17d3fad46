from . import test_asset_delivery
