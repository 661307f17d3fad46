from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..report import call_intervals as sql

#: what people say of a call and the facts are grouped by
_GROUPS = {"topic_id", "partner_id", "queue_id", "agent_id"}


class CrmCallMeasureMixin(models.AbstractModel):
    """A call whose facts follow what people write down about it (CC-8)."""

    _name = "crm.call.measure.mixin"
    _description = "Call: measures"

    in_time = fields.Boolean(
        "Within the promised time",
        readonly=True,
        help="Waited no longer than the queue promised when the call was made; answered or not.",
    )

    is_rated = fields.Boolean(
        "Rated by the customer", compute="_compute_is_rated", search="_search_is_rated"
    )
    is_first_contact = fields.Boolean(
        "First contact",
        compute="_compute_is_first_contact",
        search="_search_is_first_contact",
        help="First call of a customer on a topic, whose days of the queue are over.",
    )

    def _compute_is_rated(self):
        found = self.search([("id", "in", self.ids), ("is_rated", "=", True)])
        for call in self:
            call.is_rated = call in found

    def _search_is_rated(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env.flush_all()
        calls = SQL("(SELECT rating.call_id FROM (%s) rating)", self._satisfaction())
        return _among(Domain("id", "in", calls), value)

    def _compute_is_first_contact(self):
        found = self.search([("id", "in", self.ids), ("is_first_contact", "=", True)])
        for call in self:
            call.is_first_contact = call in found

    def _search_is_first_contact(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env.flush_all()
        return _among(Domain("id", "in", sql.first_contacts(fields.Datetime.now())), value)

    def write(self, vals):
        """Facts of calls that move to another topic or agent are computed anew."""
        done = super().write(vals)
        if _GROUPS & vals.keys():
            self.flush_recordset(list(_GROUPS & vals.keys()))
            sql.mark_calls(self.env, self.ids)
        return done

    @api.model
    def _satisfaction(self):
        """SQL that rates calls: what customers said who were called back (CC-5).

        Others who ask customers add theirs by UNION ALL; a call that is rated twice has the mean.

        :return: ``SQL`` of a SELECT with ``call_id`` and ``score`` (0 to 1)
        """
        return SQL(
            """SELECT line.call_id, (line.service::float8 - 1) / 4 AS score
                 FROM crm_call_review_sample_line line
                WHERE line.state = 'done' AND line.kind = 'customer'
                  AND line.service IS NOT NULL AND line.call_id IS NOT NULL"""
        )


def _among(domain, wanted):
    """The domain, its opposite, or both."""
    found = Domain.FALSE
    for value in wanted:
        found |= domain if value else ~domain
    return found
