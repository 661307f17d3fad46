from odoo import api, models
from odoo.exceptions import ValidationError


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """No money is taken for a quotation that waits for an approval (SVC-L4).

        Its page offers no payment; the address that begins one, and payment links, end here.
        """
        transactions = super().create(vals_list)
        # sudo: whether an order is held is asked for customers who pay it, too
        for order in transactions.sudo().sale_order_ids:
            if order.state in ("draft", "sent") and order._service_held():
                raise ValidationError(order._service_held_message())
        return transactions
