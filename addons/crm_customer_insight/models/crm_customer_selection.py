from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class CrmCustomerSelection(models.Model):
    """Saved conditions on facts: a named choice of customers that stays up to date (ROI-1)."""

    _name = "crm.customer.selection"
    _description = "Customer selection"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    description = fields.Text()
    user_id = fields.Many2one(
        "res.users", "Owner", default=lambda self: self.env.user, index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    shared = fields.Boolean(default=True, help="Colleagues may use it too.")
    level = fields.Selection(
        [("customer", "Customers"), ("contact", "Contacts")],
        "Find",
        required=True,
        default="customer",
    )
    conditions = fields.Json(default=lambda self: {"operator": "and", "conditions": []})
    customer_count = fields.Integer("Found", compute="_compute_customer_count")
    problem = fields.Char(compute="_compute_customer_count", help="Why nothing can be found.")

    @api.constrains("conditions")
    def _check_conditions(self):
        for selection in self:
            self.env["crm.customer.fact"]._parse(selection.conditions)

    @api.depends("conditions", "level", "company_id")
    def _compute_customer_count(self):
        for selection in self:
            selection.customer_count, selection.problem = selection._count_or_problem()

    def _count_or_problem(self):
        """``(count, False)``, or ``(0, message)``: a fact may go with the addon that offered it."""
        registry = self.env["crm.customer.fact"]
        try:
            return registry._count(self.conditions, self.company_id, self.level), False
        except (AccessError, UserError) as error:
            return 0, str(error)

    def action_open_customers(self):
        """Open who is found, as a list of contacts."""
        self.ensure_one()
        self.env["crm.customer.fact"]._parse(self.conditions)
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("customer_selection_ids", "in", self.ids)],
        }

    def _partner_domain(self):
        """Domain on ``res.partner`` of whom the selections find."""
        registry = self.env["crm.customer.fact"]
        return Domain.OR(
            Domain("id", "in", registry._select(sel.conditions, sel.company_id, sel.level))
            for sel in self
        )
