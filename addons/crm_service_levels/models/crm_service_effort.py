from odoo import api, fields, models

from ..tools.levels import LEVELS, LOWEST


class CrmServiceEffort(models.Model):
    """Time somebody worked on a request, on which level, and what it cost.

    The cost is minutes × hourly cost of the team when it is entered: a later change of the rate
    does not move what was reported. A cost beside time (travel, postage) is a row of its own.
    """

    _name = "crm.service.effort"
    _description = "Work on a service request"
    _order = "date desc, id desc"

    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", "Who", required=True, index=True, default=lambda self: self.env.user
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    level = fields.Selection(
        LEVELS, required=True, compute="_compute_level", store=True, readonly=False, precompute=True
    )
    minutes = fields.Float(digits=(16, 1))
    name = fields.Char("What was done")
    work_kind = fields.Selection(
        [("labor", "Work"), ("travel", "Travel")],
        "Kind",
        required=True,
        default="labor",
        help="Time of travel is charged by the travel line of the parts list.",
    )
    sale_order_line_id = fields.Many2one(
        "sale.order.line",
        "Charged by",
        readonly=True,
        index="btree_not_null",
        copy=False,
        ondelete="set null",
    )
    cost = fields.Monetary(
        compute="_compute_cost",
        compute_sudo=True,
        store=True,
        readonly=False,
        groups="crm_service_levels.group_service_manager",
        help="Minutes at the team's hourly cost of that day, or an amount entered here.",
    )

    _minutes_positive = models.Constraint("CHECK(minutes >= 0)", "Time cannot be negative.")

    @api.depends("request_id")
    def _compute_level(self):
        for effort in self:
            effort.level = effort.level or effort.request_id.level or LOWEST

    @api.depends("minutes")
    def _compute_cost(self):
        for effort in self:
            effort.cost = effort.minutes * effort.request_id.team_id.hourly_cost / 60

    @api.model_create_multi
    def create(self, vals_list):
        efforts = super().create(vals_list)
        efforts._ask_beyond_authority()
        return efforts

    def write(self, vals):
        res = super().write(vals)
        if "minutes" in vals:
            self._ask_beyond_authority()
        return res

    def _ask_beyond_authority(self):
        """Who notes more of his own work than he may decide alone has it approved (SVC-L2)."""
        own = self.filtered(lambda effort: effort.user_id == self.env.user)
        if own:
            own.request_id._ask_for_minutes()
