import hashlib
from datetime import timedelta

from odoo import api, fields, models

#: Failed look-ups of one caller in an hour, and of all callers of an exchange: more is guessing.
MOST_FAILED, MOST_FAILED_ALL = 10, 300
#: Days after which a look-up is forgotten.
DAYS = 90


class CrmCallMenuInquiry(models.Model):
    """A look-up from a telephone menu: against guessing, and for the report (CC-4).

    The caller is kept as a hash alone: it is there to count, not to call back.
    """

    _name = "crm.call.menu.inquiry"
    _description = "Look-up from a telephone menu"
    _order = "id desc"
    _rec_name = "subject"

    exchange_id = fields.Many2one(
        "crm.call.exchange", required=True, ondelete="cascade", readonly=True
    )
    linked = fields.Char("Call on the exchange", readonly=True)
    caller_hash = fields.Char(readonly=True, string="Caller hash")
    subject = fields.Char(required=True, readonly=True)
    outcome = fields.Char(required=True, readonly=True)

    _failed_idx = models.Index("(exchange_id, create_date) WHERE outcome = 'unknown'")

    @api.model
    def _note(self, exchange, linked, caller, subject, outcome):
        return self.create(
            {
                "exchange_id": exchange.id,
                "linked": str(linked or "")[:100],
                "caller_hash": self._hash(caller),
                "subject": str(subject)[:50],
                "outcome": str(outcome)[:50],
            }
        )

    def _hash(self, caller):
        return hashlib.sha256(caller.encode()).hexdigest() if caller else False

    @api.model
    def _guesses(self, exchange, caller):
        """Whether so many look-ups failed in the last hour that somebody may be guessing."""
        hour = fields.Datetime.now() - timedelta(hours=1)
        failed = [("exchange_id", "=", exchange.id), ("outcome", "=", "unknown"),
                  ("create_date", ">=", hour)]  # fmt: skip
        own = [*failed, ("caller_hash", "=", self._hash(caller))]
        return (
            self.search_count(own, limit=MOST_FAILED) >= MOST_FAILED
            or self.search_count(failed, limit=MOST_FAILED_ALL) >= MOST_FAILED_ALL
        )

    @api.autovacuum
    def _gc(self):
        old = fields.Datetime.now() - timedelta(days=DAYS)
        found = self.search([("create_date", "<", old)], limit=10_000)
        found.unlink()
        return len(found), len(found) == 10_000
