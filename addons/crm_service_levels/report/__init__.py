from . import (
    asset_facts,
    complaint_facts,
    crm_feedback_report,
    crm_service_asset_report,
    crm_service_complaint_report,
    crm_service_insight_report,
    crm_service_sla_report,
    request_facts,
    service_touchpoints,
    similar_cases,
)
