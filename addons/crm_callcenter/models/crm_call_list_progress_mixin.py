from datetime import UTC

from odoo import api, fields, models

from ..report import call_lists as sql
from ..tools import dialer
from ..tools.dialer import Tally

#: Attempts before the end is forecast.
KNOWN_ATTEMPTS = 20


class CrmCallListProgressMixin(models.AbstractModel):
    """How far call lists are; every figure opens what it counts (CC-6).

    A part of ``crm.call.list``.
    """

    _name = "crm.call.list.progress.mixin"
    _description = "Progress of call lists"

    entry_count = fields.Integer("On the list", compute="_compute_progress")
    waiting_count = fields.Integer("To be called", compute="_compute_progress")
    tried_count = fields.Integer("Dialed", compute="_compute_progress")
    reached_count = fields.Integer("Reached", compute="_compute_progress")
    left_out_count = fields.Integer("Left out", compute="_compute_progress")
    progress = fields.Integer(
        "Progress (%)", compute="_compute_progress", help="Nobody calls them any more ÷ all."
    )
    abandoned_text = fields.Char(
        "Abandoned",
        compute="_compute_progress",
        help="Calls answered by a person for which nobody spoke within two seconds ÷ calls "
        "answered by a person, in the present window.",
    )

    def _compute_progress(self):
        self.env["crm.call.list.entry"].flush_model(["state", "attempt_count", "list_id"])
        counts = {one: {} for one in self.ids}
        for list_id, state, count, tried in self.env.execute_query(sql.progress(self.ids)):
            counts[list_id][state] = count, tried
        tallies = self._tallies()
        for one in self:
            one._set_progress(counts.get(one.id, {}), tallies.get(one.id, Tally()))

    def _set_progress(self, counts, tally):
        number = {state: count for state, (count, _tried) in counts.items()}
        callable_ = sum(number.values()) - number.get("left_out", 0)
        still = sum(number.get(state, 0) for state in sql.OPEN)
        self.entry_count = callable_
        self.waiting_count = still
        self.tried_count = sum(tried for _count, tried in counts.values())
        self.reached_count = number.get("done", 0) + number.get("refused", 0)
        self.left_out_count = number.get("left_out", 0)
        self.progress = round(100 * (callable_ - still) / callable_) if callable_ else 0
        self.abandoned_text = self._share_text(tally)

    def _share_text(self, tally):
        if self.mode not in ("progressive", "power"):
            return False
        if tally.share is None:
            return self.env._("Nobody answered yet")
        return self.env._(
            "%(share).1f %% of %(limit).1f %%",
            share=100 * tally.share,
            limit=100 * self.abandon_limit,
        )

    def _tallies(self):
        self.env["crm.call.list.attempt"].flush_model()
        now = fields.Datetime.now()
        since = {one.id: one._window_start(now) for one in self if one.id}
        rows = self.env.execute_query(sql.tallies(self, since)) if since else []
        return {row[0]: Tally(row[2], row[3]) for row in rows}

    @api.model
    @api.readonly
    def get_progress(self, list_id):
        """Figures of a list for its page, each with the domain of what it counts.

        :return: dict: state, figures (list of code, label, value or False, help, model, domain),
            share, limit (share abandoned, False while nobody answered), end (ISO UTC or False)
        """
        one = self.browse(list_id)
        one.check_access("read")
        one._compute_progress()  # not what an earlier question has left in the cache
        tally = one._tallies()[one.id]
        return {
            "state": one.state,
            "machine": one.mode in ("progressive", "power"),
            "figures": one._figures(),
            "share": tally.share if tally.share is not None else False,
            "limit": one.abandon_limit,
            "since": one._window_start(fields.Datetime.now()).isoformat(),
            "end": one._forecast(),
        }

    def _figures(self):
        """Figures of the page, each with what it counts."""
        entry, attempt = "crm.call.list.entry", "crm.call.list.attempt"
        labels = self._figure_labels()
        rows = [
            ("all", entry, [("state", "!=", "left_out")]),
            ("open", entry, [("state", "in", list(sql.OPEN))]),
            ("dialed", entry, [("attempt_count", ">", 0)]),
            ("reached", entry, [("state", "in", ["done", "refused"])]),
            ("attempts", attempt, []),
            ("left_out", entry, [("state", "=", "left_out")]),
        ]
        if self.mode in ("progressive", "power"):
            since = fields.Datetime.to_string(self._window_start(self._now()))
            rows.append(
                ("abandoned", attempt, [("result", "=", "abandoned"), ("date", ">=", since)])
            )
        return [
            {
                "code": code,
                "label": labels[code][0],
                "help": labels[code][1],
                "value": self.env[model].search_count([("list_id", "=", self.id), *domain]),
                "model": model,
                "domain": [("list_id", "=", self.id), *domain],
            }
            for code, model, domain in rows
        ]

    def _figure_labels(self):
        env = self.env
        return {
            "all": (env._("On the list"), env._("Without who is left out.")),
            "open": (env._("To be called"), env._("Now or later, first or again.")),
            "dialed": (env._("Dialed"), env._("Once at least.")),
            "reached": (env._("Reached"), env._("Who talked with us or heard the message.")),
            "attempts": (env._("Attempts"), env._("All calls that were made.")),
            "left_out": (env._("Left out"), env._("May not be called, with the reason.")),
            "abandoned": (
                env._("Abandoned"),
                env._("Nobody spoke within two seconds; in the present window."),
            ),
        }

    def _forecast(self):
        """When everybody is through at the present pace, ISO in UTC; False: not known."""
        count, _persons, _talk, hours = self.env.execute_query(sql.recent(self))[0]
        finished = self.entry_count - self.waiting_count
        if count < KNOWN_ATTEMPTS or not finished or self.state != "running":
            return False
        attempts = self.env["crm.call.list.attempt"].search_count([("list_id", "=", self.id)])
        minutes = self.waiting_count * (attempts / finished) / (count / max(hours, 1)) * 60
        zone = self.company_id.partner_id.tz or "UTC"
        now = fields.Datetime.now().replace(tzinfo=UTC)
        end = dialer.after_open_minutes(self._call_hours(zone, ()), now, minutes)
        return end.astimezone(UTC).replace(tzinfo=None).isoformat() if end else False

    def _told(self):
        """Tell whoever looks at the list that it has changed."""
        for one in self:
            for user in one.user_id | one._agents().user_id:
                user._bus_send("crm_call/list", {"id": one.id, "state": one.state})
