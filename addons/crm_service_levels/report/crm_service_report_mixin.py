from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_service_priority_rule import PRIORITIES
from ..models.crm_service_type import NATURES, PHASES
from ..tools.feedback import LEAST

#: Columns of a request that every report about requests can be broken down by.
DIMENSIONS = """r.id AS request_id, r.company_id, c.currency_id, r.type_id, r.nature, r.phase,
    r.channel_id, r.commercial_partner_id, r.priority"""
#: Fields behind DIMENSIONS; what changes in them is in the reports at once.
DEPENDS = [
    "channel_id",
    "commercial_partner_id",
    "company_id",
    "date_open",
    "nature",
    "phase",
    "priority",
    "stage_id",
    "state",
    "team_id",
    "type_id",
    "user_id",
]


class CrmServiceReportMixin(models.AbstractModel):
    """What reports about requests share: columns, rights, medians, the way to the request.

    A report holds rows of requests that the reader may see, and nothing else. Means in
    ``_least_measures`` and medians in ``_median_measures`` are empty below five requests.
    """

    _name = "crm.service.report.mixin"
    _inherit = ["crm.service.request.link.mixin"]
    _description = "Report about service requests"

    _least_measures = frozenset()
    _median_measures = frozenset()
    #: Amounts in the currency of the row that are no monetary fields.
    _money_measures = frozenset()

    request_id = fields.Many2one("crm.service.request", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    team_id = fields.Many2one("crm.service.team", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    type_id = fields.Many2one("crm.service.type", "Request type", readonly=True)
    nature = fields.Selection(NATURES, readonly=True)
    phase = fields.Selection(PHASES, readonly=True)
    channel_id = fields.Many2one("crm.contact.channel", "Came in by", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)

    def _seen(self, archived=False):
        """Ids of the requests that the reader may see, as SQL.

        Screens that ask for a period of receipt say so by ``service_received_since`` in the
        context, so that older requests are not even looked at.
        """
        requests = self.env["crm.service.request"].with_context(active_test=not archived)
        since = self.env.context.get("service_received_since")
        return requests._search([("date_open", ">=", since)] if since else []).subselect()

    def _columns(self, owner="r"):
        """Dimensions of request *r* in company *c*; team and owner are those of table *owner*."""
        table = SQL.identifier(owner)
        return SQL("%s, %s.team_id, %s.user_id", SQL(DIMENSIONS), table, table)

    def _stage_spans(self):
        """Stage spans of the requests seen, archived ones too, with what was before each.

        The first span begins when the request was received: what was imported later is as old as
        it says. ``ends`` is empty while the request is in the stage.
        """
        return SQL(
            """SELECT s.id, s.request_id, s.stage_id, s.team_id, s.user_id, t.state, t.is_closed,
                LAG(s.id) OVER w IS NULL AS is_first, LAG(t.is_closed) OVER w AS was_closed,
                LAG(t.state) OVER w AS was_state, s.date_to AS ends,
                CASE WHEN LAG(s.id) OVER w IS NULL THEN LEAST(s.date_from, r.date_open)
                    ELSE s.date_from END AS begins
            FROM crm_service_stage_span s
            JOIN crm_service_stage t ON t.id = s.stage_id
            JOIN crm_service_request r ON r.id = s.request_id
            WHERE r.id IN %s
            WINDOW w AS (PARTITION BY s.request_id ORDER BY s.date_from, s.id)""",
            self._seen(archived=True),
        )

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        column = self._measure(name, query) if name in self._fields else None
        if aggregate_spec in self._median_measures:
            value = SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", column)
        elif aggregate_spec in self._least_measures:
            value = SQL("AVG(%s)", column)
        elif self._is_money(name) and function in ("sum", "avg"):
            return SQL("SUM(%s)" if function == "sum" else "AVG(%s)", column)
        else:
            return super()._read_group_select(aggregate_spec, query)
        return SQL("CASE WHEN COUNT(%s) >= %s THEN %s END", column, LEAST, value)

    # Money of several companies

    def _in_one_currency(self):
        """The report with money in the currency of the reader's company, at today's rates.

        Lists and pivots show who has which currency; a printed sum has to be of one.
        """
        currencies = self.env.companies.currency_id
        own = self.env.company.currency_id
        if currencies <= own:
            return self
        today = fields.Date.context_today(self)
        rates = {
            currency.id: self.env["res.currency"]._get_conversion_rate(
                currency, own, self.env.company, today
            )
            for currency in currencies
        }
        return self.with_context(service_rates=rates)

    def _is_money(self, name):
        field = self._fields.get(name)
        return (
            field is not None
            and "service_rates" in self.env.context
            and (field.type == "monetary" or name in self._money_measures)
        )

    def _measure(self, name, query):
        """Column of *name*, converted where :meth:`_in_one_currency` asks for it."""
        column = self._field_to_sql(self._table, name, query)
        if not self._is_money(name):
            return column
        currency = self._field_to_sql(self._table, "currency_id", query)
        cases = [
            SQL("WHEN %s THEN %s", int(key), float(rate))
            for key, rate in self.env.context["service_rates"].items()
        ]
        return SQL("(%s * CASE %s %s ELSE 1 END)", column, currency, SQL(" ").join(cases))
