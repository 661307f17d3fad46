from . import (
    crm_customer_asset,
    crm_customer_asset_maintenance,
    crm_product_quality,
    crm_service_portal,
    crm_service_request,
    repair_order,
)
