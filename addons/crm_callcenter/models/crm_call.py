from odoo import api, fields, models

from odoo.addons.crm_customer_insight.tools import phone
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

DIRECTIONS = [("inbound", "Incoming"), ("outbound", "Outgoing"), ("internal", "Internal")]
RESULTS = [
    ("answered", "Answered"),
    ("abandoned", "Abandoned"),
    ("short_abandoned", "Abandoned at once"),
    ("busy", "Busy"),
    ("no_answer", "No answer"),
    ("rejected", "Rejected"),
    ("failed", "Failed"),
    ("ivr_contained", "Solved in the menu"),
    ("callback_requested", "Call-back asked for"),
    ("voicemail", "Voice message"),
]
STATES = [("running", "Running"), ("done", "Over")]


class CrmCall(models.Model):
    """A telephone call, computed from the events of its exchange (CC-2, CC-8).

    What the exchange knows is a pure function of the set of events (``tools/call_fold.py``): the
    same after duplicates, in any order, from two listeners. What people add (customer chosen,
    topic, note, result) is theirs and never overwritten.
    """

    _name = "crm.call"
    _inherit = ["crm.call.measure.mixin", "crm.call.popup.mixin", "crm.call.promise.mixin"]
    _description = "Call"
    _order = "start desc, id desc"
    _rec_name = "number"
    _rec_names_search = ("number", "partner_id")
    _log_access = False
    _person_data = PersonData(
        person=("partner_id",), erase="blank", blank=("number", "e164", "note"), number="e164"
    )

    exchange_id = fields.Many2one(
        "crm.call.exchange", required=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    linked = fields.Char("Call on the exchange", required=True, readonly=True)
    direction = fields.Selection(DIRECTIONS, required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="running")
    number = fields.Char(
        "Other side", readonly=True, help="As the exchange sent it; empty: anonymous."
    )
    e164 = fields.Char("Number (E.164)", readonly=True, index="btree_not_null")
    called = fields.Char("Called number", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="set null", index="btree_not_null"
    )
    candidate_count = fields.Integer(
        "Contacts with this number", readonly=True, help="More than one: the agent chooses."
    )
    queue_id = fields.Many2one(
        "crm.call.queue", ondelete="set null", readonly=True, index="btree_not_null"
    )
    agent_id = fields.Many2one(
        "crm.call.agent", ondelete="set null", readonly=True, index="btree_not_null"
    )
    start = fields.Datetime(required=True, readonly=True)
    answer = fields.Datetime("Answered", readonly=True)
    end = fields.Datetime("Ended", readonly=True)
    wait_seconds = fields.Float("Wait (s)", readonly=True, digits=(16, 1), aggregator="avg")
    ring_seconds = fields.Float("Ringing (s)", readonly=True, digits=(16, 1), aggregator="avg")
    talk_seconds = fields.Float("Talk (s)", readonly=True, digits=(16, 1), aggregator="avg")
    hold_seconds = fields.Float("Hold (s)", readonly=True, digits=(16, 1), aggregator="avg")
    result = fields.Selection(RESULTS, readonly=True)
    hung_up_by = fields.Selection(
        [("customer", "Customer"), ("agent", "Agent")], readonly=True, string="Hung up by"
    )
    cause = fields.Integer("Hang-up cause", readonly=True, aggregator=None)
    transfer_count = fields.Integer("Transfers", readonly=True)
    path = fields.Json(readonly=True, help="Menus, queues and transfers in their order.")
    is_incomplete = fields.Boolean(
        "Events missing", readonly=True, help="The exchange did not tell how it went on."
    )
    is_sealed = fields.Boolean(
        "Events deleted", readonly=True, help="What the exchange may still say changes nothing."
    )
    leg_ids = fields.One2many("crm.call.leg", "call_id", "Legs", readonly=True)
    review_ids = fields.One2many("crm.call.review", "call_id", "Reviews", readonly=True)
    recording_ids = fields.One2many("crm.call.recording", "call_id", "Recordings", readonly=True)
    topic_id = fields.Many2one("crm.call.topic", ondelete="restrict", index="btree_not_null")
    disposition_id = fields.Many2one(
        "crm.call.disposition", "Result by the agent", ondelete="restrict", index="btree_not_null"
    )
    note = fields.Text()
    changed = fields.Datetime(
        readonly=True, default=lambda self: self.env.cr.now(), help="Base of the touch ledger."
    )

    _linked_uniq = models.UniqueIndex("(exchange_id, linked)")
    _company_start_idx = models.Index("(company_id, start DESC, id DESC)")
    _running_idx = models.Index("(exchange_id) WHERE state = 'running'")
    _unsealed_idx = models.Index('(exchange_id, "end") WHERE is_sealed IS NOT TRUE')
    _insight_fill_idx = models.Index("(changed, id) WHERE changed IS NOT NULL")

    def write(self, vals):
        """Whatever people add, the touch ledger reads the call again."""
        return super().write({**vals, "changed": self.env.cr.now()})

    @api.depends("number", "partner_id", "direction")
    def _compute_display_name(self):
        for call in self:
            call.display_name = (
                call.partner_id.display_name or call.number or self.env._("Anonymous caller")
            )

    def action_review(self):
        """The user's own review of the conversation, or a new one (CC-5)."""
        self.ensure_one()
        mine = self.env["crm.call.review"].search(
            [
                ("call_id", "=", self.id),
                ("reviewer_id", "=", self.env.uid),
                ("calibration_id", "=", False),
            ],
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.call.review",
            "res_id": mine.id,
            "view_mode": "form",
            "context": {"default_call_id": self.id},
        }

    @api.model
    def _last_agent(self, company, partner, number, country, since=None):
        """Who talked last with a customer, or with who called from a number (CC-3).

        :param country: that a number without a country code is of
        :param since: whom he talked to before does not count
        """
        e164 = phone.parse(number or "", country.code).e164
        if not partner and not e164:
            return self.env["crm.call.agent"]
        domain = [
            ("partner_id", "=", partner.id) if partner else ("e164", "=", e164),
            ("company_id", "=", company.id),
            ("agent_id", "!=", False),
            ("result", "=", "answered"),
        ]
        domain += [("start", ">=", since)] if since else []
        return self.search(domain, order="start desc, id desc", limit=1).agent_id

    @api.ondelete(at_uninstall=False)
    def _unlink_sound(self):
        """The rows of recordings go by the database; the files would stay."""
        self.recording_ids._sound().unlink()
