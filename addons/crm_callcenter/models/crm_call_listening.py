from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .crm_call_agent_bar_mixin import CONTEXT, RING_SECONDS

QUALITY = "crm_callcenter.group_call_quality"
SUPERVISOR = "crm_callcenter.group_call_supervisor"
#: What is done, in the words of the adapter, and who may.
KINDS = [
    ("listen", "Listen"),
    ("whisper", "Whisper"),
    ("barge", "Speak to both"),
    ("transfer", "Take over"),
]
ALLOWED = {
    "listen": (SUPERVISOR, QUALITY),
    "whisper": (SUPERVISOR,),
    "barge": (SUPERVISOR,),
    "transfer": (SUPERVISOR,),
}


class CrmCallListening(models.Model):
    """A supervisor listens to a running call, helps the agent, or takes it over (CC-5).

    It is noted before the exchange is asked, and nobody changes what was noted. The listener's own
    telephone rings; whether the exchange has done it stands in ``state``.
    """

    _name = "crm.call.listening"
    _description = "Listening in"
    _order = "id desc"
    _rec_name = "kind"

    call_id = fields.Many2one(
        "crm.call", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="call_id.company_id", store=True)
    agent_id = fields.Many2one(
        "crm.call.agent", "Agent listened to", readonly=True, ondelete="set null",
        index="btree_not_null",
    )  # fmt: skip
    user_id = fields.Many2one(
        "res.users", "By", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    is_told = fields.Boolean(
        "Agent was told", readonly=True, help="By the recording rule of the call; without one: yes."
    )
    command_id = fields.Many2one(
        "crm.call.command", readonly=True, ondelete="set null", groups=fields.NO_ACCESS
    )
    state = fields.Selection(related="command_id.state", string="Exchange", related_sudo=True)
    answer = fields.Char(related="command_id.text", related_sudo=True)

    @api.model
    def listen_in(self, agent_id, kind):
        """Have the user's own telephone rung, and connect it to the call of an agent.

        :param kind: listen, whisper (the agent alone hears it), barge (both hear it), transfer
            (take the call over; the agent's part ends)
        :return: dict of the command: id, action, state, text
        :raises AccessError: not his to do
        :raises UserError: no telephone of his own, it is not free, or the agent has no call
        """
        if not any(self.env.user.has_group(group) for group in ALLOWED.get(kind, ())):
            raise AccessError(self.env._("Supervisors listen in; quality managers listen only."))
        agent = self.env["crm.call.agent"].browse(int(agent_id)).exists()
        agent.check_access("read")
        if not agent or agent.company_id not in self.env.companies:
            raise AccessError(self.env._("This agent belongs to another company."))
        me = self._telephone(agent)
        # sudo: the running state of a colleague is read, of whom the user is supervisor
        call = agent.sudo()._running().call_id
        if not call or call.state != "running":
            raise UserError(self.env._("%s is not on a call now.", agent.name))
        return self._ask(agent.sudo(), me, call, kind)

    def _telephone(self, agent):
        """The user's own, at the same exchange and free.

        :raises UserError: it cannot be used
        """
        me = self.env["crm.call.agent"]._mine()
        if not me:
            raise UserError(
                self.env._(
                    "Listening needs a telephone of your own: an administrator makes you an agent."
                )
            )
        if me == agent:
            raise UserError(self.env._("This is your own call."))
        if me.exchange_id != agent.exchange_id:
            raise UserError(self.env._("Your telephone is at another exchange."))
        me = me.sudo()  # sudo: as in crm.call.agent._me
        me._check_free()
        return me

    def _ask(self, agent, me, call, kind):
        values = {"channel": f"PJSIP/{me.extension}", "spied": agent._leg(call)}
        values |= {"timeout": RING_SECONDS, "caller_id": f"<{agent.extension}>"}
        if kind == "transfer":
            place = {"context": CONTEXT, "exten": me.extension}
            values = {**place, "channel": agent._leg(call)}
        commands = self.env["crm.call.command"]
        command = commands._ask(agent.exchange_id, kind, values, me, call, RING_SECONDS)
        self._note(agent, call, kind, command)
        agent._tell()
        return {"id": command.uid, "action": kind, "state": command.state,
                "text": command.text or ""}  # fmt: skip

    def _note(self, agent, call, kind, command):
        rules = self.env["crm.call.recording.rule"]
        rule = rules._for_call(call.company_id, call.queue_id, call.direction, call.linked)
        # sudo: whoever listens may not write his own log
        return self.sudo().create(
            {
                "call_id": call.id,
                "agent_id": agent.id,
                "user_id": self.env.uid,
                "kind": kind,
                "is_told": rule.tell_agent if rule else True,
                "command_id": command.id,
            }
        )

    @api.model
    def _told_of(self, call):
        """Names of those who listen to a call, as far as its agent is told; none that failed."""
        found = self.sudo().search([("call_id", "=", call.id), ("is_told", "=", True)])
        good = found.filtered(lambda one: one.state in ("waiting", "sent", "done"))
        return good.filtered(lambda one: one.kind != "transfer").user_id.mapped("name")
