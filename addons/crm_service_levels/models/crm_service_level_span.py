from odoo import fields, models

from ..tools.levels import LEVELS, Span


class CrmServiceLevelSpan(models.Model):
    """Use of one of the six levels by a request, from when to when (SVC-L1 … SVC-L6).

    Facts: written by ``crm.service.level.mixin`` alone, never edited.
    """

    _name = "crm.service.level.span"
    _description = "Level used by a service request"
    _order = "date_from, id"
    _log_access = False

    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="cascade", index=True
    )
    level = fields.Selection(LEVELS, required=True)
    date_from = fields.Datetime("From", required=True)
    date_to = fields.Datetime("To", help="Empty while the level is in use.")
    user_id = fields.Many2one("res.users", "Begun by", index="btree_not_null")
    reason = fields.Char(help="What led to this level, in words.")

    _open_uniq = models.UniqueIndex(
        "(request_id, level) WHERE date_to IS NULL", "This level is in use already."
    )
    _order_of_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A level cannot end before it began."
    )

    def _as_spans(self):
        return [Span(span.level, span.date_from, span.date_to or None) for span in self]
