from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.alert import fill, placeholders

#: What texts may name in braces.
KNOWN = ("name", "company", "event", "day", "offer", "salesperson", "our_company")


class CrmLifeEventKind(models.Model):
    """A turn in the life of a customer and the offer that fits it (C360-2)."""

    _name = "crm.life.event.kind"
    _description = "Kind of life event"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    applies_to = fields.Selection(
        [("all", "Everybody"), ("person", "People"), ("company", "Companies")],
        string="Applies to",
        required=True,
        default="all",
    )
    days_before = fields.Integer(
        "Offer from (days before)", default=0, help="How long before the event the offer fits."
    )
    days_after = fields.Integer(
        "Offer until (days after)", default=30, help="How long after the event the offer fits."
    )
    offer = fields.Char(
        required=True, translate=True, help="In a few words: it stands in the proposal."
    )
    product_id = fields.Many2one(
        "product.product",
        ondelete="set null",
        index="btree_not_null",
        domain="[('sale_ok', '=', True)]",
        help="Its price is the expected value of the proposal and of the opportunity.",
    )
    subject = fields.Char(translate=True, help="Of the e-mail.")
    body = fields.Html("Text", translate=True, sanitize_attributes=True)
    is_marketing = fields.Boolean(
        "Marketing",
        default=True,
        help="On: only with the contact's permission and within contact pressure.",
    )
    event_ids = fields.One2many("crm.life.event", "kind_id", "Life events")

    _days_not_negative = models.Constraint(
        "CHECK(days_before >= 0 AND days_after >= 0)", "Days cannot be negative."
    )

    @api.constrains("subject", "body")
    def _check_placeholders(self):
        for kind in self:
            text = f"{kind.subject or ''} {kind.body or ''}"
            unknown = sorted(set(placeholders(text)) - set(KNOWN))
            if unknown:
                raise ValidationError(
                    self.env._(
                        "There is nothing to put for %(unknown)s. Known are: %(known)s.",
                        unknown=", ".join(f"{{{name}}}" for name in unknown),
                        known=", ".join(f"{{{name}}}" for name in KNOWN),
                    )
                )

    def _filled(self, values):
        """``(subject, body)`` with what is known of the customer and the event."""
        self.ensure_one()
        subject = fill(self.subject or self.offer, values)
        return subject, fill(self.body or "", values, markup=True)
