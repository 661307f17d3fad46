from odoo import fields, models


class CrmServiceSquadMember(models.Model):
    """One colleague in the temporary team of a request (SVC-L2).

    Whoever is in the squad sees the request whatever his department or company; that is why the
    record rules of requests ask this table.
    """

    _name = "crm.service.squad.member"
    _description = "Member of a request's squad"
    _order = "request_id, id"
    _rec_name = "user_id"

    request_id = fields.Many2one(
        "crm.service.request", "Request", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", "Colleague", required=True, index=True)
    active = fields.Boolean(default=True)

    _once = models.UniqueIndex(
        "(request_id, user_id) WHERE active", "This colleague is in the squad already."
    )
