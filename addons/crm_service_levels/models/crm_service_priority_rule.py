from odoo import api, fields, models, tools

from .crm_service_type import SEVERITIES, URGENCIES

PRIORITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]


class CrmServicePriorityRule(models.Model):
    """One cell of the matrix severity × urgency → priority (SVC-L1).

    Rows of a company go before those of all companies. Without a row the priority is normal.
    """

    _name = "crm.service.priority.rule"
    _inherit = ["crm.service.cached.mixin"]
    _description = "Priority by severity and urgency"
    _order = "company_id, severity desc, urgency desc"
    _rec_name = "priority"

    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    severity = fields.Selection(SEVERITIES, required=True, default="1")
    urgency = fields.Selection(URGENCIES, required=True, default="1")
    priority = fields.Selection(PRIORITIES, required=True, default="1")

    _cell_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), severity, urgency)",
        "There is a priority for this severity and urgency already.",
    )

    @api.model
    @tools.ormcache("company_id")
    def _matrix(self, company_id):
        """``{(severity, urgency): priority}`` of a company."""
        # sudo: the matrix is the same for everybody who may create a request
        rules = self.sudo().search([("company_id", "in", [False, company_id])])
        general_first = rules.sorted(lambda rule: bool(rule.company_id))
        return {(rule.severity, rule.urgency): rule.priority for rule in general_first}
