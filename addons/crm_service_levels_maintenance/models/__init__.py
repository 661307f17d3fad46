from . import (
    crm_customer_asset,
    crm_service_request,
    maintenance_equipment,
    maintenance_request,
)
