from odoo import api, fields, models


class CrmCallDialTry(models.TransientModel):
    """Ask the dialing rules about a number without calling it (CC-6)."""

    _name = "crm.call.dial.try"
    _description = "Try a number against the dialing rules"

    exchange_id = fields.Many2one(
        "crm.call.exchange",
        required=True,
        default=lambda self: self.env["crm.call.exchange"].search([], limit=1),
    )
    user_id = fields.Many2one(
        "res.users", "Dialed by", required=True, default=lambda self: self.env.user
    )
    number = fields.Char()
    allowed = fields.Boolean(compute="_compute_answer")
    answer = fields.Char(compute="_compute_answer")
    kind = fields.Char("Kind of number", compute="_compute_answer")
    dial = fields.Char("Sent to the exchange", compute="_compute_answer")
    rule_id = fields.Many2one("crm.call.dial.rule", "Rule that decided", compute="_compute_answer")

    @api.depends("exchange_id", "user_id", "number")
    def _compute_answer(self):
        rules = self.env["crm.call.dial.rule"]
        names = {kind.code: kind.name for kind in self.env["crm.call.dial.kind"].search([])}
        for one in self:
            one.allowed, one.answer, one.kind, one.dial, one.rule_id = [False] * 5
            if not (one.number and one.exchange_id and one.user_id):
                continue
            verdict = rules._verdict(one.exchange_id, one.number, one.user_id)
            one.allowed = verdict.allowed
            one.answer = self.env._("May be called.") if verdict.allowed else rules._reason(verdict)
            emergency = self.env._("Emergency number: always")
            kind = verdict.number.kind
            one.kind = emergency if kind == "emergency" else names.get(kind, kind)
            one.dial = verdict.number.dial
            one.rule_id = verdict.rule
