from . import crm_campaign_demand, stock_warehouse_orderpoint
