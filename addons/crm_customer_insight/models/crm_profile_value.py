from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..tools import profile
from ..tools.person_data import PersonData

VALUE_FIELDS = {
    "char": "value_char",
    "number": "value_number",
    "date": "value_date",
    "boolean": "value_boolean",
    "selection": "value_option_id",
}
# What makes a fact another fact: a change keeps the former one as history.
VERSIONED = {"value", "source", "source_note", "date", *VALUE_FIELDS.values()}
#: Marks our own second write in the context. An object, so that no remote caller can send it.
BOOKKEEPING = object()
MANAGER = "crm_customer_insight.group_insight_manager"


class CrmProfileValue(models.Model):
    """A fact about a contact: value, origin, since when, who confirmed it (C360-6).

    The current fact is the active record of a contact and attribute; earlier ones are archived
    when a new one is recorded or imported.
    """

    _name = "crm.profile.value"
    _description = "Profile fact"
    _order = "partner_id, attribute_id, date desc, id desc"
    _rec_name = "attribute_id"
    # The latest word counts; what it replaces is kept as history.
    _person_data = PersonData(
        merge="keep_best",
        key=("attribute_id",),
        where="active",
        order="date DESC, confirmed_on DESC NULLS LAST",
        loser="active = FALSE",
    )

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True
    )
    attribute_id = fields.Many2one(
        "crm.profile.attribute", required=True, ondelete="restrict", index=True
    )
    type = fields.Selection(related="attribute_id.type", store=True, precompute=True, string="Type")
    section = fields.Char(related="attribute_id.section")
    value = fields.Char(
        "Recorded value",
        compute="_compute_value",
        inverse="_inverse_value",
        help="As text. Dates as 2026-05-31, choices by name or code, yes or no.",
    )
    value_char = fields.Char("Text")
    value_number = fields.Float("Numeric value", aggregator="avg")
    value_date = fields.Date("Day")
    value_boolean = fields.Boolean("Yes")
    value_option_id = fields.Many2one(
        "crm.profile.attribute.option",
        "Choice",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('attribute_id', '=', attribute_id)]",
    )
    source = fields.Selection(
        [
            ("told", "Told us"),
            ("document", "Document"),
            ("visit", "Visit"),
            ("import", "Import"),
            ("derived", "Derived"),
            ("dataset", "Data set"),
        ],
        required=True,
        default="told",
    )
    source_note = fields.Char("Evidence", help="Where the proof is: document, call, file …")
    date = fields.Date("Known since", required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users", "Recorded by", default=lambda self: self.env.user, index="btree_not_null"
    )
    confirmed_by = fields.Many2one(
        "res.users", "Confirmed by", readonly=True, index="btree_not_null"
    )
    confirmed_on = fields.Date("Confirmed on", readonly=True)
    confirm_due = fields.Date(
        "Confirm by", compute="_compute_confirm_due", store=True, precompute=True
    )
    active = fields.Boolean(default=True)

    _current_uniq = models.UniqueIndex(
        "(partner_id, attribute_id) WHERE active",
        "A contact has one current value per attribute; archive the earlier one.",
    )
    _attribute_value_idx = models.Index("(attribute_id, value_option_id) WHERE active")
    _confirm_due_idx = models.Index("(confirm_due) WHERE active AND confirm_due IS NOT NULL")

    @api.constrains("attribute_id", "value_option_id")
    def _check_option_of_attribute(self):
        for fact in self:
            if fact.value_option_id and fact.value_option_id.attribute_id != fact.attribute_id:
                raise ValidationError(
                    self.env._(
                        "%(choice)s is not a choice of %(attribute)s.",
                        choice=fact.value_option_id.name,
                        attribute=fact.attribute_id.name,
                    )
                )

    @api.constrains("partner_id", "attribute_id")
    def _check_applies(self):
        for fact in self:
            wanted = fact.attribute_id.applies_to
            if wanted != "all" and (wanted == "company") != fact.partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "%(attribute)s does not apply to %(partner)s.",
                        attribute=fact.attribute_id.name,
                        partner=fact.partner_id.display_name,
                    )
                )

    @api.depends("type", *VALUE_FIELDS.values())
    def _compute_value(self):
        for fact in self:
            fact.value = fact._value_text()

    def _inverse_value(self):
        # the write that set the text has kept the history already
        for fact in self.with_context(profile_value_bookkeeping=BOOKKEEPING):
            fact.write(self._parsed_value(fact.attribute_id, fact.value))

    @api.depends("date", "confirmed_on", "attribute_id.valid_months")
    def _compute_confirm_due(self):
        for fact in self:
            fact.confirm_due = profile.confirm_due(
                fact.date, fact.confirmed_on, fact.attribute_id.valid_months
            )

    @api.model_create_multi
    def create(self, vals_list):
        prepared = [self._with_witnesses(self._prepare_typed_values(vals)) for vals in vals_list]
        self._archive_superseded(prepared)
        return super().create(prepared)

    def write(self, vals):
        if self._is_bookkeeping():
            return super().write(vals)
        self._check_changeable(vals)
        vals = self._with_witnesses(vals)
        if self._is_said_today(vals):
            vals = {**vals, "date": fields.Date.context_today(self)}
        if VERSIONED & vals.keys():
            self.filtered("active")._keep_history()
            vals = {
                "confirmed_by": False,
                "confirmed_on": False,
                "user_id": self.env.uid,
                **vals,
            }
        return super().write(vals)

    def _is_said_today(self, vals):
        """Whether current facts get another value, and no day since when it is known."""
        said = bool(vals.keys() & {"value", *VALUE_FIELDS.values()})
        return said and "date" not in vals and all(self.mapped("active"))

    def _is_bookkeeping(self):
        return self.env.context.get("profile_value_bookkeeping") is BOOKKEEPING

    def _bookkeeping(self):
        return self.with_context(profile_value_bookkeeping=BOOKKEEPING)

    def _with_witnesses(self, vals):
        """Nobody but managers (who import) records or confirms a fact in another's name."""
        if self._is_bookkeeping() or self.env.su or self.env.user.has_group(MANAGER):
            return vals
        own = {False, None, self.env.uid}
        names = ("user_id", "confirmed_by")
        return vals | {name: self.env.uid for name in names if vals.get(name) not in own}

    def _check_changeable(self, vals):
        """Facts stay with their contact, and what was once said stays as it was said."""
        if self.env.su or self.env.user.has_group(MANAGER):
            return
        moved = vals.keys() & {"partner_id", "attribute_id"}
        revived = vals.keys() - {"active"} or vals.get("active")
        if any(fact[name].id != vals[name] for fact in self for name in moved) or (
            revived and not all(self.mapped("active"))
        ):
            raise UserError(
                self.env._("Earlier facts stay as they were recorded. Record a new one instead.")
            )

    def copy_data(self, default=None):
        return super().copy_data({"active": False, **(default or {})})

    def action_confirm(self):
        """Note that the facts are still true today, by the word of the current user."""
        self.write(
            {
                "confirmed_by": self.env.uid,
                "confirmed_on": fields.Date.context_today(self),
            }
        )

    def action_open_history(self):
        """Open every value this contact ever had for the attribute."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.attribute_id.name,
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("attribute_id", "=", self.attribute_id.id),
            ],
            "context": {"active_test": False, "create": False},
        }

    def _prepare_typed_values(self, vals):
        """The values with a text ``value`` replaced by the column of the attribute's type."""
        if "value" not in vals:
            return dict(vals)
        attribute = self.env["crm.profile.attribute"].browse(vals.get("attribute_id"))
        others = {name: value for name, value in vals.items() if name != "value"}
        return {**others, **self._parsed_value(attribute, vals["value"])}

    def _parsed_value(self, attribute, text):
        options = [(option.id, option.code, option.name) for option in attribute.option_ids]
        try:
            value = profile.parse(text, attribute.type, options)
        except profile.ProfileValueError as error:
            raise ValidationError(self._value_message(attribute, error)) from error
        empty = dict.fromkeys(VALUE_FIELDS.values(), False)
        return {**empty, VALUE_FIELDS[attribute.type]: value if value is not None else False}

    def _value_message(self, attribute, error):
        expected = {
            "number": self.env._("a number such as 12.5"),
            "date": self.env._("a date such as 2026-05-31"),
            "boolean": self.env._("yes or no"),
            "selection": ", ".join(attribute.option_ids.mapped("name")),
        }[error.kind]
        return self.env._(
            "%(attribute)s: “%(text)s” does not fit; expected %(expected)s.",
            attribute=attribute.name,
            text=error.text,
            expected=expected,
        )

    def _value_text(self):
        if not self.type:
            return False
        value = self[VALUE_FIELDS[self.type]]
        match self.type:
            case "boolean":
                return self.env._("Yes") if value else self.env._("No")
            case "date":
                return format_date(self.env, value, date_format="yyyy-MM-dd")
            case "number":
                return f"{value:.10g}"
            case "selection":
                return value.name
        return value

    def _archive_superseded(self, vals_list):
        """Archive what the new facts replace; of two in one batch the later one is current."""
        newest = {}
        for vals in vals_list:
            if vals.get("active", True):
                key = (vals.get("partner_id"), vals.get("attribute_id"))
                if key in newest:
                    newest[key]["active"] = False
                newest[key] = vals
        current = self.search_fetch(
            [
                ("partner_id", "in", list({partner for partner, _attribute in newest})),
                ("attribute_id", "in", list({attribute for _partner, attribute in newest})),
            ],
            ["partner_id", "attribute_id"],
        )
        current.filtered(
            lambda fact: (fact.partner_id.id, fact.attribute_id.id) in newest
        ).active = False
        self.flush_model(["active"])

    def _keep_history(self):
        """Keep what the facts said until now as archived copies."""
        columns = [
            "partner_id",
            "attribute_id",
            *VALUE_FIELDS.values(),
            "source",
            "source_note",
            "date",
            "user_id",
            "confirmed_by",
            "confirmed_on",
        ]
        former = [{**fact._former_values(columns), "active": False} for fact in self]
        self._bookkeeping().create(former)

    def _former_values(self, columns):
        return {name: self._fields[name].convert_to_write(self[name], self) for name in columns}
