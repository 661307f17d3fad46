import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmProfileAttribute(models.Model):
    """What is worth knowing about a customer beyond Odoo's own fields (C360-2, C360-6)."""

    _name = "crm.profile.attribute"
    _description = "Profile attribute"
    _order = "section, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name used by imports and selections.")
    type = fields.Selection(
        [
            ("char", "Text"),
            ("number", "Numeric"),
            ("date", "Date"),
            ("boolean", "Yes or no"),
            ("selection", "Choice"),
        ],
        required=True,
        default="char",
    )
    applies_to = fields.Selection(
        [("all", "Persons and companies"), ("person", "Persons"), ("company", "Companies")],
        "Applies to",
        required=True,
        default="all",
    )
    section = fields.Char("Group", translate=True, help="Heading under which it is shown.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text("Help", translate=True, help="What to ask, and what it is for.")
    valid_months = fields.Integer(
        "Confirm after months", help="After so many months it must be confirmed again; 0: never."
    )
    required_for = fields.Selection(
        [
            ("A", "Customers of tier A"),
            ("B", "Tiers A and B"),
            ("C", "Tiers A to C"),
            ("D", "All tiers"),
        ],
        "Must be known for",
        help="Where it is not known it stands in the list of data issues.",
    )
    option_ids = fields.One2many(
        "crm.profile.attribute.option", "attribute_id", "Choices", copy=True
    )
    value_count = fields.Integer("Known for", compute="_compute_value_count")

    _code_uniq = models.UniqueIndex("(code)", "An attribute with this code exists already.")
    _valid_months_not_negative = models.Constraint(
        "CHECK(valid_months >= 0)", "The number of months cannot be negative."
    )

    @api.constrains("code")
    def _check_code(self):
        if any(not re.fullmatch(r"[a-z][a-z0-9_]*", attribute.code) for attribute in self):
            raise ValidationError(
                self.env._("A code has small letters, digits and underscores, e.g. fleet_size.")
            )

    def _compute_value_count(self):
        counts = dict(
            self.env["crm.profile.value"]._read_group(
                [("attribute_id", "in", self.ids)], ["attribute_id"], ["__count"]
            )
        )
        for attribute in self:
            attribute.value_count = counts.get(attribute, 0)

    def write(self, vals):
        if "type" in vals:
            self.filtered(lambda attribute: attribute.type != vals["type"])._check_unused()
        return super().write(vals)

    def _check_unused(self):
        """Values are kept in a column per type: with values, the type stays."""
        facts = self.env["crm.profile.value"].with_context(active_test=False)
        used = facts.search([("attribute_id", "in", self.ids)], limit=1).attribute_id
        if used:
            raise ValidationError(
                self.env._("%(name)s has values already; its type cannot change.", name=used.name)
            )

    def _is_for(self, partner):
        """Whether the attribute is one of this contact: of persons, of companies or of both."""
        return self.applies_to == "all" or (self.applies_to == "company") == partner.is_company

    def action_open_values(self):
        """Open the current values of the attribute."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_profile_value_action"
        )
        return {**action, "domain": [("attribute_id", "in", self.ids)], "context": {}}


class CrmProfileAttributeOption(models.Model):
    """One choice of an attribute."""

    _name = "crm.profile.attribute.option"
    _description = "Profile attribute choice"
    _order = "attribute_id, sequence, id"

    attribute_id = fields.Many2one(
        "crm.profile.attribute", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)

    _attribute_code_uniq = models.UniqueIndex(
        "(attribute_id, code)", "The attribute has a choice with this code already."
    )
