import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCampaignDistributionLine(models.Model):
    """A salesperson of a distribution rule, with territory, tiers and a limit (ROI-1)."""

    _name = "crm.campaign.distribution.line"
    _description = "Salesperson of a distribution rule"
    _order = "sequence, id"

    distribution_id = fields.Many2one(
        "crm.campaign.distribution", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users", "Salesperson", required=True, domain="[('share', '=', False)]"
    )
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="States")
    tiers = fields.Char(help="For example AB; empty: customers of all tiers, and those without.")
    most = fields.Integer(
        "At most", help="Open opportunities he may have in all; 0: as many as come."
    )

    _user_uniq = models.UniqueIndex(
        "(distribution_id, user_id)", "Each salesperson stands in a rule once."
    )

    @api.constrains("tiers")
    def _check_tiers(self):
        for line in self:
            if line.tiers and not re.fullmatch("[A-Da-d]+", line.tiers):
                raise ValidationError(self.env._("Tiers are letters from A to D, such as AB."))
