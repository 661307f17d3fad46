from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.person_data import PersonData


class CrmProductView(models.Model):
    """A product that a customer looked at in the portal, if he allows us to remember it (ROI-5)."""

    _name = "crm.product.view"
    _description = "Product looked at"
    _order = "date desc, id desc"
    _rec_name = "product_id"
    _log_access = False
    _person_data = PersonData(
        merge="keep_best",
        key=("company_id", "product_id"),
        order="date DESC, id",
        erase="delete",
    )

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, readonly=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    date = fields.Date("Last looked at", required=True, readonly=True)
    view_count = fields.Integer("Times looked at", readonly=True)

    _view_uniq = models.UniqueIndex("(partner_id, company_id, product_id)")

    @api.model
    def _note(self, partner, products, company):
        """Remember what the contact looked at, unless he did not allow it."""
        if not products or not partner.suggestions_from_browsing:
            return
        today = fields.Date.context_today(self)
        rows = SQL(", ").join(
            SQL("(%s, %s, %s, %s, 1)", partner.id, product.id, company.id, today)
            for product in products
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_product_view (partner_id, product_id, company_id, date,
                       view_count)
                   VALUES %s ON CONFLICT (partner_id, company_id, product_id)
                   DO UPDATE SET date = excluded.date,
                       view_count = crm_product_view.view_count + 1""",
                rows,
            )
        )
        self.invalidate_model()

    @api.model
    def _forget(self, partner):
        """Delete what the contact looked at: he withdrew his permission."""
        self.search([("partner_id", "=", partner.id)]).unlink()
