from . import crm_campaign_report_mixin  # isort: skip
from . import (
    campaign_targets,
    campaign_uplift,
    crm_campaign_deal,
    crm_campaign_demand_accuracy,
    crm_campaign_ledger,
    crm_campaign_plan_actual,
    crm_campaign_return_report,
    crm_campaign_sale,
    crm_campaign_sales_forecast,
    crm_competitor_report,
    journeys,
)
