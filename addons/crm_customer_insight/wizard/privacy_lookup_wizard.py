from odoo import fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..report import person_erasure, person_merge


class PrivacyLookupWizard(models.TransientModel):
    _inherit = "privacy.lookup.wizard"

    def _get_query_models_blacklist(self):
        """Core looks only at references that outlive the contact; ours are looked up below."""
        ours = [model._name for model in person_merge.tables(self.env)]
        return [*super()._get_query_models_blacklist(), *ours]

    def _get_query(self):
        query = super()._get_query()
        for model in person_merge.tables(self.env):
            query = SQL("%s UNION ALL %s", query, self._insight_query(model))
        return query

    def _insight_query(self, model):
        """Rows of *model* about the person; the contacts are those that core's query found."""
        people = SQL("(SELECT id FROM indirect_references)")
        numbers = SQL(
            "(SELECT e164 FROM crm_contact_number WHERE partner_id IN %s AND e164 IS NOT NULL)",
            people,
        )
        emails = SQL("(%s)", tools.email_normalize(self.email.strip()))
        return SQL(
            "SELECT %s AS res_model_id, id AS res_id, %s AS is_active FROM %s WHERE %s",
            self.env["ir.model"]._get_id(model._name),
            SQL.identifier("active") if "active" in model else SQL("TRUE"),
            SQL.identifier(model._table),
            person_erasure.condition(model, people, emails, numbers),
        )

    def action_erase_person(self):
        """Erase who has exactly this address; people who only share the name stay.

        :raises AccessError: for everybody who may not change this wizard (administrators may)
        """
        self.ensure_one()
        self.check_access("write")
        email = tools.email_normalize(self.email.strip())
        if not email:
            raise UserError(self.env._("“%(email)s” is not an e-mail address.", email=self.email))
        # sudo: administrators (checked above) erase, and a person is erased in all companies
        people = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search([("email_normalized", "=", email)])
        )
        people._erase_person(emails=[email])
        self._post_erasure(len(people))
        return self.action_lookup()

    def _post_erasure(self, count):
        details = self.env._("Erased the person with this address: %(count)s contacts", count=count)
        if self.log_id:
            self.log_id.additional_note = details
        else:
            self.log_id = self.env["privacy.log"].create(
                {
                    "anonymized_name": self.name,
                    "anonymized_email": self.email,
                    "records_description": self.records_description,
                    "additional_note": details,
                }
            )


class PrivacyLookupWizardLine(models.TransientModel):
    _inherit = "privacy.lookup.wizard.line"

    can_erase = fields.Boolean("Can be erased", compute="_compute_can_erase")

    def _compute_can_erase(self):
        for line in self:
            line.can_erase = line.res_model == "res.partner" and not line.is_unlinked

    def action_erase(self):
        """Erase the person of this line everywhere; the books keep a contact without name.

        :raises AccessError: for everybody who may not change this line (administrators may)
        """
        self.ensure_one()
        self.check_access("write")
        if self.res_model != "res.partner":
            raise UserError(self.env._("Only a contact can be erased; delete other records."))
        # sudo: administrators (checked above) erase, and a person is erased in all companies
        self.env["res.partner"].sudo().browse(self.res_id)._erase_person()
        self.execution_details = self.env._("Erased contact #%(id)s", id=self.res_id)
        self.is_active = False
