from odoo import api, fields, models

#: Where contacts other than calls come from; addons that bring more add theirs.
CHANNELS = [("callback", "Call-back"), ("fax", "Fax"), ("voice", "Voice message")]
#: Channels whose customer waits in front of the screen; see ``tools.inbox.KINDS``.
AT_ONCE = ("chat",)


class CrmCallInboxRule(models.Model):
    """Which queue works on the contacts of a channel (CC-7); the first that fits decides.

    A queue asks for skills, so mail and forms find people as calls do. Without a rule nothing of a
    channel comes into the inbox.
    """

    _name = "crm.call.inbox.rule"
    _description = "Rule of the inbox"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    channel = fields.Selection(CHANNELS, required=True)
    from_queue_id = fields.Many2one(
        "crm.call.queue",
        "Came through",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Only call-backs and voice messages of callers of this queue. Empty: of all.",
    )
    queue_id = fields.Many2one(
        "crm.call.queue",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        help="Its skills decide who gets them, its priority and tiers who is served first.",
    )
    offer_seconds = fields.Integer(
        "Time to accept (seconds)",
        default=60,
        help="Then it is offered to somebody else; 0: it stays until it is accepted.",
    )
    answer_minutes = fields.Integer(
        "To be answered within (minutes)",
        default=240,
        help="What waits longer is shown as late, and comes before what is on time.",
    )

    _limits = models.Constraint(
        "CHECK(offer_seconds >= 0 AND answer_minutes > 0)",
        "The time to accept is not negative, and an answer is due after a minute at least.",
    )

    @api.depends("channel", "queue_id")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for rule in self:
            rule.display_name = f"{labels.get(rule.channel, '')} → {rule.queue_id.name or ''}"

    @api.model
    def _kind(self, channel):
        """Whose room a contact of the channel takes: one of ``tools.inbox.KINDS``."""
        return "chat" if channel in AT_ONCE else "mail"

    def _fits(self, record):
        """Whether the rule is for this record of its channel and company."""
        return not self.from_queue_id or record._inbox_queue() == self.from_queue_id
