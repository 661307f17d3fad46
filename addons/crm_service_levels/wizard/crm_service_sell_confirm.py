from odoo import fields, models


class CrmServiceSellConfirm(models.TransientModel):
    """Who confirmed an order on the phone, and when (SVC-L4)."""

    _name = "crm.service.sell.confirm"
    _description = "Confirmation on the phone"

    request_id = fields.Many2one("crm.service.request", required=True)
    order_key = fields.Integer("Number of the order", required=True)
    order_name = fields.Char("Order", readonly=True)
    commercial_partner_id = fields.Many2one(related="request_id.commercial_partner_id")
    partner_id = fields.Many2one("res.partner", "Who confirmed", required=True)
    when = fields.Datetime(required=True, default=fields.Datetime.now)

    def action_confirm(self):
        self.ensure_one()
        self.request_id.confirm_by_phone(self.order_key, self.partner_id.id, self.when)
        return {"type": "ir.actions.act_window_close"}
