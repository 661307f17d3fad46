from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import contract as rules
from ..tools import usage
from ..tools.person_data import PersonData

STATES = [
    ("draft", "Draft"),
    ("running", "Running"),
    ("renewed", "Renewed"),
    ("ended", "Ended"),
    ("cancelled", "Cancelled"),
]
#: Values of a contract that its renewal takes over.
CARRIED = (
    "partner_id",
    "company_id",
    "name",
    "renewal_kind",
    "notice_days",
    "monthly_value",
    "product_id",
    "user_id",
    "usage_unit",
)


class CrmCustomerContract(models.Model):
    """A contract with a customer: service, maintenance, lease, subscription (C360-7).

    A renewal is a contract of its own that names the one before, so that renewal rates count
    contracts. Running contracts past their last day end or renew by themselves at night.
    """

    _name = "crm.customer.contract"
    _description = "Customer contract"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_end, id"
    _person_data = PersonData(merge="move", erase="keep")

    name = fields.Char(
        "Subject", required=True, tracking=True, help="What it is about, e.g. Full maintenance."
    )
    number = fields.Char(
        "Contract number",
        copy=False,
        index="btree_not_null",
        tracking=True,
        help="By which imports and other systems name it; unique in the company.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict", tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    product_id = fields.Many2one("product.product", index="btree_not_null")
    order_id = fields.Many2one(
        "sale.order",
        "Sales order",
        index="btree_not_null",
        domain="[('partner_id', 'child_of', partner_id)]",
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True, index=True
    )
    date_start = fields.Date(
        "Start", required=True, default=fields.Date.context_today, tracking=True, index=True
    )
    date_end = fields.Date(
        "End",
        tracking=True,
        index="btree_not_null",
        help="Last day. Empty: it runs until somebody gives notice.",
    )
    renewal_kind = fields.Selection(
        [
            ("none", "Ends by itself"),
            ("manual", "Renewed by us"),
            ("automatic", "Renews by itself"),
        ],
        "Renewal",
        required=True,
        default="manual",
        tracking=True,
    )
    notice_days = fields.Integer("Notice (days)", default=90, help="Days before the end.")
    notice_date = fields.Date(
        "Notice until",
        compute="_compute_notice_date",
        store=True,
        help="Last day on which notice can be given.",
    )
    monthly_value = fields.Monetary(
        "Monthly value", tracking=True, help="Untaxed value of a month."
    )
    total_value = fields.Monetary(
        "Total value",
        compute="_compute_total_value",
        help="Monthly value × months from start to end; empty without an end.",
    )
    renewed_from_id = fields.Many2one(
        "crm.customer.contract", "Renewal of", readonly=True, copy=False, index="btree_not_null"
    )
    renewal_ids = fields.One2many("crm.customer.contract", "renewed_from_id", "Renewed as")
    closed_on = fields.Date("Closed on", readonly=True, copy=False, help="Ended or cancelled.")
    end_reason = fields.Char("Why it ended", copy=False, tracking=True)
    usage_unit = fields.Char(
        "Unit of use", help="What its readings count, e.g. operating hours, pages, GB."
    )
    reading_ids = fields.One2many("crm.usage.reading", "contract_id", "Readings")
    note = fields.Text()

    usage_last = fields.Float("Last use", compute="_compute_usage")
    usage_usual = fields.Float(
        "Usual use", compute="_compute_usage", help="Median of up to twelve readings before."
    )
    usage_change = fields.Float(
        "Use against usual",
        compute="_compute_usage",
        help="Last use ÷ usual use − 1; empty with fewer than four readings.",
    )
    usage_known = fields.Boolean("Enough readings", compute="_compute_usage")

    _insight_fill_idx = models.Index("(write_date, id)")
    _number_uniq = models.UniqueIndex(
        "(company_id, number)", "The company has a contract with this number already."
    )
    _renewed_once = models.UniqueIndex("(renewed_from_id)", "This contract is renewed already.")
    _ends_after_start = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)", "A contract ends after it began."
    )
    _notice_not_negative = models.Constraint(
        "CHECK(notice_days >= 0)", "Days of notice cannot be negative."
    )
    _value_not_negative = models.Constraint(
        "CHECK(monthly_value >= 0)", "The value of a month cannot be negative."
    )

    # -- computes ------------------------------------------------------------------------------

    @api.depends("partner_id")
    def _compute_user_id(self):
        for contract in self:
            contract.user_id = contract.user_id or contract.partner_id.user_id or self.env.user

    @api.depends("date_end", "notice_days")
    def _compute_notice_date(self):
        for contract in self:
            contract.notice_date = rules.notice_date(contract.date_end, contract.notice_days)

    @api.depends("monthly_value", "date_start", "date_end")
    def _compute_total_value(self):
        for contract in self:
            contract.total_value = contract.date_start and rules.total_value(
                contract.monthly_value, contract.date_start, contract.date_end
            )

    @api.depends("reading_ids.date", "reading_ids.quantity")
    def _compute_usage(self):
        groups = self.env["crm.usage.reading"]._read_group(
            [("contract_id", "in", self.ids)], ["contract_id"], ["id:recordset"]
        )
        readings = {contract.id: rows.sorted("date") for contract, rows in groups}
        for contract in self:
            found = readings.get(contract._origin.id)
            trend = usage.trend(found.mapped("quantity")) if found else None
            contract.usage_known = bool(trend)
            last, usual, change = trend or (False, False, False)
            contract.usage_last, contract.usage_usual = last, usual
            contract.usage_change = change or 0

    def _usage_note(self):
        """What stands beside the contract: its use against usual, or until when it runs."""
        if not self.usage_known:
            return self.number or ""
        return self.env._(
            "%(last)s %(unit)s instead of %(usual)s",
            last=f"{self.usage_last:g}",
            unit=self.usage_unit or "",
            usual=f"{self.usage_usual:g}",
        )

    # -- CRUD ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._to_commercial_entity(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._to_commercial_entity(vals)
        return super().write(vals)

    def _to_commercial_entity(self, vals):
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(contract.state != "draft" for contract in self):
            raise UserError(self.env._("Only drafts are deleted. Cancel the contract instead."))

    # -- actions -------------------------------------------------------------------------------

    def action_start(self):
        """Drafts run; a second click changes nothing."""
        self._in_state("draft", "running")
        self.state = "running"

    def action_renew(self):
        """Renew running contracts for the next period of the same length; opens the renewal.

        :raises UserError: for a contract without an end, or one that does not run
        """
        renewals = self._renew()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_customer_contract_action"
        )
        if len(renewals) == 1:
            return {**action, "views": [(False, "form")], "res_id": renewals.id}
        return {**action, "domain": [("id", "in", renewals.ids)]}

    def action_cancel(self):
        """End running contracts today, or drafts; the reason is asked for by the form."""
        self._in_state("draft", "running")
        self._close("cancelled", self._today())

    def action_open_readings(self):
        """The readings of the contract."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_usage_reading_action"
        )
        context = {"default_contract_id": self.id}
        return {**action, "domain": [("contract_id", "=", self.id)], "context": context}

    # -- business ------------------------------------------------------------------------------

    def _in_state(self, *states):
        self.check_access("write")
        wrong = self.filtered(lambda contract: contract.state not in states)
        if wrong:
            raise UserError(
                self.env._(
                    "“%(contract)s” is %(state)s.",
                    contract=wrong[0].display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        wrong[0].state
                    ],
                )
            )

    def _renew(self):
        self._in_state("running")
        if not all(contract.date_end for contract in self):
            raise UserError(self.env._("A contract without an end goes on by itself."))
        self.lock_for_update()
        renewals = self.create([contract._prepare_renewal() for contract in self])
        self.write({"state": "renewed"})
        return renewals

    def _prepare_renewal(self):
        start, end = rules.next_period(self.date_start, self.date_end)
        carried = {name: self[name] for name in CARRIED}
        return {
            **self._convert_to_write(carried),
            "date_start": start,
            "date_end": end,
            "renewed_from_id": self.id,
            "state": "running",
        }

    def _close(self, state, day):
        self.write({"state": state, "closed_on": day})

    @api.model
    def _today(self):
        return self.env["crm.customer.snapshot"]._data_date()

    @api.model
    def _cron_close(self):
        """Contracts past their last day: those that renew by themselves renew, others end."""
        over = Domain("state", "=", "running") & Domain("date_end", "<", self._today())
        while renewing := self.search(over & Domain("renewal_kind", "=", "automatic"), limit=500):
            renewing._renew()
            if not self.env["ir.cron"]._commit_progress(len(renewing)):
                return
        ended = self.search(over & Domain("renewal_kind", "!=", "automatic"))
        for day, contracts in ended.grouped("date_end").items():
            contracts._close("ended", day)
