from odoo import api, fields, models

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one

from ..report import call_events as sql

#: Calls whose events are deleted in one go.
BATCH = 2_000


class CrmCallEvent(models.Model):
    """What an exchange said about a call, as it said it; calls are computed from these (CC-8).

    The key is the same for one event whoever heard it and however often, so that nothing counts
    twice. Rows of calls that are over are deleted after the days set on the exchange.
    """

    _name = "crm.call.event"
    _description = "Event of a call"
    _order = "moment, id"
    _rec_name = "kind"
    _log_access = False

    exchange_id = BareMany2one("crm.call.exchange", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="SHA-1 of the event; unique.")
    linked = fields.Char(
        "Call on the exchange", readonly=True, help="Linkedid; empty: about no call."
    )
    leg = fields.Char("Leg on the exchange", readonly=True, help="Uniqueid.")
    kind = fields.Char(required=True, readonly=True)
    moment = fields.Float(
        required=True, readonly=True, digits=0, help="Seconds since 1970 by the exchange's clock."
    )
    data = fields.Json(readonly=True)

    _key_uniq = models.UniqueIndex("(exchange_id, key)")
    _call_idx = models.Index("(exchange_id, linked) WHERE linked IS NOT NULL")
    _moment_idx = models.Index("USING brin (moment)")

    @api.autovacuum
    def _delete_old(self):
        """Delete events of calls that ended longer ago than their exchange keeps them.

        Such a call is sealed first: what comes late would be taken for all there is of it.

        :return: (calls or events dealt with, whether there are more)
        """
        calls = sql.seal_calls(self.env, BATCH)
        alone = sql.delete_alone(self.env, BATCH)
        self.env["crm.call"].invalidate_model(["is_sealed"])
        self.invalidate_model()
        return calls + alone, int(BATCH in (calls, alone))
