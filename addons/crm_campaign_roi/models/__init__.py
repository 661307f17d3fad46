# Mixins come before the models that are made of them.
from . import crm_campaign_hooks_mixin, crm_campaign_link_mixin

# isort: split

from . import (
    crm_campaign_approval_mixin,
    crm_campaign_code_mixin,
    crm_campaign_lock_mixin,
    crm_campaign_marketing_mixin,
    crm_campaign_money_mixin,
    crm_campaign_return_mixin,
    crm_campaign_target_mixin,
    crm_campaign_text_mixin,
    crm_campaign_tree_mixin,
    crm_campaign_uplift_mixin,
    crm_campaign_wave_mail_mixin,
    crm_campaign_wave_mixin,
    crm_campaign_wave_paper_mixin,
    crm_campaign_wave_plan_mixin,
)

# isort: split

from . import crm_campaign_response_mixin

# isort: split

from . import (
    account_move,
    crm_attribution_credit,
    crm_attribution_key,
    crm_attribution_run,
    crm_campaign_approval,
    crm_campaign_approval_line,
    crm_campaign_approval_rule,
    crm_campaign_approval_rule_step,
    crm_campaign_approval_step,
    crm_campaign_audience,
    crm_campaign_audience_member,
    crm_campaign_audience_overlap,
    crm_campaign_block,
    crm_campaign_budget,
    crm_campaign_change,
    crm_campaign_change_line,
    crm_campaign_cost,
    crm_campaign_cost_kind,
    crm_campaign_delivery,
    crm_campaign_distribution,
    crm_campaign_distribution_line,
    crm_campaign_handover,
    crm_campaign_hours,
    crm_campaign_kind,
    crm_campaign_link,
    crm_campaign_material,
    crm_campaign_material_version,
    crm_campaign_orphan,
    crm_campaign_pool,
    crm_campaign_pool_line,
    crm_campaign_purpose,
    crm_campaign_response,
    crm_campaign_response_group,
    crm_campaign_response_group_measure,
    crm_campaign_response_kind,
    crm_campaign_result,
    crm_campaign_settlement,
    crm_campaign_settlement_line,
    crm_campaign_target,
    crm_campaign_variant,
    crm_campaign_wave,
    crm_campaign_wave_content,
    crm_campaign_wave_group,
    crm_competitor,
    crm_competitor_product,
    crm_customer_fact,
    crm_lead,
    crm_marketing_plan,
    crm_touchpoint,
    mailing_mailing,
    res_partner,
    sale_order,
    utm_campaign,
)
