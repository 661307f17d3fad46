from dataclasses import dataclass

from odoo import api, fields, models

from ..tools import recording

CONSENTS = [
    ("none", "Not needed"),
    ("assumed", "Assumed after the announcement"),
    ("digit", "Asked for by digit"),
]
DIRECTIONS = [("inbound", "Incoming"), ("outbound", "Outgoing")]


@dataclass(frozen=True)
class _Rules:
    plain: list

    def choose(self, call):
        """The id of the rule by which a call is recorded, or ``False``."""
        found = recording.choose(self.plain, call.queue_id.id or None, call.direction, call.linked)
        return found.key if found else False


class CrmCallRecordingRule(models.Model):
    """Which calls are recorded, with what consent, and for how long they are kept (CC-5)."""

    _name = "crm.call.recording.rule"
    _description = "Recording rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    queue_ids = fields.Many2many("crm.call.queue", string="Queues", help="Empty: all calls.")
    direction = fields.Selection(DIRECTIONS, help="Empty: both.")
    share = fields.Float(
        default=1.0, required=True, help="Of these calls, chosen by chance; 0 to 100 %."
    )
    announcement = fields.Text(
        translate=True, help="What callers are told; the prompt of the exchange says the same."
    )
    sound = fields.Char(
        "Prompt on the exchange",
        default="this-call-may-be-monitored-or-recorded",
        help="Sound file of the exchange that says it, without ending; played at the door of the "
        "queue, before anybody answers.",
    )
    consent = fields.Selection(CONSENTS, required=True, default="digit")
    digit = fields.Char("Digit for yes", default="1", required=True)
    retention_days = fields.Integer("Keep (days)", default=90, required=True)
    agent_may_pause = fields.Boolean(
        "Agent may pause", default=True, help="For example while a customer tells card data."
    )
    tell_agent = fields.Boolean(
        "Show listening to agents", default=True, help="Agents see that somebody listens in live."
    )

    _limits = models.Constraint(
        "CHECK(share >= 0 AND share <= 1 AND retention_days > 0 AND digit ~ '^[0-9*#]$')",
        "The share lies between 0 and 100 %, a recording is kept for a day at least, and consent "
        "is one digit.",
    )
    _sound_is_a_name = models.Constraint(
        "CHECK(sound IS NULL OR sound ~ '^[A-Za-z0-9_][A-Za-z0-9_/-]{0,100}$')",
        "A prompt is named by letters, digits, -, _ and /.",
    )

    @api.model
    def _plain_rules(self, company):
        """The rules of a company, to be asked for many calls."""
        # sudo: what is recorded does not depend on who asks
        rules = self.sudo().search([("company_id", "=", company.id)])
        return _Rules([rule._plain() for rule in rules])

    @api.model
    def _for_call(self, company, queue, direction, linked):
        """The rule by which a call is recorded, or an empty record.

        Asked for before the announcement, too: the dial plan plays it only to callers of the share.
        """
        plain = self._plain_rules(company).plain
        found = recording.choose(plain, queue.id or None, direction, linked)
        return self.sudo().browse(found.key if found else ())  # sudo: as above

    def _at_the_door(self):
        """What is played to a caller before he is connected: dict record, record_sound.

        ``record``: announce, ask (a digit), or empty; then nothing is said.
        """
        asked = {"assumed": "announce", "digit": "ask"}.get(self.consent, "")
        return {"record": asked, "record_sound": (asked and self.sound) or ""}

    def _plain(self):
        self.ensure_one()
        return recording.Rule(
            self.id,
            frozenset(self.queue_ids.ids),
            frozenset([self.direction] if self.direction else []),
            self.share,
            self.consent,
            self.digit,
        )
