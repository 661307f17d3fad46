from . import account_move, crm_campaign_cost, purchase_order, purchase_order_line, utm_campaign
