from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.customer_360 import Section
from .crm_customer_churn import STATES

USER = "crm_customer_insight.group_insight_user"
PREFIX = "insight_churn_"
COLUMNS = ("state", "risk")


class CrmChurnPartnerMixin(models.AbstractModel):
    """Churn of the customer on his contacts and on the 360 view; a part of ``res.partner`` (ROI-3).

    The fields join the current states that the viewer may read, as the value fields do, so that
    nobody learns more from an order or a group than from the state itself.
    """

    _name = "crm.churn.partner.mixin"
    _description = "Churn of a contact"

    insight_churn_state = fields.Selection(
        STATES,
        "Churn state",
        compute="_compute_insight_churn",
        search="_search_insight_churn_state",
        groups=USER,
        help="Active, at risk, lost or won back by the churn rules.",
    )
    insight_churn_risk = fields.Float(
        "Risk of leaving",
        compute="_compute_insight_churn",
        search="_search_insight_churn_risk",
        aggregator=None,
        groups=USER,
        help="0 to 1; what it is made of stands in the call list.",
    )

    @api.depends_context("company", "allowed_company_ids", "uid")
    def _compute_insight_churn(self):
        partners = self.env["res.partner"].browse(self.ids)
        rows = self.env["crm.customer.churn"].search_fetch(
            [
                ("partner_id", "in", partners.commercial_partner_id.ids),
                *self._insight_churn_domain(),
            ],
            ["partner_id", *COLUMNS],
        )
        by_partner = {row.partner_id.id: row for row in rows}
        for partner in self:
            row = by_partner.get(partner.commercial_partner_id.id, rows.browse())
            partner.insight_churn_state = row.state
            partner.insight_churn_risk = row.risk

    @api.model
    def _insight_churn_domain(self):
        company_id = self.env["crm.customer.snapshot"]._current_company_id()
        return [("is_current", "=", True), ("company_id", "=", company_id)]

    def _search_insight_churn_state(self, operator, value):
        return self._search_insight_churn("insight_churn_state", operator, value)

    def _search_insight_churn_risk(self, operator, value):
        return self._search_insight_churn("insight_churn_risk", operator, value)

    def _search_insight_churn(self, name, operator, value):
        """Compare the joined column itself, as for a stored field."""
        return Domain.custom(
            to_sql=lambda model, alias, query: model._fields[name]._condition_to_sql(
                name, operator, value, model, alias, query
            )
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Columns of the unstored fields, so that the ORM can search, sort and group by them."""
        column = field_expr.removeprefix(PREFIX)
        if column == field_expr or column not in COLUMNS:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        if query is None:
            raise ValueError(f"{field_expr} can only be read within a query")
        return SQL.identifier(self._join_insight_churn(alias, query), column)

    def _join_insight_churn(self, alias, query):
        """Join the current state the viewer may read; returns its alias."""
        rows = self.env["crm.customer.churn"]
        visible = rows._search(self._insight_churn_domain())
        joined = query.make_alias(alias, f"insight_churn_{self.env.uid}")
        query.add_join(
            "LEFT JOIN",
            joined,
            visible.subselect(SQL("%s.*", SQL.identifier(rows._table))),
            SQL(
                "%s = %s",
                SQL.identifier(alias, "commercial_partner_id"),
                SQL.identifier(joined, "partner_id"),
            ),
        )
        return joined

    # -- 360 view --------------------------------------------------------------------------------

    @api.model
    def _customer_360_sections(self):
        label = self.env._("Risk of leaving")
        section = Section(
            "churn", label, "main", 15, "churn", "_customer_360_churn", "crm.customer.churn"
        )
        return [*super()._customer_360_sections(), section]

    def _customer_360_churn(self):
        """State, risk and its reasons in words; nothing without a row the viewer may read."""
        row = self.env["crm.customer.churn"].search(
            [("partner_id", "=", self.commercial_partner_id.id), *self._insight_churn_domain()]
        )
        if not row:
            return None
        states = dict(row._fields["state"]._description_selection(self.env))
        return {
            "row_id": row.id,
            "state": row.state,
            "state_label": states[row.state],
            "risk": row.risk,
            "stake": row.stake,
            "currency_id": row.currency_id.id,
            "why": row.why.split("\n") if row.why else [],
            "date": fields.Date.to_string(row.date),
        }
