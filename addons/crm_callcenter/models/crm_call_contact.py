from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from .crm_call_contact_offer_mixin import HELD
from .crm_call_inbox_rule import CHANNELS

STATES = [
    ("waiting", "Waiting"),
    ("offered", "Offered"),
    ("in_work", "In work"),
    ("done", "Done"),
    ("left", "Handled elsewhere"),
]
OPEN = ("waiting", *HELD)


class CrmCallContact(models.Model):
    """A mail, form, fax, chat or call-back in the agents' inbox (CC-7).

    It points to the record it is about, which is where the work is done. What waits is offered to
    ready agents by the skills of its queue and their room; see ``tools/inbox.py``.
    """

    _name = "crm.call.contact"
    _inherit = ["crm.call.contact.offer.mixin"]
    _description = "Contact in the inbox"
    _order = "since, id"
    _rec_name = "subject"
    _person_data = PersonData()

    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    subject = fields.Char(readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="set null", index="btree_not_null", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    rule_id = fields.Many2one("crm.call.inbox.rule", readonly=True, ondelete="set null")
    queue_id = fields.Many2one(
        "crm.call.queue", required=True, ondelete="cascade", index=True, readonly=True
    )
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True)
    since = fields.Datetime(
        "Waiting since", required=True, default=fields.Datetime.now, readonly=True
    )
    not_before = fields.Datetime("Promised for", readonly=True)
    answer_by = fields.Datetime("To be answered by", readonly=True)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    owner_id = fields.Many2one(
        "res.users", "Knows the matter", readonly=True, ondelete="set null",
        help="Works for the customer in this matter already, and gets it first.",
    )  # fmt: skip
    agent_id = fields.Many2one(
        "crm.call.agent", readonly=True, ondelete="set null", index="btree_not_null"
    )
    offered_at = fields.Datetime("Offered on", readonly=True)
    offer_until = fields.Datetime("Offered until", readonly=True)
    accepted_at = fields.Datetime("Accepted on", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    declined = fields.Json(
        readonly=True, help="Agents who declined, or let the offer pass, and when."
    )

    _record_uniq = models.UniqueIndex(
        "(res_model, res_id) WHERE state IN ('waiting', 'offered', 'in_work')",
        "This is in the inbox already.",
    )
    _record_idx = models.Index("(res_model, res_id)")
    _open_idx = models.Index("(company_id, since) WHERE state IN ('waiting', 'offered', 'in_work')")

    @api.depends("answer_by", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for one in self:
            one.is_late = bool(one.state in OPEN and one.answer_by and one.answer_by < now)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("state", "in", OPEN), ("answer_by", "<", fields.Datetime.now())]
        return late if True in value else ["!", "&", *late]

    # -- in and out

    @api.model
    def _of(self, records):
        """What is open in the inbox about these records."""
        return self.search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids),
             ("state", "in", OPEN)]
        )  # fmt: skip

    @api.model
    def _take_in(self, channel, records):
        """These records of a channel wait for an agent, as far as a rule wants them.

        :return: the new contacts
        """
        rules = self.env["crm.call.inbox.rule"].search([("channel", "=", channel)])
        if not rules:
            return self
        known = set(self._of(records).mapped("res_id"))
        rows = []
        for record in records.sudo():  # sudo: as in the mixin of the sources
            own = rules.filtered(lambda rule, one=record: rule.company_id == one._inbox_company())
            rule = next((rule for rule in own if rule._fits(record)), None)
            if rule and record.id not in known:
                rows.append(self._vals_of(rule, record))
        contacts = self.create(rows)
        contacts._wake()
        return contacts

    def _vals_of(self, rule, record):
        since = record._inbox_since()
        begin = max(since, record._inbox_not_before() or since)
        return {
            "channel": rule.channel,
            "subject": (record._inbox_subject() or "")[:200],
            "res_model": record._name,
            "res_id": record.id,
            "partner_id": record._inbox_partner().id,
            "company_id": rule.company_id.id,
            "rule_id": rule.id,
            "queue_id": rule.queue_id.id,
            "since": since,
            "not_before": record._inbox_not_before(),
            "answer_by": begin + timedelta(minutes=rule.answer_minutes),
            "owner_id": record._inbox_owner().id,
        }

    def _leave(self):
        """Handled elsewhere; who was offered it or works on it sees it go."""
        self._end("left")

    def _give(self, user):
        """Somebody was named by hand: in work with him, or gone from the inbox."""
        agents = self.env["crm.call.agent"].search([("user_id", "=", user.id)], limit=1)
        for one in self.filtered(lambda one: one.agent_id != agents or one.state != "in_work"):
            if agents and agents.company_id == one.company_id:
                one._hold(agents)
            else:
                one._leave()

    def _end(self, state):
        agents = self.agent_id
        self.write({"state": state, "ended_at": fields.Datetime.now(), "offer_until": False})
        agents._tell()
        self._wake()

    def _record(self):
        """The record it is about, or ``None`` when it is gone."""
        self.ensure_one()
        if self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None

    # -- what agents do

    def _hold(self, agent):
        """The agent works on it now."""
        before = self.agent_id
        self.write({"state": "in_work", "agent_id": agent.id, "offer_until": False,
                    "accepted_at": fields.Datetime.now()})  # fmt: skip
        (before | agent)._tell()

    def _mine_open(self, states=HELD):
        """These as superuser, when they are the agent's who is logged in.

        :raises UserError: somebody else has it, or it is over
        """
        agent = self.env["crm.call.agent"]._me()
        # sudo: agents write nothing here by themselves; whose it is is checked
        mine = self.sudo()
        if any(one.agent_id != agent or one.state not in states for one in mine):
            raise UserError(self.env._("This is not with you any more."))
        return mine

    def action_accept(self):
        """I work on what I was offered; it opens."""
        self.ensure_one()
        one = self._mine_open()
        if one.state == "offered":
            one._accept(one.agent_id)
        return self.action_open_record()

    def _accept(self, agent):
        self._hold(agent)
        if record := self._record():
            record._inbox_accepted(agent.user_id)

    def action_decline(self):
        """Somebody else, please."""
        self._mine_open(("offered",))._pass_on()
        return True

    def action_take(self):
        """I take what waits, or is offered to somebody; my room does not count."""
        self.ensure_one()
        self.check_access("read")
        agent = self.env["crm.call.agent"]._me()
        # sudo: as above; that he may see it was checked
        one = self.sudo()
        if one.state not in ("waiting", "offered"):
            raise UserError(self.env._("%s has this already.", one.agent_id.name or "?"))
        one._accept(agent)
        return self.action_open_record()

    def action_done(self):
        """I am done with it."""
        for one in self._mine_open(("in_work",)):
            one._end("done")  # first: the record may tell that it waits no more
            if record := one._record():
                record._inbox_done(one.agent_id.user_id)
        return True

    def action_return(self):
        """Back into the line; supervisors do it for others.

        :raises UserError: it is neither mine nor am I a supervisor
        """
        if self.env.user.has_group("crm_callcenter.group_call_supervisor"):
            self.check_access("read")
            # sudo: supervisors steer, and read alone otherwise
            mine = self.sudo().filtered(lambda one: one.state in HELD)
        else:
            mine = self._mine_open()
        mine._pass_on()
        return True

    def action_open_record(self):
        """The record to work on, as far as one may see it."""
        self.ensure_one()
        # sudo: the record itself is opened with the rights of whoever asks
        record = self.sudo()._record()
        if record is None:
            raise UserError(self.env._("The record is not there any more."))
        return record.sudo(False)._inbox_open()
