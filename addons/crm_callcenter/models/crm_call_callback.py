from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_customer_insight.tools import phone
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

STATES = [
    ("waiting", "Waiting"),
    ("assigned", "Promised"),
    ("done", "Done"),
    ("failed", "Not reached"),
    ("cancelled", "Canceled"),
]
OPEN = ("waiting", "assigned")
#: Hours until a caller who did not wait is to be called back at the latest.
DEADLINE_HOURS = 4
#: Attempts after which a call-back has failed.
ATTEMPTS = 3
#: What the dial plan, or a menu, says of a caller who is to be called back.
STEPS = ("callback", "ivr_callback")


class CrmCallCallback(models.Model):
    """Somebody is to be called back: he did not want to wait, or an agent promised it (CC-3, CC-6).

    Without a person the agents of the queue see it; who takes it has promised it.
    """

    _name = "crm.call.callback"
    _inherit = ["crm.call.inbox.source.mixin"]
    _description = "Call-back"
    _order = "due_at, id"
    _rec_name = "number"
    _person_data = PersonData(
        person=("partner_id",), erase="blank", blank=("number", "note"), number="number"
    )

    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="set null", index="btree_not_null"
    )
    number = fields.Char(help="As it is dialed; empty after the person was erased.")
    queue_id = fields.Many2one("crm.call.queue", ondelete="set null", index="btree_not_null")
    user_id = fields.Many2one(
        "res.users", "Promised by", ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, readonly=True
    )
    call_id = fields.Many2one(
        "crm.call", "Call in which it was asked for", ondelete="set null", readonly=True
    )
    due_at = fields.Datetime("Promised for", required=True, default=fields.Datetime.now)
    deadline = fields.Datetime(
        compute="_compute_deadline", store=True, readonly=False, help="Not later than that."
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="waiting", index=True, copy=False
    )
    attempts = fields.Integer(readonly=True, copy=False, aggregator=None)
    note = fields.Text()
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")

    _call_uniq = models.UniqueIndex("(call_id) WHERE call_id IS NOT NULL")
    _open_idx = models.Index("(due_at) WHERE state IN ('waiting', 'assigned')")
    _in_order = models.Constraint(
        "CHECK(deadline >= due_at)", "The deadline of a call-back is not before its time."
    )

    @api.depends("due_at")
    def _compute_deadline(self):
        for one in self:
            one.deadline = one.due_at and one.due_at + timedelta(hours=DEADLINE_HOURS)

    @api.depends("deadline", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for one in self:
            one.is_late = one.state in OPEN and bool(one.deadline) and one.deadline < now

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("state", "in", OPEN), ("deadline", "<", fields.Datetime.now())]
        return late if True in value else ["!", "&", *late]

    @api.depends("partner_id", "number")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one.partner_id.display_name or one.number or self.env._("Call-back")

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever is named has promised it; the number is known by its customer otherwise."""
        for vals in vals_list:
            if vals.get("user_id"):
                vals.setdefault("state", "assigned")
            if not vals.get("number") and vals.get("partner_id"):
                vals["number"] = self.env["res.partner"].browse(vals["partner_id"]).phone
            if not vals.get("number"):
                raise UserError(self.env._("Whom to call back? There is no number."))
        found = super().create(vals_list)
        found.filtered(lambda one: one.state == "waiting")._inbox_enter("callback")
        return found

    def write(self, vals):
        """Who is named has promised it; without a person it waits again."""
        if "user_id" in vals and "state" not in vals:
            open_ones = self.filtered(lambda one: one.state in OPEN)
            super(CrmCallCallback, open_ones).write(
                {"state": "assigned" if vals["user_id"] else "waiting"}
            )
        result = super().write(vals)
        if {"user_id", "state", "due_at"} & vals.keys():
            self._follow_inbox("due_at" in vals)
        return result

    def _follow_inbox(self, is_moved):
        """What nobody has promised waits in the inbox; a new time is a new place in it."""
        self.filtered(lambda one: is_moved or one.state not in OPEN)._inbox_leave()
        for user, own in self.filtered(lambda one: one.state == "assigned").grouped(
            "user_id"
        ).items():  # fmt: skip
            own._inbox_given(user)
        self.filtered(lambda one: one.state == "waiting")._inbox_enter("callback")

    def _inbox_queue(self):
        return self.queue_id

    def _inbox_since(self):
        return self.create_date

    def _inbox_not_before(self):
        return self.due_at

    def _inbox_accepted(self, user):
        self.user_id = user

    def _inbox_returned(self):
        self.filtered(lambda one: one.state in OPEN).user_id = False

    def _inbox_done(self, user):
        self.filtered(lambda one: one.state in OPEN).action_done()

    def action_take(self):
        """I call him back."""
        others = self.filtered(lambda one: one.user_id and one.user_id != self.env.user)
        if others:
            raise UserError(self.env._("%s has promised this already.", others[0].user_id.name))
        self.write({"user_id": self.env.uid})

    def action_call(self):
        """Dial; the agent's own telephone rings first. Whoever calls has taken it."""
        self.ensure_one()
        if self.state not in OPEN:
            raise UserError(self.env._("This call-back is over."))
        self.action_take()
        self.env["crm.call.agent"].dial(self.number, self.partner_id.id)
        self.attempts += 1
        return True

    def action_done(self):
        """He was reached."""
        self._close("done")

    def action_not_reached(self):
        """He was not: again later, and after some attempts no more."""
        for one in self:
            if one.attempts >= ATTEMPTS:
                one._close("failed")
            else:
                later = fields.Datetime.now() + timedelta(hours=1)
                one.write({"due_at": later})

    def action_cancel(self):
        self._close("cancelled")

    def _close(self, state):
        if over := self.filtered(lambda one: one.state not in OPEN):
            raise UserError(self.env._("The call-back of %s is over.", over[0].display_name))
        self.write({"state": state})

    @api.model
    def _told(self, exchange, events):
        """Callers who asked for it in a queue or a menu, once each however often it is told.

        :param events: new events, after their calls were computed
        """
        asked = {
            event.call: event
            for event in events
            if event.data.get("step") in STEPS and event.call and event.data.get("extension")
        }
        if not asked:
            return
        calls = self.env["crm.call"].search(
            [("exchange_id", "=", exchange.id), ("linked", "in", list(asked))]
        )
        known = self.search([("call_id", "in", calls.ids)]).call_id
        rows = [self._vals_of(call, asked[call.linked]) for call in calls - known]
        expected = self._expected(exchange, [row["number"] for row in rows])
        self.create([row for row in rows if row["number"] not in expected])

    def _expected(self, exchange, numbers):
        """Numbers that are to be called back anyhow: who asks twice is called once."""
        found = self.search(
            [
                ("company_id", "=", exchange.company_id.id),
                ("number", "in", numbers),
                ("state", "in", OPEN),
            ]
        )
        return set(found.mapped("number"))

    def _vals_of(self, call, event):
        """He may have given another number than the one he called from."""
        exchange = call.exchange_id
        country = exchange.country_id or exchange.company_id.country_id
        number = event.data["extension"]
        code = str(event.data.get("queue", "")).lower()
        queues = self.env["crm.call.queue"].search([("company_id", "=", call.company_id.id)])
        queue = queues.filtered(lambda queue: queue.code.lower() == code)[:1]
        return {
            "call_id": call.id,
            "company_id": call.company_id.id,
            "partner_id": call.partner_id.id,
            "number": phone.parse(number, country.code).e164 or number,
            "queue_id": queue.id or call.queue_id.id,
        }
