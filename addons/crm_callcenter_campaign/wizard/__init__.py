from . import crm_call_list_add
