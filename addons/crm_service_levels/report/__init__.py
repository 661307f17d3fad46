from . import (
    asset_facts,
    crm_service_asset_report,
    crm_service_sla_report,
    request_facts,
    service_touchpoints,
    similar_cases,
)
