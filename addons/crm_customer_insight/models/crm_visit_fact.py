from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.person_data import PersonData


class CrmVisitFact(models.Model):
    """What a visit said about one profile fact: still true, changed, or not asked (C360-4)."""

    _name = "crm.visit.fact"
    _description = "Fact of a visit"
    _order = "visit_id, id"
    _rec_name = "attribute_id"
    _person_data = PersonData(merge="keep_best", key=("visit_id", "attribute_id"))

    visit_id = fields.Many2one("crm.visit", required=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True
    )
    attribute_id = fields.Many2one(
        "crm.profile.attribute", "Fact", required=True, ondelete="cascade", index=True
    )
    section = fields.Char(related="attribute_id.section")
    question = fields.Text(related="attribute_id.description", string="What to ask")
    known_value = fields.Char("Known until now", readonly=True)
    known_since = fields.Date("Known since", readonly=True)
    answer = fields.Selection(
        [("confirmed", "Still true"), ("changed", "Changed"), ("not_asked", "Not asked")]
    )
    new_value = fields.Char("New value", help="Dates as 2026-05-31, choices by name, yes or no.")
    reason = fields.Char(help="Why it was not asked.")

    _visit_partner_attribute_uniq = models.UniqueIndex("(visit_id, partner_id, attribute_id)")

    @api.model_create_multi
    def create(self, vals_list):
        """Lines say what was known when they were made."""
        facts = super().create(vals_list)
        known = facts._known()
        for fact in facts:
            value = known.get((fact.partner_id, fact.attribute_id))
            if value:
                fact.write({"known_value": value.value, "known_since": value.date})
        return facts

    @api.onchange("new_value")
    def _onchange_new_value(self):
        if self.new_value and not self.answer:
            self.answer = "changed"

    def _known(self):
        """``{(contact, attribute): current value}``."""
        values = self.env["crm.profile.value"].search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("attribute_id", "in", self.attribute_id.ids),
            ]
        )
        return {(value.partner_id, value.attribute_id): value for value in values}

    def _check_answered(self):
        """Every fact has an answer that says enough.

        :raises UserError: naming the facts that lack one
        """
        lacking = self.filtered(lambda fact: not fact._is_answered())
        if lacking:
            raise UserError(
                self.env._(
                    "Each fact is confirmed, changed (with its new value) or not asked "
                    "(with the reason). Still open: %(facts)s.",
                    facts=", ".join(lacking.mapped("attribute_id.name")),
                )
            )

    def _is_answered(self):
        match self.answer:
            case "confirmed":
                return bool(self.known_value)
            case "changed":
                return bool(self.new_value)
            case "not_asked":
                return bool(self.reason)
        return False

    def _apply(self):
        """Write what the visit found out as profile facts."""
        known = self._known()
        for fact in self:
            value = known.get((fact.partner_id, fact.attribute_id))
            if fact.answer == "confirmed" and value:
                value.action_confirm()
            elif fact.answer == "changed":
                fact._record(value)

    def _record(self, value):
        values = {
            "value": self.new_value,
            "source": "visit",
            "source_note": self.visit_id.display_name,
            "date": fields.Date.context_today(self),
        }
        if value:
            value.write(values)
        else:
            self.env["crm.profile.value"].create(
                {"partner_id": self.partner_id.id, "attribute_id": self.attribute_id.id, **values}
            )
