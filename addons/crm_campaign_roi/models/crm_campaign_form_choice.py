from odoo import fields, models

from ..tools.web_form import RESPONSES


class CrmCampaignFormChoice(models.Model):
    """One of the answers that a web form offers, and what it means (ROI-1)."""

    _name = "crm.campaign.form.choice"
    _description = "Choice of a web form"
    _order = "form_id, sequence, id"

    form_id = fields.Many2one("crm.campaign.form", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    response_kind_id = fields.Many2one(
        "crm.campaign.response.kind",
        "Counts as",
        required=True,
        ondelete="restrict",
        domain=[("code", "in", RESPONSES)],
        default=lambda self: self.env.ref("crm_campaign_roi.response_kind_registered"),
    )
    make_lead = fields.Boolean("Make a lead", default=True)
