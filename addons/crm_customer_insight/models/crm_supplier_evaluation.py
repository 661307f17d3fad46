from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..report import supplier_figures
from ..tools import supplier_evaluation as rules
from ..tools.person_data import PersonData
from .report_fields import OptionalFloat, OptionalMonetary


class CrmSupplierEvaluation(models.Model):
    """How good a supplier is: weighted criteria from 1 to 5, with what was measured (C360-9).

    A finished evaluation stays as it is; the next one is due after a year unless said otherwise and
    is an activity of its evaluator.
    """

    _name = "crm.supplier.evaluation"
    _description = "Supplier evaluation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _person_data = PersonData(merge="move", erase="keep")

    @api.model
    def _default_line_ids(self):
        """A new evaluation asks all criteria."""
        criteria = self.env["crm.supplier.criterion"].search([("active", "=", True)])
        return [fields.Command.create({"criterion_id": criterion.id}) for criterion in criteria]

    partner_id = fields.Many2one(
        "res.partner", "Supplier", required=True, index=True, ondelete="restrict", tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Evaluator",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    next_date = fields.Date(
        "Next evaluation",
        compute="_compute_next_date",
        store=True,
        readonly=False,
        precompute=True,
        help="An activity of the evaluator; a year later unless you say otherwise.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Finished")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many(
        "crm.supplier.evaluation.line",
        "evaluation_id",
        "Criteria",
        copy=True,
        default=lambda self: self._default_line_ids(),
    )
    score = OptionalFloat(
        compute="_compute_score",
        store=True,
        digits=(3, 2),
        aggregator="avg",
        help="Mean of the scores, weighted; criteria without a score do not count.",
    )
    grade = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
        compute="_compute_score",
        store=True,
        help="A from 4.25, B from 3.5, C from 2.5, D below.",
    )
    note = fields.Text("Summary")

    # Measured
    bill_count = fields.Integer(
        "Bills",
        compute="_compute_measured",
        help="Posted vendor bills of the supplier in the twelve months before the evaluation.",
    )
    bill_amount = OptionalMonetary(
        "Billed", compute="_compute_measured", help="Their sum, untaxed, in company currency."
    )
    refund_amount = OptionalMonetary(
        "Credited to us",
        compute="_compute_measured",
        help="Credit notes of the supplier in the same time, untaxed.",
    )
    refund_rate = OptionalFloat(
        "Credited share",
        compute="_compute_measured",
        help="Credited ÷ billed; empty without bills.",
    )

    @api.depends("date")
    def _compute_next_date(self):
        for one in self:
            one.next_date = one.date and one.date + relativedelta(years=1)

    @api.depends("line_ids.score", "line_ids.weight")
    def _compute_score(self):
        for one in self:
            lines = [(int(line.score or 0), line.weight) for line in one.line_ids]
            score = rules.weighted_score(lines)
            one.score, one.grade = score, rules.grade(score) or False

    @api.depends("partner_id", "company_id", "date")
    def _compute_measured(self):
        # only sums of bills leave here, for those who may read the evaluation
        found = supplier_figures.measured(self.env, self._origin.ids)
        for one in self:
            count, billed, credited = found.get(one._origin.id, (0, None, None))
            one.bill_count = count
            one.bill_amount = billed if count else None
            one.refund_amount = credited if count else None
            one.refund_rate = credited / billed if count and billed else None

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
        if any(one.state == "done" for one in self):
            raise UserError(self.env._("Finished evaluations stay: they are the history."))

    # -- actions -------------------------------------------------------------------------------

    def action_finish(self):
        """Close the evaluation and have the next one come up on its day; a second click: nothing.

        :raises UserError: when no criterion was judged
        """
        self.check_access("write")
        for one in self.filtered(lambda one: one.state == "draft"):
            if not one.grade:
                raise UserError(self.env._("Judge one criterion at least."))
            one.state = "done"
            earlier = one._earlier()
            earlier.activity_feedback(["mail.mail_activity_data_todo"])
            # this one is the next evaluation that was due
            earlier.filtered("next_date").next_date = False
            if one.next_date:
                one.activity_schedule(
                    "mail.mail_activity_data_todo",
                    one.next_date,
                    self.env._("Evaluate %(supplier)s again", supplier=one.partner_id.name),
                    user_id=one.user_id.id,
                )

    def action_reopen(self):
        """Correct a finished evaluation; the chatter keeps what it was."""
        self.check_access("write")
        self.filtered(lambda one: one.state == "done").state = "draft"

    def action_open_bills(self):
        """The vendor bills and credit notes that were measured."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_in_invoice_type"
        )
        domain = Domain("commercial_partner_id", "=", self.partner_id.id) & Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "posted"),
                ("move_type", "in", ["in_invoice", "in_receipt", "in_refund"]),
                ("invoice_date", ">", self.date - relativedelta(months=12)),
                ("invoice_date", "<=", self.date),
            ]
        )
        return {**action, "domain": list(domain), "context": {"create": False}}

    def _earlier(self):
        """Evaluations of the same supplier before this one."""
        return self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.id),
                ("date", "<=", self.date),
            ]
        )
