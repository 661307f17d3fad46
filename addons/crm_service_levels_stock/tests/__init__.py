from . import test_asset_delivery, test_portal_delivery, test_sell_stock
