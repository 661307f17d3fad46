from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one

PENDING = "crm_customer_insight.dirty"


class CrmCustomerDirty(models.Model):
    """A cell of ``crm.customer.month`` that changed since the last refresh.

    Most changes are found by ``write_date``; noted here is what cannot be found afterwards: where
    a document or contact belonged before, and new costs of what was sold. Hooks only remember ids;
    one statement per kind writes them when the transaction commits. Refreshes take rows off in the
    transaction that recomputes the cells.
    """

    _name = "crm.customer.dirty"
    _description = "Customer month to recompute"
    _log_access = False
    _person_data = PersonData(merge="move", erase="keep")

    partner_id = BareMany2one("res.partner", readonly=True)
    company_id = BareMany2one("res.company", readonly=True, help="Empty: every company.")
    month = fields.Date(readonly=True, help="Empty: every month.")
    product_id = BareMany2one(
        "product.product", readonly=True, help="Its cost changed: cells estimated with it."
    )

    @api.model
    def _note_cells(self, cells):
        """Remember (partner id, company id, date) to be recomputed."""
        self._pending()["cell"].update(cells)

    @api.model
    def _note_partners(self, partner_ids):
        """Remember customers or contacts to be recomputed altogether."""
        self._pending()["cell"].update((partner_id, None, None) for partner_id in partner_ids)

    @api.model
    def _note_products(self, product_ids):
        """Remember products whose standard cost changed."""
        self._pending()["product"].update(product_ids)

    @api.model
    def _note_order_lines(self, line_ids):
        """Remember order lines whose recorded cost changed."""
        self._pending()["order_line"].update(line_ids)

    def _pending(self):
        data = self.env.cr.precommit.data
        if PENDING not in data:
            data[PENDING] = defaultdict(set)
            self.env.cr.precommit.add(self._write_pending)
        return data[PENDING]

    @api.model
    def _write_pending(self):
        """Write what was remembered; called before the commit and by a refresh."""
        pending = self.env.cr.precommit.data.pop(PENDING, {})
        if pending.get("cell"):
            self._insert_cells(pending["cell"])
        if pending.get("product"):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO crm_customer_dirty (product_id) SELECT unnest(%s)",
                    list(pending["product"]),
                )
            )
        if pending.get("order_line"):
            self.env["crm.customer.month"]._mark_dirty(_invoiced_cells(pending["order_line"]))

    def _insert_cells(self, cells):
        partners, companies, days = zip(*cells, strict=True)
        self.env["crm.customer.month"]._mark_dirty(
            SQL(
                "SELECT * FROM unnest(%s::int[], %s::int[], %s::date[])",
                list(partners),
                list(companies),
                list(days),
            )
        )


def _invoiced_cells(line_ids):
    return SQL(
        """SELECT m.partner_id, m.company_id, COALESCE(m.invoice_date, m.date)
        FROM sale_order_line_invoice_rel rel
        JOIN account_move_line l ON l.id = rel.invoice_line_id
        JOIN account_move m ON m.id = l.move_id
        WHERE rel.order_line_id IN %s""",
        tuple(line_ids),
    )
