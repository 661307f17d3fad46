from odoo import api, fields, models
from odoo.tools import SQL

_END = """
UPDATE crm_service_stage_span SET date_to = %(now)s
WHERE request_id = ANY(%(requests)s) AND date_to IS NULL
"""
_BEGIN = """
INSERT INTO crm_service_stage_span
    (request_id, stage_id, team_id, user_id, date_from, changed_by_id)
SELECT id, stage_id, team_id, user_id, %(now)s, %(changed_by)s
FROM crm_service_request WHERE id = ANY(%(requests)s) AND stage_id IS NOT NULL ORDER BY id
"""


class CrmServiceStageSpan(models.Model):
    """How long a request was in which stage, with whom: the base of flow, ageing and SLA per stage.

    Facts: written when a request changes its stage, team or owner, never edited.
    """

    _name = "crm.service.stage.span"
    _description = "Stage of a service request"
    _order = "date_from, id"
    _log_access = False

    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="cascade", index=True
    )
    stage_id = fields.Many2one("crm.service.stage", required=True, index=True)
    team_id = fields.Many2one("crm.service.team", index="btree_not_null")
    user_id = fields.Many2one("res.users", "Owner", index="btree_not_null")
    date_from = fields.Datetime("From", required=True)
    date_to = fields.Datetime("To", help="Empty for the stage of now.")
    changed_by_id = fields.Many2one("res.users", "Changed by", index="btree_not_null")

    _open_uniq = models.UniqueIndex(
        "(request_id) WHERE date_to IS NULL", "A request is in one stage at a time."
    )
    _order_of_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A stage cannot end before it began."
    )

    @api.model
    def _begin(self, requests):
        """*requests* begin the stage they are in, by one statement whatever their number."""
        requests.flush_recordset(["stage_id", "team_id", "user_id"])
        now = fields.Datetime.now()
        self.env.execute_query(SQL(_BEGIN, requests=requests.ids, now=now, changed_by=self.env.uid))
        requests.invalidate_recordset(["stage_span_ids"], flush=False)

    @api.model
    def _follow(self, requests):
        """The stage that *requests* were in ends now, the one they are in begins."""
        if requests:
            self.flush_model()
            self.env.execute_query(SQL(_END, requests=requests.ids, now=fields.Datetime.now()))
            self.invalidate_model(flush=False)
            self._begin(requests)
