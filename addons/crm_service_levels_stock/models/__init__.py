from . import crm_customer_asset, stock_lot, stock_move
