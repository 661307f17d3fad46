from . import crm_customer_asset, crm_customer_asset_merge, stock_lot, stock_move
