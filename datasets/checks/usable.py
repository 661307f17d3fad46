"""The database goes on working: a new sale through Odoo, rolled back."""

from odoo import Command


def check(env, results):
    """Create, confirm, invoice and pay an order on the last day of the data."""
    last = env["account.move"].search(
        [("move_type", "=", "out_invoice")], order="sequence_prefix desc, sequence_number desc",
        limit=1,
    )  # fmt: skip
    savepoint = env.cr.savepoint()
    invoice = _sell(env, last)
    results.compare(
        "a new order is confirmed, invoiced, numbered and paid",
        {"state": "posted", "total": 7.5, "payment": "paid", "order": "invoiced",
         "number": last.sequence_number + 1},
        {
            "state": invoice.state,
            "total": invoice.amount_total,
            "payment": invoice.payment_state,
            "order": invoice.invoice_line_ids.sale_line_ids.order_id.invoice_status,
            "number": invoice.sequence_number,
        },
    )  # fmt: skip
    env.invalidate_all()
    savepoint.close(rollback=True)


def _sell(env, last):
    """A posted and paid invoice of a new order, dated as the *last* invoice."""
    product = env["product.product"].search([("sale_ok", "=", True)], limit=1)
    line = {"product_id": product.id, "product_uom_qty": 3, "price_unit": 2.5, "tax_ids": False}
    order = env["sale.order"].create(
        {"partner_id": last.partner_id.id, "order_line": [Command.create(line)]}
    )
    order.action_confirm()
    invoice = order._create_invoices()
    invoice.invoice_date = last.invoice_date
    invoice.action_post()
    journal = env["account.journal"].search([("type", "=", "cash")], limit=1)
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard.create({"journal_id": journal.id})._create_payments()
    return invoice
