from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hmac

#: Hours after which a row says nothing any more.
KEPT_HOURS = 24


class CrmServicePortalHit(models.Model):
    """Counts what people send from their pages, so that nobody floods us (SVC-T).

    Who it was is kept as a keyed hash only, for a day.
    """

    _name = "crm.service.portal.hit"
    _description = "Use of a customer page"
    _log_access = False

    key = fields.Char(required=True)
    date = fields.Datetime(required=True, index=True)

    _key_idx = models.Index("(key, date)")

    @api.model
    def _allow(self, kind, who, most, minutes=60):
        """Note one use and tell whether it is one of at most *most* within *minutes*."""
        now = fields.Datetime.now()
        # sudo: visitors have no right to the counter, which is used, not shown
        hits = self.sudo()
        key = hmac(hits.env, f"service-portal/{kind}", str(who))
        since = now - timedelta(minutes=minutes)
        if hits.search_count([("key", "=", key), ("date", ">", since)], limit=most) >= most:
            return False
        hits.create({"key": key, "date": now})
        return True

    @api.autovacuum
    def _gc_hits(self):
        old = fields.Datetime.now() - timedelta(hours=KEPT_HOURS)
        self.search([("date", "<", old)], limit=10000).unlink()
