from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

#: The nine steps as people read them (SVC-C); codes are those of tools/complaint.py.
STEPS = [
    ("record", "Record"),
    ("judge", "Judge validity"),
    ("department", "Responsible department"),
    ("cause", "Cause"),
    ("solution", "Solution"),
    ("approve", "Approval"),
    ("reply", "Carry out and reply"),
    ("compensate", "Compensate or penalize"),
    ("learn", "Evaluate and learn"),
]
#: Who has to do a step.
WHO = [
    ("owner", "Owner of the request"),
    ("leader", "Team leader"),
    ("department", "Responsible department"),
    ("user", "A certain person"),
]


class CrmServiceComplaintProcedure(models.Model):
    """How complaints are dealt with: the steps, their deadlines and who does them (SVC-C)."""

    _name = "crm.service.complaint.procedure"
    _description = "Complaint procedure"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    type_id = fields.Many2one(
        "crm.service.type",
        "Only for type",
        index="btree_not_null",
        help="Empty: for complaints of all types.",
    )
    approval_from = fields.Float(
        "Approval from",
        help="Compensations of this amount and more, in the currency of the company, wait for "
        "approval by somebody else; at 0 every solution does.",
    )
    credit_limit = fields.Float(
        "Representatives compensate up to",
        default=500.0,
        help="A credit note or voucher above it, in the currency of the company, is made by a "
        "team leader.",
    )
    step_ids = fields.One2many("crm.service.complaint.procedure.step", "procedure_id", "Steps")

    _amounts_positive = models.Constraint(
        "CHECK(approval_from >= 0 AND credit_limit >= 0)", "Amounts cannot be negative."
    )

    @api.constrains("step_ids")
    def _check_step_ids(self):
        for procedure in self:
            codes = set(procedure.step_ids.mapped("code"))
            if not {"record", "judge", "learn"} <= codes:
                raise ValidationError(
                    self.env._(
                        "A procedure needs at least the steps “Record”, “Judge validity” and "
                        "“Evaluate and learn”."
                    )
                )

    @api.model
    def _for_requests(self, requests):
        """First procedure that fits each request: ``{request: procedure}``, one search for all."""
        companies = [False, *requests.company_id.ids]
        # sudo: which steps a complaint takes does not depend on who enters it
        known = self.sudo().search(Domain("company_id", "in", companies))
        return {
            request: known.filtered(lambda p, r=request: p._fits(r))[:1] for request in requests
        }

    def _fits(self, request):
        path = request.type_id.parent_path or ""
        return self.company_id in (self.company_id.browse(), request.company_id) and (
            not self.type_id or f"/{path}".find(f"/{self.type_id.id}/") >= 0
        )


class CrmServiceComplaintProcedureStep(models.Model):
    """One step of a procedure: until when, by whom, what must be filled in."""

    _name = "crm.service.complaint.procedure.step"
    _description = "Step of a complaint procedure"
    _order = "procedure_id, sequence, id"
    _rec_name = "code"

    procedure_id = fields.Many2one(
        "crm.service.complaint.procedure", required=True, ondelete="cascade", index=True
    )
    code = fields.Selection(STEPS, "Step", required=True)
    sequence = fields.Integer(default=10)
    deadline = fields.Float(help="Working time; 0: no deadline.")
    unit = fields.Selection(
        [("hours", "Working hours"), ("days", "Working days")], required=True, default="days"
    )
    counted_from = fields.Selection(
        [("start", "The beginning"), ("former", "The former step")],
        "After",
        required=True,
        default="former",
    )
    who = fields.Selection(WHO, required=True, default="owner")
    user_id = fields.Many2one(
        "res.users", "Person", domain=[("share", "=", False)], index="btree_not_null"
    )
    may_skip = fields.Boolean("May be left out", help="With a reason.")
    required_ids = fields.Many2many(
        "ir.model.fields",
        "crm_service_complaint_step_required",
        "step_id",
        "field_id",
        string="Must be filled in",
        domain=[("model", "=", "crm.service.complaint"), ("store", "=", True)],
    )

    _once = models.UniqueIndex("(procedure_id, code)", "This step is in the procedure already.")
    _deadline_positive = models.Constraint("CHECK(deadline >= 0)", "A deadline cannot be negative.")
    _person_named = models.Constraint(
        "CHECK(who <> 'user' OR user_id IS NOT NULL)", "Say which person does the step."
    )

    @api.constrains("sequence", "code", "procedure_id")
    def _check_order(self):
        """Steps may be left out of a procedure; those that are there keep the order of the nine."""
        order = [code for code, _label in STEPS]
        for procedure in self.procedure_id:
            codes = [order.index(step.code) for step in procedure.step_ids.sorted("sequence")]
            if codes != sorted(codes):
                raise ValidationError(self.env._("The steps follow each other as in the standard."))

    @api.model
    def _plan_query(self):
        """SELECT of all steps with their place in the procedure and the names of their fields."""
        return SQL(
            """SELECT s.id, s.procedure_id, s.code, s.who, s.user_id, s.may_skip,
                row_number() OVER (PARTITION BY s.procedure_id ORDER BY s.sequence, s.id) AS place,
                (SELECT string_agg(f.name, ',' ORDER BY f.name)
                    FROM crm_service_complaint_step_required r
                    JOIN ir_model_fields f ON f.id = r.field_id WHERE r.step_id = s.id) AS required
            FROM crm_service_complaint_procedure_step s"""
        )
