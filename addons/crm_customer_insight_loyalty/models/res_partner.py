from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.crm_customer_insight.tools.customer_360 import Section


class ResPartner(models.Model):
    """Loyalty cards on the 360 view (C360-1, C360-8)."""

    _inherit = "res.partner"

    def _customer_360_sections(self):
        section = Section(
            "loyalty_cards",
            self.env._("Loyalty cards"),
            "main",
            38,
            "items",
            "_customer_360_loyalty_cards",
            "loyalty.card",
        )
        return [*super()._customer_360_sections(), section]

    def _customer_360_loyalty_cards(self):
        """Cards with points of the customer and his people; left out for who has none."""
        domain = Domain("program_type", "=", "loyalty") & self._customer_360_domain()
        data = self._customer_360_items(
            "loyalty.card",
            domain,
            self._customer_360_loyalty_card,
            order="points desc, id",
            label=self.env._("Loyalty cards"),
        )
        return data if data["items"] else None

    def _customer_360_loyalty_card(self, card):
        return {
            "name": card.program_id.name,
            "note": card.points_display,
            "date": fields.Date.to_string(card.create_date.date()),
            "icon": "fa-id-card-o",
        }
