from . import crm_campaign_cost, hr_expense, utm_campaign
