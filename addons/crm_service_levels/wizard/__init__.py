from . import (
    crm_customer_asset_merge,
    crm_customer_asset_swap,
    crm_customer_asset_transfer,
    crm_service_approval_ask,
    crm_service_approval_refuse,
    crm_service_complaint_words,
    crm_service_request_merge,
    crm_service_request_split,
    crm_service_sla_rebuild,
    crm_service_squad_invite,
    crm_service_squad_task,
)
