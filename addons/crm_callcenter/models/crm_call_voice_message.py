import base64
import binascii
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..tools.recording import read_sound

#: Bytes of a message at most: ten minutes of a telephone's sound.
MOST_BYTES = 10 * 2**20
#: What a menu says of a caller who has left a message.
STEP = "ivr_voicemail"
#: Rows that one run of the cleaning deletes.
BATCH = 1000


class CrmCallVoiceMessage(models.Model):
    """What a caller has said to a menu, heard and answered by an agent (CC-4, CC-7).

    The sound comes as a file, the call as an event; either may be first. A message is deleted some
    days after it was done, as set at its exchange.
    """

    _name = "crm.call.voice.message"
    _inherit = ["crm.call.inbox.source.mixin"]
    _description = "Voice message"
    _order = "id desc"
    _rec_name = "number"
    _person_data = PersonData(erase="delete", number="number")

    exchange_id = fields.Many2one(
        "crm.call.exchange", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="exchange_id.company_id", store=True)
    file = fields.Char("File on the exchange", required=True, readonly=True)
    call_id = fields.Many2one(
        "crm.call", ondelete="set null", index="btree_not_null", readonly=True
    )
    number = fields.Char(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="set null", index="btree_not_null"
    )
    queue_id = fields.Many2one(
        "crm.call.queue", "Came through", ondelete="set null", index="btree_not_null", readonly=True
    )
    sound = fields.Binary(attachment=True, readonly=True)
    seconds = fields.Integer("Length (seconds)", readonly=True, aggregator=None)
    state = fields.Selection(
        [("new", "New"), ("assigned", "In work"), ("done", "Done")],
        required=True,
        default="new",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", "With", ondelete="set null", index="btree_not_null", readonly=True
    )
    done_at = fields.Datetime("Done on", readonly=True)
    note = fields.Text()

    _file_uniq = models.UniqueIndex("(exchange_id, file)")
    _done_idx = models.Index("(done_at) WHERE state = 'done'")

    @api.depends("partner_id", "number")
    def _compute_display_name(self):
        for one in self:
            who = one.partner_id.display_name or one.number or self.env._("unknown number")
            one.display_name = self.env._("Voice message of %s", who)

    # -- from the exchange

    @api.model
    def _receive(self, exchange, name, content):
        """Keep a message; the same again does no harm.

        :param content: WAV, Base64
        :raises UserError: it is no sound, or too large
        """
        message = self.search([("exchange_id", "=", exchange.id), ("file", "=", name)], limit=1)
        if message.seconds:
            return message
        try:
            data = base64.b64decode(content, validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise UserError(self.env._("A voice message is sent as Base64.")) from error
        sound = read_sound(data) if len(data) <= MOST_BYTES else None
        if sound is None:
            raise UserError(self.env._("This is no voice message, or a very long one."))
        if sound.seconds < 1:  # a silence, or a click: he has said nothing
            return message
        message = message or self.create({"exchange_id": exchange.id, "file": name})
        message.write({"seconds": max(round(sound.seconds), 1), "sound": base64.b64encode(data)})
        message._inbox_enter("voice")
        return message

    @api.model
    def _told(self, exchange, events):
        """Whose messages they are, told before or after their sound comes."""
        files = {
            event.data.get("file", "").rpartition("/")[2]: event.call
            for event in events
            if event.data.get("step") == STEP and event.call
        }
        files.pop("", None)
        calls = self.env["crm.call"].search(
            [("exchange_id", "=", exchange.id), ("linked", "in", list(files.values()))]
        )
        by_linked = {call.linked: call for call in calls}
        for name, linked in files.items():
            if linked in by_linked:
                self._of_file(exchange, name)._belongs_to(by_linked[linked])

    def _of_file(self, exchange, name):
        found = self.search([("exchange_id", "=", exchange.id), ("file", "=", name)], limit=1)
        return found or self.create({"exchange_id": exchange.id, "file": name})

    def _belongs_to(self, call):
        self.write(
            {
                "call_id": call.id,
                "number": call.number or False,
                "partner_id": call.partner_id.id,
                "queue_id": call.queue_id.id,
            }
        )
        self._inbox_renew()

    # -- what agents do

    def action_call(self):
        """Call back; the agent's own telephone rings first. Whoever calls has taken it."""
        self.ensure_one()
        if not self.number:
            raise UserError(self.env._("The caller's number is not known."))
        self._take(self.env.user)
        self.env["crm.call.agent"].dial(self.number, self.partner_id.id)
        return True

    def action_done(self):
        """It is answered."""
        open_ones = self.filtered(lambda one: one.state != "done")
        open_ones.write({"state": "done", "done_at": fields.Datetime.now()})
        open_ones._inbox_leave()

    def _take(self, user):
        self.write({"state": "assigned", "user_id": user.id})
        self._inbox_given(user)

    # -- in the inbox

    def _inbox_queue(self):
        return self.queue_id

    def _inbox_accepted(self, user):
        self._take(user)

    def _inbox_returned(self):
        self.filtered(lambda one: one.state == "assigned").write({"state": "new", "user_id": False})

    def _inbox_done(self, user):
        self.action_done()

    @api.autovacuum
    def _gc_done(self):
        """Delete what was done longer ago than its exchange keeps messages."""
        over = self.browse()
        for [exchange] in self._read_group([("state", "=", "done")], ["exchange_id"]):
            limit = fields.Datetime.now() - timedelta(days=exchange.voice_days)
            domain = [("exchange_id", "=", exchange.id), ("state", "=", "done")]
            over |= self.search([*domain, ("done_at", "<", limit)], limit=BATCH)
        over.unlink()
        return len(over), 0
