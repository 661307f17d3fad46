from . import asset_facts, crm_service_asset_report, similar_cases
