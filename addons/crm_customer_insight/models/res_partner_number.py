import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import phone

#: A text that people type to find a number: digits with what is written around them.
LIKE_A_NUMBER = re.compile(r"^[\s+(]*\d[\d\s()./+-]{4,40}(?:\s*(?:ext\.?|x|#)\s*\d{1,7})?$", re.I)
#: Key under which a transaction keeps the contacts whose company changed.
MOVED = "crm_customer_insight.moved"
_REGION_FIELDS = frozenset(("country_id", "parent_id", "is_company", "company_id"))


class ResPartner(models.Model):
    _inherit = "res.partner"

    contact_number_ids = fields.One2many(
        "crm.contact.number",
        "partner_id",
        "Numbers",
        bypass_search_access=True,
        groups="base.group_user",
        help="All telephone numbers. Those of the phone field follow it.",
    )
    number_in_any_writing = fields.Char(
        store=False,
        search="_search_number_in_any_writing",
        help="Finds the contact by any of its numbers, written in any way.",
    )

    @api.model
    def _search_number_in_any_writing(self, operator, value):
        """Contacts with this number; half a number is looked for as Odoo's own search does."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        # sudo: numbers follow the phone field whoever searches
        self.env["crm.contact.number"].sudo()._drain()
        values = [value] if isinstance(value, str) else list(value)
        return Domain.OR(self._number_domain(text) for text in values if text)

    def _number_domain(self, text):
        parsed = phone.parse(text, self.env.company.country_id.code)
        if parsed.e164:
            return Domain("contact_number_ids.e164", "=", parsed.e164)
        if parsed.extension:
            return Domain("contact_number_ids", "any", self._internal_domain(parsed.extension))
        if parsed.problem == "anonymous" or len(text.strip()) < self._phone_search_min_length:
            return Domain.FALSE
        return Domain("phone_mobile_search", "ilike", text)

    def _internal_domain(self, extension):
        return Domain("e164", "=", False) & Domain("extension", "=", extension)

    @api.model
    def _search_display_name(self, operator, value):
        """Typing a number where a contact is chosen finds him too."""
        domain = super()._search_display_name(operator, value)
        if operator in ("ilike", "=") and isinstance(value, str) and LIKE_A_NUMBER.match(value):
            parsed = phone.parse(value, self.env.company.country_id.code)
            if parsed.e164 and self.env.user._is_internal():
                # sudo: numbers follow the phone field whoever searches
                self.env["crm.contact.number"].sudo()._drain()
                domain = Domain(domain) | Domain("contact_number_ids.e164", "=", parsed.e164)
        return domain

    @api.depends("is_company", "parent_id.commercial_partner_id")
    def _compute_commercial_partner(self):
        result = super()._compute_commercial_partner()
        self._remember_commercial_change()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        with_phone = [bool(vals.get("phone")) for vals in vals_list]
        if any(with_phone):
            self.env["crm.contact.number"]._remember(partners.filtered("phone"))
        return partners

    def write(self, vals):
        result = super().write(vals)
        if "phone" in vals or not _REGION_FIELDS.isdisjoint(vals):
            dependents = not _REGION_FIELDS.isdisjoint(vals)
            self.env["crm.contact.number"]._remember(self, dependents=dependents)
        return result

    # Moving to another company

    def _remember_commercial_change(self):
        """Have the ledger follow contacts that now belong to another company, once per
        transaction; costs no query now."""
        ids = [partner_id for partner_id in self._ids if partner_id]
        if not ids:
            return
        precommit = self.env.cr.precommit
        if MOVED not in precommit.data:
            # sudo: the ledger is written by nobody but its own code
            precommit.add(self.sudo().browse()._drain_commercial_changes)
        precommit.data.setdefault(MOVED, set()).update(ids)

    @api.model
    def _drain_commercial_changes(self):
        """Give the ledger rows of moved contacts their present company."""
        ids = self.env.cr.precommit.data.get(MOVED)
        if not ids:
            return
        self.env.flush_all()
        moved = sorted(ids)
        ids.clear()
        changed = self.env.execute_query(
            SQL(
                """WITH moved AS (
                    SELECT t.id, t.commercial_partner_id AS old, p.commercial_partner_id AS new
                      FROM crm_touchpoint t JOIN res_partner p ON p.id = t.partner_id
                     WHERE t.partner_id = ANY(%s)
                       AND t.commercial_partner_id IS DISTINCT FROM p.commercial_partner_id)
                UPDATE crm_touchpoint t SET commercial_partner_id = moved.new
                  FROM moved WHERE moved.id = t.id
                RETURNING moved.old, moved.new, t.company_id,
                          date_trunc('month', t.date)::date, t.cost <> 0""",
                moved,
            )
        )
        if changed:
            self.env["crm.touchpoint"].invalidate_model(["commercial_partner_id"])
            cells = {
                (customer, company, month)
                for old, new, company, month, costs in changed
                for customer in (old, new)
                if costs and customer and company
            }
            self.env["crm.touchpoint"]._touchpoints_changed([list(cell) for cell in cells])
