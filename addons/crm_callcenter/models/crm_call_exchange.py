from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_customer_insight.tools import phone

from ..report import call_events
from ..report import calls as sql
from ..tools.call_events import normalize
from ..tools.call_fold import Setting, fold

#: Without a sign of life for so many seconds the listener counts as lost.
SILENT_SECONDS = 60
LISTENER = "crm_callcenter.group_call_listener"
#: Events of one delivery at most.
BATCH = 1000
#: Moments that cannot be (before 2000, or more than a day ahead) are those of receiving.
FIRST_MOMENT = 946_684_800
DAY = 86_400


class CrmCallExchange(models.Model):
    """A telephone exchange and how its listener is doing (CC-1).

    Passwords of the exchange are in the listener's own configuration and never in Odoo: nobody
    can read them here, whatever his rights.
    """

    _name = "crm.call.exchange"
    _inherit = [
        "crm.call.entry.exchange.mixin",
        "crm.call.fax.exchange",
        "crm.call.menu.exchange",
        "crm.call.queue.exchange.mixin",
        "crm.call.recording.exchange.mixin",
        "crm.call.voice.exchange.mixin",
    ]
    _description = "Telephone exchange"
    _order = "name, id"

    name = fields.Char(required=True)
    code = fields.Char(
        required=True, copy=False, help="Name of the exchange in the listener's configuration."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    country_id = fields.Many2one(
        "res.country",
        help="Numbers without a country code are of this country; empty: the company's.",
    )
    listener_user_id = fields.Many2one(
        "res.users",
        "Account of the listener",
        domain=[("share", "=", False)],
        help="Its API key delivers events. It needs the right “Call center: listener” alone.",
    )
    trunks = fields.Char(
        "Lines to the outside",
        required=True,
        default="PJSIP/trunk",
        help="How the names of channels to customers begin on the exchange; several with commas.",
    )
    outside_prefix = fields.Char(
        "Digits for a line outside", help="Often 0 or 9 on older exchanges; empty: none."
    )
    extension_digits = fields.Integer(
        "Digits of numbers inside", default=5, help="Numbers with more digits are outside."
    )
    emergency_numbers = fields.Char(
        "More emergency numbers",
        help="Beside those of the country, with commas. Always dialed, whatever the rules say.",
    )
    event_days = fields.Integer(
        "Keep events (days)", default=30, help="Of calls that are over; calls stay."
    )
    last_seen = fields.Datetime(readonly=True, copy=False, string="Last seen")
    lag_seconds = fields.Float(
        "Lag (s)",
        readonly=True,
        copy=False,
        help="From an event on the exchange until Odoo has it.",
    )
    spool_bytes = fields.Integer(
        "Waiting on the listener's disk (bytes)", readonly=True, copy=False
    )
    events_per_second = fields.Float(readonly=True, copy=False, string="Events per second")
    last_error = fields.Char(readonly=True, copy=False, string="Last error")
    state = fields.Selection(
        [("never", "Never connected"), ("connected", "Connected"), ("lost", "Lost")],
        compute="_compute_state",
    )

    _code_uniq = models.UniqueIndex("(lower(code))", "Another exchange has this code already.")
    _code_plain = models.Constraint(
        "CHECK(code ~ '^[A-Za-z0-9_-]{1,40}$')",
        "The code of an exchange is made of letters, digits, - and _ (40 at most).",
    )
    _outside_digits = models.Constraint(
        "CHECK(outside_prefix ~ '^[0-9]{0,4}$' AND extension_digits BETWEEN 2 AND 6)",
        "A line outside is asked for with up to 4 digits, and numbers inside have 2 to 6.",
    )
    _days_positive = models.Constraint("CHECK(event_days > 0)", "Keep events for a day at least.")

    @api.depends("last_seen", "last_error")
    def _compute_state(self):
        late = fields.Datetime.now() - timedelta(seconds=SILENT_SECONDS)
        for exchange in self:
            if not exchange.last_seen:
                exchange.state = "never"
            else:
                exchange.state = "connected" if exchange.last_seen >= late else "lost"

    @api.model
    def _of_listener(self, code):
        """The exchange whose listener asks, as superuser.

        :raises AccessError: not its account; whether such an exchange exists is not told
        """
        # sudo: the listener's account reads nothing; what it may do is decided here
        exchange = self.sudo().search([("code", "=", str(code))], limit=1)
        if not self.env.user.has_group(LISTENER) or exchange.listener_user_id != self.env.user:
            raise AccessError(self.env._("This account does not listen to that exchange."))
        return exchange

    @api.model
    def listener_events(self, exchange_code, rows):
        """Take what the exchange said; the same again does no harm.

        :param rows: list of dicts: at (seconds since 1970 when it was heard) and message (dict of
            the headers of the manager interface)
        :return: dict: accepted (rows that were news), known (heard before, or of no interest)
        :raises UserError: not such rows; nothing of the delivery is written then
        """
        exchange = self._of_listener(exchange_code)
        latest = fields.Datetime.now().timestamp() + DAY
        found = (exchange._event(row, latest) for row in self._checked(rows))
        events = [event for event in found if event]
        events += exchange._ended(rows)
        exchange._follow_members(rows)
        new = sql.add_events(self.env, exchange, events)
        if linked := {event.call for event in new if event.call}:
            exchange._fold_calls(linked)
            exchange._tell_agents([event for event in new if event.kind == "agent_called"])
            exchange._follow_recordings(new)
        exchange.env["crm.call.fax"]._told(exchange, new)
        exchange.env["crm.call.callback"]._told(exchange, new)
        exchange.env["crm.call.voice.message"]._told(exchange, new)
        exchange.env["crm.call.agent"]._follow(exchange, new)
        exchange.env["crm.call.wallboard"]._tick(exchange.company_id)
        return {"accepted": min(len(new), len(rows)), "known": max(len(rows) - len(new), 0)}

    def _checked(self, rows):
        """The rows, if they have the form that was agreed on."""
        if not isinstance(rows, list) or len(rows) > BATCH:
            raise UserError(self.env._("A delivery is a list of up to %s events.", BATCH))
        for row in rows:
            message = row.get("message") if isinstance(row, dict) else None
            if not isinstance(message, dict) or not _is_moment(row.get("at")):
                raise UserError(self.env._("An event has a moment and the headers of a message."))
        return rows

    def _event(self, row, latest):
        """The event of a row, or ``None``; headers are text whatever was sent.

        :param latest: seconds since 1970; a stamp beyond is of a clock that is wrong
        """
        message = {str(name): str(value) for name, value in row["message"].items()}
        stamp = _float(message.get("Timestamp", ""))
        if not _is_moment(stamp) or stamp > latest:
            message.pop("Timestamp", None)
        return normalize(message, self.code, row["at"])

    def _ended(self, rows):
        """Hang-ups of legs that the exchange has no more, from the listener's snapshots.

        After a lost connection nobody tells how calls ended meanwhile; that they did is certain.
        """
        found = []
        for row in rows:
            if row["message"].get("Event") == "ListenerSnapshot":
                listed = set(str(row["message"].get("Uniqueids", "")).split())
                found += sql.vanished(self.env, self, listed, row["at"])
        return found

    def _fold_calls(self, linked):
        """Compute these calls anew from all their events."""
        self.ensure_one()
        events = sql.events_of(self.env, self, call_events.unsealed(self.env, self, linked))
        if not events:
            return
        setting = Setting(trunks=tuple(filter(None, map(str.strip, self.trunks.split(",")))))
        calls = [fold(found, setting) for found in events.values()]
        ids = sql.write_calls(self.env, self, calls, self._places())
        told = ((call, *ids[call.linked]) for call in calls if call.number)
        self._identify([(call, number) for call, number, known in told if not known])
        self.env["crm.call"].invalidate_model()
        self.env["crm.call.leg"].invalidate_model()
        self.env["crm.call.list.entry"]._follow(self, linked)

    def _tell_agents(self, events):
        """Tell whose telephone rings; the client then asks for what it may show (CC-2)."""
        if not events:
            return
        places = self._places()
        calls = self.env["crm.call"].search(
            [("exchange_id", "=", self.id), ("linked", "in", [event.call for event in events])]
        )
        numbers = {call.linked: call.id for call in calls if call.state == "running"}
        for event in events:
            agent = self.env["crm.call.agent"].browse(
                places.agent(event.data.get("interface", "")) or ()
            )
            if agent and event.call in numbers:
                agent.user_id._bus_send("crm_call/ringing", {"call_id": numbers[event.call]})

    def _identify(self, calls):
        """Find whose numbers these are, of whom nobody said it yet.

        :param calls: list of (folded call, id)
        """
        country = self.country_id or self.company_id.country_id
        found = {
            number: phone.parse(call.number, country.code).e164
            for call, number in calls
            if call.direction != "internal"
        }
        # numbers follow the phone fields before anybody is looked up by them
        self.env["crm.contact.number"]._drain()
        sql.identify(self.env, {number: e164 for number, e164 in found.items() if e164})

    def _line_to(self, number):
        """The channel that leads to a number outside, by the first of the lines."""
        technology, _slash, name = self.trunks.split(",")[0].strip().partition("/")
        return f"{technology}/{number}@{name}"

    def _places(self):
        queues = self.env["crm.call.queue"].search([("company_id", "=", self.company_id.id)])
        agents = self.env["crm.call.agent"].search([("exchange_id", "=", self.id)])
        return sql.Places(
            {queue.code.lower(): queue.id for queue in queues},
            {agent.extension: agent.id for agent in agents},
            {queue.id: (queue.answer_seconds, queue.short_seconds) for queue in queues},
        )

    @api.model
    def listener_commands(self, exchange_code):
        """The commands that wait for this exchange; each is handed out once.

        :return: list of dicts: id, action, values, expires (seconds since 1970)
        """
        exchange = self._of_listener(exchange_code)
        exchange.env["crm.call.agent"]._end_wrap_ups(exchange)
        exchange.env["crm.call.list"]._tick(exchange)
        exchange._sync_members()
        exchange.env["crm.call.wallboard"]._tick(exchange.company_id)
        return exchange.env["crm.call.command"]._hand_out(exchange)

    @api.model
    def listener_results(self, exchange_code, rows):
        """What came of commands: list of dicts with id, state (done, failed, unknown) and text."""
        exchange = self._of_listener(exchange_code)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UserError(self.env._("Results are a list of dictionaries."))
        states = {str(row.get("id")): row for row in rows}
        sent = exchange.env["crm.call.command"].search(
            [("exchange_id", "=", exchange.id), ("uid", "in", list(states)), ("state", "=", "sent")]
        )
        for command in sent:
            row = states[command.uid]
            known = row.get("state") in ("done", "failed")
            command._close(row["state"] if known else "unknown", row.get("text") or "")
        return len(sent)

    @api.model
    def listener_alive(self, exchange_code, figures):
        """Note that the listener lives, with its own figures.

        :param figures: dict with lag, spool, rate and error, each of which may be missing
        """
        exchange = self._of_listener(exchange_code)
        if not isinstance(figures, dict):
            raise UserError(self.env._("The figures of a listener are a dictionary."))
        exchange.write(
            {
                "last_seen": fields.Datetime.now(),
                "lag_seconds": _number(figures.get("lag")),
                "spool_bytes": int(_number(figures.get("spool"))),
                "events_per_second": _number(figures.get("rate")),
                "last_error": str(figures.get("error") or "")[:500] or False,
            }
        )
        return True


def _float(text):
    try:
        return float(text)
    except ValueError:
        return None


def _is_moment(value):
    """Whether these are seconds since 1970 of our time."""
    ok = isinstance(value, int | float) and not isinstance(value, bool)
    return ok and FIRST_MOMENT < value < 2**33


def _number(value):
    """A figure from outside: not negative, 0 when it is no number."""
    ok = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**31
    return value if ok else 0
