from . import crm_product_suggestion, crm_touchpoint, crm_value_setting, stock_picking
