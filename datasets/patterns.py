"""One of each kind of record, made by Odoo itself: the pattern of the rows loaded in bulk."""

from datetime import date, datetime
from types import SimpleNamespace

from odoo import Command

from .bulk import exemplar

DAY = date(2017, 3, 3)


def observe(env, world):
    """Sell, invoice and collect once through Odoo, keep the rows it wrote, and undo it."""
    savepoint = env.cr.savepoint(flush=True)
    try:
        return _observe(env, world)
    finally:
        env.flush_all()
        env.invalidate_all()
        savepoint.close(rollback=True)
        env.clear()


def _observe(env, world):
    partner = env["res.partner"].create({"name": "Pattern", "tz": env.user.tz})
    partner.country_id = env.ref("base.us")
    product = _product(env)
    order = _order(env, world, partner, product)
    invoice = order._create_invoices()
    invoice.invoice_date = DAY
    invoice.action_post()
    receipt = _receipt(env, world, invoice)
    collected, cash, coupon = receipt.line_ids
    term = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
    (collected + term).reconcile()
    sold = invoice.invoice_line_ids
    rows = {
        "partner": partner, "category": product.categ_id, "template": product.product_tmpl_id,
        "product": product, "order": order, "line": order.order_line, "invoice": invoice,
        "sold": sold, "term": term, "receipt": receipt, "collected": collected, "cash": cash,
        "coupon": coupon, "partial": term.matched_credit_ids, "full": term.full_reconcile_id,
        "tag": env["product.tag"].create({"name": "Pattern"}),
    }  # fmt: skip
    return SimpleNamespace(**{name: exemplar(record) for name, record in rows.items()})


def _product(env):
    category = env["product.category"].create({"name": "Pattern"})
    return env["product.product"].create(
        {
            "name": "Pattern",
            "categ_id": category.id,
            "default_code": "0",
            # Goods handed over at the till: with Inventory installed, Odoo would plan a delivery
            # for goods, and count what its pickings delivered.
            "type": "service",
            "list_price": 1.0,
            "standard_price": 0.5,
            "taxes_id": False,
            "supplier_taxes_id": False,
        }
    )


def _order(env, world, partner, product):
    line = {"product_id": product.id, "product_uom_qty": 3, "price_unit": 2.5, "discount": 20.0}
    order = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "user_id": False,
            "team_id": world.team.id,
            "medium_id": world.medium.id,
            "order_line": [Command.create({**line, "tax_ids": False})],
        }
    )
    order.action_confirm()
    order.date_order = datetime(2017, 3, 3, 17)
    order.order_line.qty_delivered = 3
    return order


def _receipt(env, world, invoice):
    """The takings of a day: what customers paid, against cash and manufacturers' coupons."""
    term = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
    lines = [
        {"account_id": term.account_id.id, "partner_id": invoice.partner_id.id, "credit": 6},
        {"account_id": world.cash_journal.default_account_id.id, "debit": 5},
        {"account_id": world.coupon_account.id, "debit": 1},
    ]
    receipt = env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": world.cash_journal.id,
            "date": DAY,
            "line_ids": [Command.create({**line, "name": "Pattern"}) for line in lines],
        }
    )
    receipt.action_post()
    return receipt
