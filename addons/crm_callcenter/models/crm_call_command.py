import uuid
from datetime import UTC, timedelta

from odoo import api, fields, models

#: Seconds after which a command is better not carried out.
EXPIRES = 15
STATES = [
    ("waiting", "Waiting"),
    ("sent", "Sent"),
    ("done", "Confirmed"),
    ("failed", "Failed"),
    ("unknown", "Not confirmed"),
    ("expired", "Expired"),
]


class CrmCallCommand(models.Model):
    """What somebody asked an exchange to do; the listener fetches it after the commit (CC-1, CC-6).

    A command is a wish until the exchange confirmed it. One that nobody fetched in time expires:
    a telephone that rings a minute later disturbs more than it helps.
    """

    _name = "crm.call.command"
    _inherit = ["crm.call.dial.check"]
    _description = "Command to an exchange"
    _order = "id desc"
    _rec_name = "action"

    exchange_id = fields.Many2one(
        "crm.call.exchange", required=True, ondelete="cascade", readonly=True, index=True
    )
    uid = fields.Char(
        "Correlation", required=True, readonly=True, help="Becomes the ChannelId of what it starts."
    )
    user_id = fields.Many2one("res.users", "Asked by", ondelete="set null", readonly=True)
    agent_id = fields.Many2one("crm.call.agent", ondelete="set null", readonly=True)
    call_id = fields.Many2one("crm.call", ondelete="cascade", readonly=True)
    action = fields.Char(required=True, readonly=True)
    values = fields.Json(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="waiting")
    expires = fields.Datetime(required=True, readonly=True)
    text = fields.Char("Answer", readonly=True, help="What the exchange said.")

    _uid_uniq = models.UniqueIndex("(uid)")
    _waiting_idx = models.Index("(exchange_id, id) WHERE state IN ('waiting', 'sent')")

    @api.model
    def _ask(self, exchange, action, values, agent=None, call=None, seconds=EXPIRES):
        """Ask an exchange to do something once this transaction is committed.

        :param seconds: after which it is better not done
        :return: the command; what came of it is sent to whoever asked (``crm_call/command``)
        """
        # sudo: who may ask what is decided by the methods that ask
        return self.sudo().create(
            {
                "exchange_id": exchange.id,
                "uid": uuid.uuid4().hex,
                "user_id": self.env.uid,
                "agent_id": agent.id if agent else False,
                "call_id": call.id if call else False,
                "action": action,
                "values": values,
                "expires": fields.Datetime.now() + timedelta(seconds=seconds),
            }
        )

    @api.model
    def _hand_out(self, exchange, limit=100):
        """The commands that wait, each of them once, whoever asks at the same time."""
        now = fields.Datetime.now()
        waiting = [("exchange_id", "=", exchange.id), ("state", "=", "waiting")]
        self.search([*waiting, ("expires", "<", now)])._close("expired")
        found = self.search(waiting, order="id", limit=limit)
        # of two listeners the later fails to serialize, and finds them sent when it tries again
        found.state = "sent"
        return [
            {
                "id": command.uid,
                "action": command.action,
                "values": command.values or {},
                "expires": command.expires.replace(tzinfo=UTC).timestamp(),
            }
            for command in found
        ]

    def _close(self, state, text=""):
        """What came of it; whoever asked is told."""
        for command in self:
            command.write({"state": state, "text": str(text)[:255] or False})
            if command.user_id:
                command.user_id._bus_send(
                    "crm_call/command",
                    {
                        "id": command.uid,
                        "action": command.action,
                        "call_id": command.call_id.id,
                        "state": state,
                        "text": command.text or "",
                    },
                )
        self.env["crm.call.list.entry"]._command_ended(self)
        self.env["crm.call.fax"]._command_ended(self)
        for agent in self.agent_id:
            agent._tell()
