from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .report_fields import OptionalFloat, OptionalMonetary

USER = "crm_customer_insight.group_insight_user"
#: Fields of the contact and the columns of the current life-time value they show.
COLUMNS = {"insight_p_alive": "p_alive", "insight_lifetime_value": "expected_value"}


class CrmLifetimePartnerMixin(models.AbstractModel):
    """Columns of the life-time value on contacts (ROI-3); a part of ``res.partner``.

    Like the value columns they are joined, so that they can be searched, sorted and grouped by,
    and nobody learns more from an order than from the value itself.
    """

    _name = "crm.lifetime.partner.mixin"
    _description = "Life-time value of contacts"

    insight_p_alive = OptionalFloat(
        "Still a customer",
        compute="_compute_insight_lifetime",
        search="_search_insight_p_alive",
        aggregator="avg",
        digits=0,
        groups=USER,
        help="Probability that he is still a customer, from his own rhythm.",
    )
    insight_lifetime_value = OptionalMonetary(
        "Life-time value",
        currency_field="insight_lifetime_currency_id",
        compute="_compute_insight_lifetime",
        search="_search_insight_lifetime_value",
        aggregator=None,
        groups=USER,
        help="What he is expected to bring from now on in the horizon, discounted.",
    )
    insight_lifetime_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the life-time value",
        compute="_compute_insight_lifetime",
        groups=USER,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "allowed_company_ids", "uid")
    def _compute_insight_lifetime(self):
        lifetimes = self.env["crm.customer.lifetime"]
        rows = lifetimes.search_fetch(
            [("partner_id", "in", self.commercial_partner_id.ids), *lifetimes._current_domain()],
            ["partner_id", "currency_id", "p_alive", "expected_value"],
        )
        found = {row.partner_id.id: row for row in rows}
        for partner in self:
            row = found.get(partner.commercial_partner_id.id)
            partner.insight_lifetime_currency_id = (
                row.currency_id if row else self.env.company.currency_id
            )
            for name, column in COLUMNS.items():
                partner[name] = row[column] if row else None

    def _search_insight_p_alive(self, operator, value):
        return self._search_lifetime("insight_p_alive", operator, value)

    def _search_insight_lifetime_value(self, operator, value):
        return self._search_lifetime("insight_lifetime_value", operator, value)

    def _search_lifetime(self, name, operator, value):
        """Compare the joined column itself, as for a stored field."""
        return Domain.custom(
            to_sql=lambda model, alias, query: model._fields[name]._condition_to_sql(
                name, operator, value, model, alias, query
            )
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        column = COLUMNS.get(field_expr)
        if not column:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        if query is None:
            raise ValueError(f"{field_expr} can only be read within a query")
        return SQL.identifier(self._join_lifetime(alias, query), column)

    def _join_lifetime(self, alias, query):
        """Join the current life-time value the viewer may read; returns its alias."""
        lifetimes = self.env["crm.customer.lifetime"]
        visible = lifetimes._search(lifetimes._current_domain())
        joined = query.make_alias(alias, f"lifetime_{self.env.uid}")
        query.add_join(
            "LEFT JOIN",
            joined,
            visible.subselect(SQL("%s.*", SQL.identifier(lifetimes._table))),
            SQL(
                "%s = %s",
                SQL.identifier(alias, "commercial_partner_id"),
                SQL.identifier(joined, "partner_id"),
            ),
        )
        return joined

    def _customer_360_lifetime_card(self, snapshot):
        """The life-time value beside a snapshot, in its company."""
        row = snapshot._lifetime()
        value = row.expected_value if row else False
        return {
            "code": "lifetime",
            "label": self.env._("Life-time value"),
            "kind": "monetary",
            "value": value if value is not False else None,
            "note": self.env._(
                "in %(months)s months; still a customer: %(share)s\u00a0%%",
                months=row.horizon_months,
                share=round(100 * row.p_alive),
            )
            if value is not False
            else "",
            "why": row.explanation
            if row
            else self.env._(
                "Not enough data: it is computed from the purchases of all customers at night."
            ),
        }

    def unlink(self):
        """Take the values of deleted contacts along: their table has no foreign key."""
        ids = tuple(self.ids)
        result = super().unlink()
        if ids:
            self.env.cr.execute(
                SQL("DELETE FROM crm_customer_lifetime WHERE partner_id IN %s", ids)
            )
        return result
