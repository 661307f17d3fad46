from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

SALES = ("out_invoice", "out_receipt")


class CrmQualityMoveMixin(models.AbstractModel):
    """The customer invoice: what to know before dunning (C360-5)."""

    _name = "crm.quality.move.mixin"
    _description = "Invoice: what to know before dunning"

    finance_notice = fields.Text(
        "Before dunning", compute="_compute_finance_notice", groups="account.group_account_invoice",
        help="Open complaints and requests of the customer, and holds on dunning.",
    )  # fmt: skip
    open_complaint_count = fields.Integer(
        "Open complaints", compute="_compute_open_complaint_count",
        search="_search_open_complaint_count", groups="account.group_account_invoice",
        aggregator=None, help="Of the customer, in the company of the invoice.",
    )  # fmt: skip
    dunning_hold_until = fields.Date(
        "Do not dun until", compute="_compute_dunning_hold_until",
        search="_search_dunning_hold_until", groups="account.group_account_invoice",
    )  # fmt: skip
    payment_text = fields.Char(
        "Payment behavior", compute="_compute_payment_text", groups="account.group_account_invoice"
    )

    # -- notices -------------------------------------------------------------------------------

    @api.depends("commercial_partner_id", "move_type")
    @api.depends_context("company", "allowed_company_ids", "uid", "lang")
    def _compute_finance_notice(self):
        sales = self.filtered(lambda move: move.move_type in SALES)
        notices = self.env["res.partner"]._finance_notices(sales.commercial_partner_id)
        for move in self:
            found = notices.get(move.commercial_partner_id.id, []) if move in sales else []
            move.finance_notice = "\n".join(notice.text for notice in found) or False

    @api.depends("commercial_partner_id", "move_type")
    @api.depends_context("company", "uid", "lang")
    def _compute_payment_text(self):
        for move in self:
            sale = move.move_type in SALES
            move.payment_text = sale and move.commercial_partner_id.payment_text

    @api.depends("commercial_partner_id", "company_id")
    def _compute_open_complaint_count(self):
        counts = self._complaint_counts()
        for move in self:
            key = (move.commercial_partner_id.id, move.company_id.id)
            move.open_complaint_count = counts.get(key, 0) if move.move_type in SALES else 0

    def _complaint_counts(self):
        rows = self.env["res.partner"]._finance_complaints_sql()
        if rows is None or not self.commercial_partner_id:
            return {}
        found = self.env.execute_query(
            SQL(
                "SELECT partner_id, company_id, SUM(count)::int FROM (%s) c"
                " WHERE partner_id IN %s GROUP BY partner_id, company_id",
                rows,
                tuple(self.commercial_partner_id.ids),
            )
        )
        return {(partner, company): count for partner, company, count in found}

    def _search_open_complaint_count(self, operator, value):
        """Whether there is one: > 0, or = 0."""
        if (operator, value) in ((">", 0), ("!=", 0)):
            return self._complained_domain()
        if operator == "in" and set(value) == {0}:
            return ~self._complained_domain()
        if operator == "not in" and set(value) == {0}:
            return self._complained_domain()
        raise UserError(self.env._("Ask whether there are open complaints: more than 0, or 0."))

    def _complained_domain(self):
        rows = self.env["res.partner"]._finance_complaints_sql()
        if rows is None:
            return Domain.FALSE
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%s, %s) IN (SELECT partner_id, company_id FROM (%s) c)",
                model._field_to_sql(alias, "commercial_partner_id", query),
                model._field_to_sql(alias, "company_id", query),
                rows,
            )
        )

    # -- holds ---------------------------------------------------------------------------------

    @api.depends("commercial_partner_id", "company_id")
    def _compute_dunning_hold_until(self):
        # sudo: whoever sees the invoice may know that it is not to be dunned
        rows = self.env["crm.dunning.hold"].sudo()._read_group(
            [("partner_id", "in", self.commercial_partner_id.ids), ("is_active", "=", True)],
            ["partner_id", "company_id"], ["date_until:max"],
        )  # fmt: skip
        until = {(partner.id, company.id): day for partner, company, day in rows}
        for move in self:
            key = (move.commercial_partner_id.id, move.company_id.id)
            move.dunning_hold_until = move.move_type in SALES and until.get(key)

    def _search_dunning_hold_until(self, operator, value):
        """Invoices with a hold in force (``!= False``), or by the day it ends."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        # sudo: see _compute_dunning_hold_until
        holds = self.env["crm.dunning.hold"].sudo()
        active = Domain("is_active", "=", True)
        if operator == "in" and not any(value):
            held = holds._search(active).select("partner_id")
            return Domain("commercial_partner_id", "not in", held)
        domain = active & Domain("date_until", operator, value)
        return Domain("commercial_partner_id", "in", holds._search(domain).select("partner_id"))

    def action_hold_dunning(self):
        """Ask finance not to dun the customer for a while."""
        self.ensure_one()
        self.env["crm.dunning.hold"].check_access("create")
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Do not dun for a while"),
            "res_model": "crm.dunning.hold",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }
