from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import complaint as nine


class CrmServiceComplaint(models.Model):
    """What the customer gets and what the department is charged with (SVC-C, eighth step)."""

    _inherit = "crm.service.complaint"

    compensation_kind = fields.Selection(
        [
            ("none", "None"),
            ("apology", "Apology"),
            ("credit_note", "Credit note"),
            ("voucher", "Voucher"),
            ("discount", "Discount"),
            ("goods", "Goods"),
        ],
        "Compensation",
    )
    compensation_amount = fields.Monetary("Amount for the customer")
    currency_id = fields.Many2one("res.currency", index="btree_not_null")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Own currency")
    compensation_company = fields.Monetary(
        "Compensation in own currency",
        currency_field="company_currency_id",
        compute="_compute_compensation_company",
        store=True,
    )
    compensation_note = fields.Char("What he gets")
    invoice_name = fields.Char(compute="_compute_invoice_name", string="Invoice", compute_sudo=True)
    credit_note_id = fields.Many2one(
        "account.move", "Credit note", readonly=True, index="btree_not_null", ondelete="set null"
    )
    voucher_code = fields.Char("Voucher code")
    penalty_amount = fields.Monetary(
        "Charged to the department", currency_field="company_currency_id"
    )
    penalty_note = fields.Char("Why it is charged")
    handling_cost = fields.Monetary(
        "Cost of handling",
        currency_field="company_currency_id",
        compute="_compute_handling_cost",
        compute_sudo=True,
        groups="crm_service_levels.group_service_manager,crm_service_levels.group_service_auditor",
        help="Work noted on the request, at the hourly cost of its team.",
    )

    _compensation_positive = models.Constraint(
        "CHECK(compensation_amount >= 0)", "A compensation cannot be negative."
    )
    _penalty_positive = models.Constraint(
        "CHECK(penalty_amount >= 0)", "A charge cannot be negative."
    )

    @api.depends("compensation_amount", "currency_id", "company_id", "date_start")
    def _compute_compensation_company(self):
        for one in self:
            currency, company = one.currency_id, one.company_id
            amount = one.compensation_amount
            if amount and currency and currency != company.currency_id:
                day = fields.Date.to_date(one.date_start)
                amount = currency._convert(amount, company.currency_id, company, day)
            one.compensation_company = amount

    @api.depends("request_id.invoice_id")
    def _compute_invoice_name(self):
        for one in self:
            one.invoice_name = one.request_id.invoice_id.display_name or ""

    def _compute_handling_cost(self):
        rows = self.env["crm.service.effort"]._read_group(
            [("request_id", "in", self.request_id.ids)], ["request_id"], ["cost:sum"]
        )
        cost = {request.id: total for request, total in rows}
        for one in self:
            one.handling_cost = cost.get(one.request_id.id, 0.0)

    # What may be given

    def _check_money(self):
        """Refuse a compensation that cannot be given, in words."""
        # sudo: only what is left of the invoice and its currency are asked
        invoice = self.sudo().request_id.invoice_id
        problem = nine.compensation_problem(
            self.compensation_kind or "none",
            self.compensation_amount,
            self._creditable(invoice) if invoice else None,
            not invoice or invoice.currency_id == self.currency_id,
        )
        if problem and self.step_code in ("solution", "compensate") and not self.credit_note_id:
            raise UserError(self._money_problems()[problem])

    def _money_problems(self):
        return {
            "negative": self.env._("A compensation cannot be negative."),
            "not_money": self.env._("This kind of compensation has no amount."),
            "currency": self.env._("The credit note must be in the currency of the invoice."),
            "above_invoice": self.env._("This is more than is left of the invoice to credit."),
        }

    @api.model
    def _creditable(self, invoice):
        """Amount of *invoice* that was not credited yet, drafts of credit notes counted."""
        refunds = invoice.reversal_move_ids.filtered(lambda move: move.state != "cancel")
        return invoice.amount_total - sum(refunds.mapped("amount_total"))

    # Credit note

    def action_credit_note(self):
        """Make the draft of a credit note over the approved amount; Accounting posts it.

        Audited: representatives have no rights in Invoicing. It is made once, for the customer of
        the invoice, in the company of the complaint, within the limit of the procedure.
        """
        self.ensure_one()
        self._check_service()
        self._lock()
        self._check_turn("compensate")
        invoice = self.sudo().request_id.invoice_id  # sudo: as the docstring says
        self._check_credit(invoice)
        # sudo: as the docstring says; everything it is made of was checked above
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        note = moves.create(self._credit_values(invoice))
        self._set({"credit_note_id": note.id})
        return True

    def _check_credit(self, invoice):
        if self.credit_note_id.sudo().state in ("draft", "posted"):  # sudo: only its state
            raise UserError(self.env._("There is a credit note already."))
        if self.compensation_kind != "credit_note" or not self.compensation_amount:
            raise UserError(self.env._("No credit note was approved."))
        if invoice.state != "posted" or invoice.move_type != "out_invoice":
            raise UserError(self.env._("Enter the posted invoice on the request first."))
        if invoice.company_id != self.company_id:
            raise UserError(self.env._("The invoice is of another company."))
        self._check_customer(invoice)
        self._check_money()
        self._check_limit()

    def _check_customer(self, invoice):
        customer = self.sudo().request_id.commercial_partner_id  # sudo: compared only
        if invoice.commercial_partner_id != customer:
            raise UserError(self.env._("The invoice is of another customer."))

    def _check_limit(self):
        limit = self.procedure_id.credit_limit
        leader = self.env.user.has_group("crm_service_levels.group_service_manager")
        if not leader and self.compensation_company > limit:
            raise UserError(self.env._("Compensations above %s are made by a team leader.", limit))

    def _credit_values(self, invoice):
        return {
            "move_type": "out_refund",
            "partner_id": invoice.partner_id.id,
            "journal_id": invoice.journal_id.id,
            "currency_id": invoice.currency_id.id,
            "reversed_entry_id": invoice.id,
            "ref": self.env._("Complaint %s", self.number),
            "invoice_origin": self.number,
            "invoice_line_ids": [(0, 0, line) for line in self._credit_lines(invoice)],
        }

    def _credit_lines(self, invoice):
        """One line per account and taxes of the invoice, in proportion to what was invoiced.

        The amount includes taxes: of each part only what is before taxes is entered, unless the
        taxes are in the price.
        """
        parts = {}
        for line in invoice.invoice_line_ids.filtered(lambda one: one.display_type == "product"):
            parts.setdefault((line.account_id, line.tax_ids), []).append(line)
        gross = [sum(line.price_total for line in lines) for lines in parts.values()]
        digits = invoice.currency_id.decimal_places
        shares = nine.shares(self.compensation_amount, gross, digits)
        return [
            {
                "name": self.env._("Complaint %s", self.number),
                "quantity": 1,
                "price_unit": self._net(lines, share),
                "account_id": account.id,
                "tax_ids": [(6, 0, taxes.ids)],
            }
            for ((account, taxes), lines), share in zip(parts.items(), shares, strict=True)
        ]

    @api.model
    def _net(self, lines, share):
        """Price to enter so that with taxes it comes to *share*."""
        total = sum(line.price_total for line in lines)
        entered = sum(line.price_unit * line.quantity * (1 - line.discount / 100) for line in lines)
        return share * entered / total if total else 0.0
