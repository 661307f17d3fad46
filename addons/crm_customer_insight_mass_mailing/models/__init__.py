from . import crm_touchpoint, mailing_trace
