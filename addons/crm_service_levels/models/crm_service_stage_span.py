from odoo import fields, models


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
