from datetime import timedelta

from odoo import api, fields, models

LIMITS = [
    ("per_hour", "A person, in an hour"),
    ("per_day", "A person, in a day"),
    ("all_per_hour", "All together, in an hour"),
    ("all_per_day", "All together, in a day"),
]


class CrmCallDialAlarm(models.Model):
    """A limit of a dialing rule that was reached: perhaps toll fraud (CC-6).

    One for each rule, limit and person in an hour, however often somebody tries.
    """

    _name = "crm.call.dial.alarm"
    _description = "Dialing alarm"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "number"

    exchange_id = fields.Many2one(
        "crm.call.exchange", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one(related="exchange_id.company_id", store=True)
    rule_id = fields.Many2one("crm.call.dial.rule", ondelete="cascade", readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Person", ondelete="set null", readonly=True)
    number = fields.Char("Number dialed", readonly=True)
    limit_kind = fields.Selection(LIMITS, "Limit", required=True, readonly=True)
    limit = fields.Integer("Calls allowed", readonly=True)
    tries = fields.Integer("Calls refused", readonly=True, default=1)
    state = fields.Selection(
        [("open", "Open"), ("done", "Looked into")], required=True, default="open", tracking=True
    )
    note = fields.Text("What came of it")

    def action_done(self):
        """Somebody has looked into it."""
        self.state = "done"

    def action_commands(self):
        """What this person dialed under the rule in the day before the alarm."""
        self.ensure_one()
        since = self.create_date - timedelta(days=1)
        domain = [("dial_rule_id", "=", self.rule_id.id), ("create_date", ">=", since)]
        if self.limit_kind.startswith("per_"):
            domain.append(("user_id", "=", self.user_id.id))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Calls dialed"),
            "res_model": "crm.call.command",
            "view_mode": "list,form",
            "domain": domain,
        }

    @api.model
    def _raise(self, exchange, user, verdict):
        """Tell the administrators, once in an hour for each rule, limit and person."""
        same = [
            ("exchange_id", "=", exchange.id),
            ("rule_id", "=", verdict.rule),
            ("user_id", "=", user.id),
            ("limit_kind", "=", verdict.why),
            ("create_date", ">=", fields.Datetime.now() - timedelta(hours=1)),
        ]
        known = self.search(same, limit=1)
        if known:
            known.tries += 1
            return known
        alarm = self.create(
            {
                "exchange_id": exchange.id,
                "rule_id": verdict.rule,
                "user_id": user.id,
                "number": verdict.number.dial,
                "limit_kind": verdict.why,
                "limit": verdict.limit,
            }
        )
        alarm._notify_administrators()
        return alarm

    def _notify_administrators(self):
        admins = self.env.ref("crm_callcenter.group_call_admin").all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        self.message_notify(
            partner_ids=admins.partner_id.ids,
            subject=self.env._("Dialing limit reached on %s", self.exchange_id.name),
            body=self.env._(
                "%(person)s reached the limit of %(limit)s calls of the rule “%(rule)s”; the last "
                "number dialed was %(number)s. Calls beyond the limit are refused.",
                person=self.user_id.name,
                limit=self.limit,
                rule=self.rule_id.name,
                number=self.number,
            ),
        )
