from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.levels import LEVELS, Span

_BEGIN = """
INSERT INTO crm_service_level_span (request_id, level, date_from, user_id, reason)
SELECT r, %(level)s, %(when)s, %(user)s, %(reason)s
FROM unnest(%(requests)s::integer[]) AS r ORDER BY r
ON CONFLICT (request_id, level) WHERE date_to IS NULL DO NOTHING
RETURNING request_id
"""


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

    @api.model
    def _begin(self, requests, level, when, reason):
        """Note that *requests* use *level* from *when* on; those that use it already are left out.

        One statement whatever their number, which two people at once cannot make do it twice.

        :return: the requests that did not use it
        """
        if not requests:
            return requests
        self.flush_model()
        values = {"requests": requests.ids, "level": level, "when": when, "reason": reason or None}
        rows = self.env.execute_query(SQL(_BEGIN, user=self.env.uid, **values))
        begun = requests.browse(request_id for (request_id,) in rows)
        begun.invalidate_recordset(["level_span_ids"], flush=False)
        return begun

    def _as_spans(self):
        return [Span(span.level, span.date_from, span.date_to or None) for span in self]
