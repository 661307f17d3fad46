from odoo import api, fields, models


class CrmServiceRequestMerge(models.TransientModel):
    """Make one request of several (SVC-L1)."""

    _name = "crm.service.request.merge"
    _description = "Merge service requests"

    request_ids = fields.Many2many(
        "crm.service.request",
        "crm_service_request_merge_rel",
        string="Requests",
        required=True,
        default=lambda self: self._default_request_ids(),
    )
    target_id = fields.Many2one(
        "crm.service.request",
        "Keep",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('id', 'in', request_ids)]",
        help="This request goes on; the others are closed and point to it.",
    )
    customers_differ = fields.Boolean(compute="_compute_customers_differ")
    different_customers = fields.Boolean("Merge nevertheless")

    @api.model
    def _default_request_ids(self):
        if self.env.context.get("active_model") == "crm.service.request":
            return self.env.context.get("active_ids", [])
        return []

    @api.depends("request_ids")
    def _compute_target_id(self):
        """The oldest open request, else the oldest."""
        for wizard in self:
            ordered = wizard.request_ids._origin.sorted(lambda r: (r.is_closed, r.date_open, r.id))
            if wizard.target_id not in ordered:
                wizard.target_id = ordered[:1]

    @api.depends("request_ids", "target_id")
    def _compute_customers_differ(self):
        for wizard in self:
            customers = wizard.request_ids.commercial_partner_id
            wizard.customers_differ = len(customers) > 1

    def action_merge(self):
        self.ensure_one()
        self.request_ids._merge_into(self.target_id, self.different_customers)
        return self.target_id._open_form()
