from . import (
    crm_customer_asset,
    crm_service_finder,
    crm_service_portal,
    crm_service_request,
    sale_order,
    stock_lot,
    stock_move,
    stock_picking,
)
