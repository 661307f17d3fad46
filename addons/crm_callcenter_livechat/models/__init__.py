from . import crm_call_contact, crm_call_inbox_rule, discuss_channel, im_livechat_channel
