from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import intake

#: Phase of the customer's dealings with us (before, during, after the sale: 售前, 售中, 售后).
PHASES = [("before", "Before the sale"), ("during", "During the sale"), ("after", "After the sale")]
#: What a request is about in principle, whatever the company calls its types.
NATURES = [
    ("enquiry", "Enquiry"),
    ("usage", "Product use"),
    ("fault", "Fault"),
    ("order", "Order, delivery, bill"),
    ("suggestion", "Suggestion"),
    ("complaint", "Complaint"),
    ("other", "Other"),
]
SEVERITIES = [("0", "Minor"), ("1", "Moderate"), ("2", "Major"), ("3", "Critical")]
URGENCIES = [("0", "Can wait"), ("1", "Soon"), ("2", "At once")]


class CrmServiceType(models.Model):
    """Kind of request, as a tree; carries what a request of that kind starts with (SVC-L1)."""

    _name = "crm.service.type"
    _description = "Request type"
    _parent_store = True
    _order = "sequence, complete_name"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "name"]

    name = fields.Char(required=True, translate=True)
    display_name = fields.Char(recursive=True)
    complete_name = fields.Char(
        "Type", compute="_compute_complete_name", recursive=True, store=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "crm.service.type", "Part of", index="btree_not_null", ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.service.type", "parent_id", "Narrower types")
    phase = fields.Selection(PHASES, required=True, default="after")
    nature = fields.Selection(NATURES, required=True, default="other")
    severity = fields.Selection(SEVERITIES, "Usual severity", required=True, default="1")
    urgency = fields.Selection(URGENCIES, "Usual urgency", required=True, default="1")
    team_id = fields.Many2one(
        "crm.service.team",
        "Usual team",
        index="btree_not_null",
        help="Requests of this type go to this team; without one to the first team of the company.",
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    portal_published = fields.Boolean(
        "On the portal", default=True, help="Customers may choose this type themselves."
    )
    skill_ids = fields.Many2many(
        "crm.service.skill",
        string="Skills needed",
        help="Only colleagues who have all of them get requests of this type by themselves.",
    )
    mail_keywords = fields.Text(
        "Words in mails",
        help="A mail whose subject, or else whose text, has most of these words becomes a request "
        "of this type. Separate them by commas, in every language your customers write.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for kind in self:
            parts = [kind.parent_id.complete_name, kind.name]
            kind.complete_name = " / ".join(filter(None, parts))

    @api.depends("name", "parent_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """As the complete name, which is stored for the order, in the reader's language."""
        for kind in self:
            kind.display_name = " / ".join(filter(None, [kind.parent_id.display_name, kind.name]))

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A type cannot be part of itself."))

    @api.model
    def _with_keywords(self, company):
        """``{type id: keywords}`` of the types that mails to *company* may become."""
        domain = [("mail_keywords", "!=", False), ("company_id", "in", [False, company.id])]
        # sudo: the gateway guesses the type whoever fetches the mail
        return {kind.id: intake.words(kind.mail_keywords) for kind in self.sudo().search(domain)}
