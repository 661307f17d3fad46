"""The database goes on working: a new sale through Odoo, rolled back."""

from odoo import Command


def check(env, results):
    """Create, confirm, invoice and pay an order of a loaded customer and product."""
    savepoint = env.cr.savepoint()
    invoice = _sell(env)
    results.compare(
        "a new order is confirmed, invoiced and paid",
        {"state": "posted", "total": 7.5, "payment": "paid", "order": "invoiced"},
        {
            "state": invoice.state,
            "total": invoice.amount_total,
            "payment": invoice.payment_state,
            "order": invoice.invoice_line_ids.sale_line_ids.order_id.invoice_status,
        },
    )
    env.invalidate_all()
    savepoint.close(rollback=True)


def _sell(env):
    partner = env["res.partner"].search([("customer_rank", ">", 0)], limit=1)
    product = env["product.product"].search([("sale_ok", "=", True)], limit=1)
    line = {"product_id": product.id, "product_uom_qty": 3, "price_unit": 2.5, "tax_ids": False}
    order = env["sale.order"].create(
        {"partner_id": partner.id, "order_line": [Command.create(line)]}
    )
    order.action_confirm()
    invoice = order._create_invoices()
    invoice.action_post()
    journal = env["account.journal"].search([("type", "=", "cash")], limit=1)
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard.create({"journal_id": journal.id})._create_payments()
    return invoice
