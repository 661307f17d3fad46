from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_product_offer import KINDS, PLACES, STATES


class CrmProductUptake(models.Model):
    """How suggestions were taken up, by rule, place and month (ROI-5).

    Uptake = accepted ÷ shown; a suggestion counts once, however often it was seen. Revenue is that
    of confirmed order lines that came from a suggestion, untaxed, in company currency.
    """

    _name = "crm.product.uptake"
    _description = "Uptake of suggestions"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"
    _depends = {
        "crm.product.offer": [
            "because_id", "company_id", "date", "kind", "order_id", "order_line_id", "partner_id",
            "place", "product_id", "shown_count", "state", "user_id",
        ],
        "sale.order": ["currency_rate", "state"],
        "sale.order.line": ["price_subtotal"],
    }  # fmt: skip

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    product_id = fields.Many2one("product.product", "Suggested", readonly=True)
    because_id = fields.Many2one("product.product", "Because of", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    place = fields.Selection(PLACES, readonly=True)
    state = fields.Selection(STATES, readonly=True)
    user_id = fields.Many2one("res.users", "Shown to", readonly=True)
    date = fields.Datetime("First shown", readonly=True)
    shown = fields.Integer(readonly=True, help="Suggestions shown, each once.")
    accepted = fields.Integer(readonly=True)
    dismissed = fields.Integer("Not interested", readonly=True)
    uptake = fields.Float(
        "Uptake (%)", readonly=True, aggregator="avg", help="Accepted ÷ shown, in percent."
    )
    revenue = fields.Monetary(
        readonly=True, help="Untaxed amount of confirmed order lines that came from a suggestion."
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT f.id, f.partner_id, f.company_id, c.currency_id, f.product_id, f.because_id,
                   f.kind, f.place, f.state, f.user_id, f.date, 1 AS shown,
                   (f.state = 'accepted')::integer AS accepted,
                   (f.state = 'dismissed')::integer AS dismissed,
                   100.0 * (f.state = 'accepted')::integer AS uptake,
                   CASE WHEN f.state = 'accepted' AND o.state = 'sale'
                        THEN l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1)
                        ELSE 0 END AS revenue
                 FROM crm_product_offer f
                 JOIN res_company c ON c.id = f.company_id
                 LEFT JOIN sale_order_line l ON l.id = f.order_line_id
                 LEFT JOIN sale_order o ON o.id = l.order_id"""
        )

    def action_open_offer(self):
        """The suggestion behind the figure."""
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.product.offer"].browse(self.id).get_formview_action()
