from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.person_data import PersonData

PLACES = [
    ("quotation", "Quotation"),
    ("service", "Service"),
    ("portal", "Portal"),
]
KINDS = [
    ("rule", "Bought together"),
    ("reorder", "Expected reorder"),
    ("seen", "Looked at in the portal"),
]
STATES = [
    ("shown", "Shown"),
    ("accepted", "Accepted"),
    ("dismissed", "Not interested"),
]


class CrmProductOffer(models.Model):
    """A product that was suggested to somebody, where, why, and what became of it (ROI-5).

    One row per order and product; in the portal and in service, where there is no order yet, one
    per customer and product until he decides.
    """

    _name = "crm.product.offer"
    _description = "Product suggestion"
    _order = "date desc, id desc"
    _rec_name = "product_id"
    _log_access = False
    _person_data = PersonData(
        merge="keep_best",
        key=("company_id", "product_id", "place"),
        where="order_id IS NULL AND state = 'shown'",
        erase="delete",
    )

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product", "Suggested", required=True, readonly=True, ondelete="cascade", index=True
    )
    because_id = fields.Many2one(
        "product.product", "Because of", readonly=True, ondelete="set null", index="btree_not_null"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    place = fields.Selection(PLACES, required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="shown")
    date = fields.Datetime("First shown", required=True, readonly=True)
    decided = fields.Datetime("Decided on", readonly=True)
    shown_count = fields.Integer("Times shown", readonly=True, default=1)
    user_id = fields.Many2one("res.users", "Shown to", readonly=True, ondelete="set null")
    order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    order_line_id = fields.Many2one(
        "sale.order.line",
        "Line of the order",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    _order_uniq = models.UniqueIndex("(order_id, product_id) WHERE order_id IS NOT NULL")
    _open_uniq = models.UniqueIndex(
        "(partner_id, company_id, product_id, place) WHERE order_id IS NULL AND state = 'shown'"
    )

    @api.model
    def _note_shown(self, suggestions, place, partner, company, order=None):
        """Remember what was shown; the same again counts once more, whoever looks."""
        if not suggestions:
            return
        now, customer = fields.Datetime.now(), partner.commercial_partner_id
        rows = [
            SQL(
                "(%s, %s, %s, %s::integer, %s, %s, 'shown', %s, 1, %s, %s::integer)",
                customer.id, company.id, item["product_id"], item["because_id"] or None,
                item["kind"], place, now, self.env.uid, order.id if order else None,
            )
            for item in suggestions
        ]  # fmt: skip
        target = (
            SQL("(order_id, product_id) WHERE order_id IS NOT NULL")
            if order
            else SQL(
                "(partner_id, company_id, product_id, place)"
                " WHERE order_id IS NULL AND state = 'shown'"
            )
        )
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_product_offer (partner_id, company_id, product_id, because_id,
                       kind, place, state, date, shown_count, user_id, order_id)
                   VALUES %s ON CONFLICT %s
                   DO UPDATE SET shown_count = crm_product_offer.shown_count + 1""",
                SQL(", ").join(rows),
                target,
            )
        )
        self.invalidate_model()

    def _decide(self, state, line=None):
        """Accepted or dismissed; a decision that was made stays, but an accepted one may follow."""
        self.filtered(lambda offer: offer.state != "accepted").write(
            {
                "state": state,
                "decided": fields.Datetime.now(),
                "order_line_id": line.id if line else False,
                **({"order_id": line.order_id.id} if line else {}),
            }
        )

    def action_open_order(self):
        """The order that the suggestion was shown for or became part of."""
        self.ensure_one()
        if not self.order_id:
            raise UserError(self.env._("The customer has not asked for it."))
        return self.order_id.get_formview_action()
