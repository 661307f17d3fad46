from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from . import crm_service_hooks_mixin  # noqa: F401 (Odoo wants a parent defined before its child)

#: Bus event by which open boards learn that their counts moved, and the channel it is sent on.
BOARD_EVENT = "crm_service_levels/board"
BOARD_CHANNEL = "service_board"
#: Key under which a transaction keeps the companies whose boards are told at its end.
PENDING = "crm_service_levels.boards"


class BoardCount(NamedTuple):
    """A count on the strip above the team board, and the filter that a click on it sets.

    :param code: identifier
    :param label: translated, also the name of the filter
    :param icon: Font Awesome class
    :param domain: which open requests count
    :param tone: ``danger``, ``warning`` or empty; the suite's colors for late and soon
    :param help: what is counted, in a sentence
    """

    code: str
    label: str
    icon: str
    domain: list
    tone: str = ""
    help: str = ""


class CrmServiceBoardMixin(models.AbstractModel):
    """Counts above the team board, and who is told when they move (SVC-L1, SVC-L2)."""

    _name = "crm.service.board.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Team board of service requests"

    @api.model
    @api.readonly
    def get_board_counts(self, domain=None):
        """Counts of the strip among the open requests of *domain* that the user may read.

        One query whatever the number of requests or counts.

        :return: list of dicts: ``code``, ``label``, ``icon``, ``tone``, ``help``, ``domain``,
            ``count``
        """
        self.check_access("read")
        counts = self._service_board_counts()
        query = self._search(Domain(domain or []) & Domain("is_closed", "=", False))
        conditions = [self._board_condition(count, query) for count in counts]
        rows = self.env.execute_query(query.select(*conditions)) if conditions else [()]
        return [
            {**count._asdict(), "domain": list(count.domain), "count": found}
            for count, found in zip(counts, rows[0], strict=True)
        ]

    @api.model
    def _board_condition(self, count, query):
        condition = Domain(count.domain).optimize_full(self)._to_sql(self, self._table, query)
        return SQL("count(*) FILTER (WHERE %s)", condition)

    @api.model
    def _service_board_counts(self):
        """Counts of the strip, in order; parts add theirs to what ``super()`` returns."""
        return [
            BoardCount(
                "unassigned",
                self.env._("Unassigned"),
                "fa-user-times",
                [("user_id", "=", False)],
                help=self.env._("Open requests that nobody has taken."),
            ),
            BoardCount(
                "awaiting",
                self.env._("Waiting for us"),
                "fa-reply",
                [("awaiting_us", "=", True)],
                help=self.env._("Open requests in which the customer wrote last."),
            ),
            BoardCount(
                "customer",
                self.env._("Waiting for the customer"),
                "fa-hourglass-half",
                [("state", "=", "customer")],
                help=self.env._("Open requests in a stage that waits for the customer."),
            ),
        ]

    # Telling the boards

    def _service_created(self):
        res = super()._service_created()
        self._tell_boards()
        return res

    def _service_changed(self, before):
        res = super()._service_changed(before)
        self._tell_boards()
        return res

    def _service_answered(self, when):
        res = super()._service_answered(when)
        self._tell_boards()
        return res

    def _service_customer_wrote(self, when):
        res = super()._service_customer_wrote(when)
        self._tell_boards()
        return res

    def _tell_boards(self):
        """Have the boards of these companies count again: one message each at the end of the
        transaction, however many requests moved. It says nothing but that something did.
        """
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.add(self._send_boards)
        companies = precommit.data.setdefault(PENDING, set())
        # sudo: only which company's board is told
        companies.update(self.sudo().company_id.ids)

    @api.model
    def _send_boards(self):
        bus, now = self.env["bus.bus"], fields.Datetime.to_string(fields.Datetime.now())
        for company in self.env["res.company"].browse(self.env.cr.precommit.data.pop(PENDING, ())):
            bus._sendone((company, BOARD_CHANNEL), BOARD_EVENT, {"at": now})
