from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

USER = "crm_customer_insight.group_insight_user"


class CrmReminderPartnerMixin(models.AbstractModel):
    """When a customer is to be contacted next; a part of ``res.partner`` (C360-4).

    Unstored: reading, searching, sorting and grouping join the plan rows the viewer may read.
    """

    _name = "crm.reminder.partner.mixin"
    _description = "Next contact of a customer"

    insight_next_contact = fields.Date(
        "Next contact",
        compute="_compute_insight_next_contact",
        search="_search_insight_next_contact",
        groups=USER,
        help="From the tier and the customer's own rhythm; see the contact plan.",
    )

    def _compute_insight_next_contact(self):
        plans = self.env["crm.contact.plan"].search_fetch(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id", "next_date"],
        )
        dates = {plan.partner_id.id: plan.next_date for plan in plans}
        for partner in self:
            partner.insight_next_contact = dates.get(partner.commercial_partner_id.id, False)

    @api.model
    def _search_insight_next_contact(self, operator, value):
        name = "insight_next_contact"
        return Domain.custom(
            to_sql=lambda model, alias, query: model._fields[name]._condition_to_sql(
                name, operator, value, model, alias, query
            )
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "insight_next_contact":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        if query is None:
            raise ValueError(f"{field_expr} can only be read within a query")
        return SQL.identifier(self._join_contact_plan(alias, query), "next_date")

    def _join_contact_plan(self, alias, query):
        """Join the plan of the company, as far as the viewer may read it; returns its alias."""
        plans = self.env["crm.contact.plan"].with_context(active_test=False)
        visible = plans._search([("company_id", "=", self.env.company.id)])
        joined = query.make_alias(alias, f"contact_plan_{self.env.uid}")
        query.add_join(
            "LEFT JOIN",
            joined,
            visible.subselect(SQL("partner_id"), SQL("next_date")),
            SQL(
                "%s = %s",
                SQL.identifier(alias, "commercial_partner_id"),
                SQL.identifier(joined, "partner_id"),
            ),
        )
        return joined
