from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from . import campaign_uplift


class CrmCampaignSale(models.Model):
    """Lines of all sales, of any campaign or none: what attribution and uplift look at (ROI-2)."""

    _name = "crm.campaign.sale"
    _inherit = "crm.campaign.deal"
    _description = "Sale"
    _auto = False

    treated_campaign_id = fields.Many2one(
        "utm.campaign", "To customers treated by", store=False, search="_search_treated"
    )
    control_campaign_id = fields.Many2one(
        "utm.campaign", "To the control group of", store=False, search="_search_control"
    )

    def _linked(self, campaign):
        return SQL("TRUE")

    def _looked_up(self):
        return True  # sales are looked at within a window

    def _standards(self):
        """Made once for all lines: looked up line by line it would be half of the time."""
        return SQL("%s OFFSET 0", super()._standards())

    def _search_treated(self, operator, value):
        return self._search_arm("treated", operator, value)

    def _search_control(self, operator, value):
        return self._search_arm("control", operator, value)

    def _search_arm(self, arm, operator, value):
        """Sales to the customers of one arm of campaigns; who is in both arms is in none."""
        if operator != "in":
            return NotImplemented
        customers = SQL(
            "SELECT customer FROM (%s) u WHERE arm = %s AND customer IS NOT NULL",
            campaign_uplift.units([key for key in value if key] or [0]),
            arm,
        )
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)", model._field_to_sql(alias, "partner_id", query), customers
            )
        )
