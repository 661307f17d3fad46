from odoo import fields, models


class CrmCallIntervalTodo(models.Model):
    """Intervals whose calls changed since their facts were computed (CC-8).

    Rows are only added and taken: two listeners never wait for each other.
    """

    _name = "crm.call.interval.todo"
    _description = "Interval to be computed"
    _log_access = False
    _order = "id"
    _rec_name = "start"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True)
    start = fields.Datetime(required=True)
