from . import crm_touchpoint, stock_picking
