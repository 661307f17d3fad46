from odoo import fields, models


class CrmSegmentLeadMixin(models.AbstractModel):
    """How much a lead looks like our good customers."""

    _name = "crm.segment.lead.mixin"
    _description = "Look-alike score of a lead"

    insight_lookalike_score = fields.Integer(
        "Look-alike score",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="The highest score of all attribute analyses, from 1 to 100; 0: nothing is known.",
    )
    lookalike_score_ids = fields.One2many(
        "crm.lookalike.score",
        "lead_id",
        "Look-alike scores",
        groups="crm_customer_insight.group_insight_user",
    )
