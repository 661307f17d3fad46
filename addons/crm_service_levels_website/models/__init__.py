from . import crm_service_request
