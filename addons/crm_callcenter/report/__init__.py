from . import crm_call_menu_report
