from . import crm_customer_asset, maintenance_equipment, maintenance_request
