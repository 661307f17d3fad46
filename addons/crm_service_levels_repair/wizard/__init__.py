from . import crm_customer_asset_merge
