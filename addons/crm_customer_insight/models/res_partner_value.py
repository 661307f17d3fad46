from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_snapshot import COOPERATION_STATES, LIFECYCLE_STAGES, TIERS

PREFIX = "insight_"
# Fields of the partner whose value is the column of the same name of the current snapshot.
SNAPSHOT_FIELDS = (
    "tier",
    "revenue",
    "profit",
    "margin_rate",
    "rfm",
    "lifecycle_stage",
    "cooperation_state",
    "last_purchase",
)
USER = "crm_customer_insight.group_insight_user"


class ResPartner(models.Model):
    """Value of the customer on the contact (ROI-3, ROI-5).

    The fields show the current snapshot of the contact's commercial entity for the selected
    company; with several companies selected, consolidated figures (see
    ``crm.customer.snapshot._current_company_id``). They are not stored: reading, searching,
    sorting and grouping all join the snapshots the viewer may read, so that nobody learns more
    from an order or a group than from the value itself. Money has no sum here, because the
    contacts of a customer share his figures; the snapshots themselves add up.
    """

    _inherit = "res.partner"

    insight_currency_id = fields.Many2one(
        "res.currency", "Value currency", compute="_compute_insight", groups=USER
    )
    insight_tier = fields.Selection(
        TIERS,
        "Tier",
        compute="_compute_insight",
        search="_search_insight_tier",
        groups=USER,
        help="A brings the most profit, D little or none; see the value rules.",
    )
    insight_revenue = fields.Monetary(
        "Revenue in the window",
        currency_field="insight_currency_id",
        compute="_compute_insight",
        search="_search_insight_revenue",
        aggregator=None,
        groups=USER,
        help="Invoiced, net of credit notes, without taxes, in the value window.",
    )
    insight_profit = fields.Monetary(
        "Profit in the window",
        currency_field="insight_currency_id",
        compute="_compute_insight",
        search="_search_insight_profit",
        aggregator=None,
        groups=USER,
        help="Revenue − product cost − direct cost − allocated cost in the value window.",
    )
    insight_margin_rate = fields.Float(
        "Margin",
        compute="_compute_insight",
        search="_search_insight_margin_rate",
        aggregator=None,
        groups=USER,
        help="Profit ÷ revenue.",
    )
    insight_rfm = fields.Char(
        "RFM",
        compute="_compute_insight",
        search="_search_insight_rfm",
        groups=USER,
        help="Scores 1 to 5 for recency, frequency and revenue.",
    )
    insight_lifecycle_stage = fields.Selection(
        LIFECYCLE_STAGES,
        "Life-cycle stage",
        compute="_compute_insight",
        search="_search_insight_lifecycle_stage",
        groups=USER,
    )
    insight_cooperation_state = fields.Selection(
        COOPERATION_STATES,
        "Cooperation",
        compute="_compute_insight",
        search="_search_insight_cooperation_state",
        groups=USER,
    )
    insight_last_purchase = fields.Date(
        "Last purchase",
        compute="_compute_insight",
        search="_search_insight_last_purchase",
        groups=USER,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "allowed_company_ids", "uid")
    def _compute_insight(self):
        snapshots = self.env["crm.customer.snapshot"].search_fetch(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                *self._insight_domain(),
            ],
            ["partner_id", "currency_id", *SNAPSHOT_FIELDS],
        )
        by_partner = {snapshot.partner_id.id: snapshot for snapshot in snapshots}
        for partner in self:
            snapshot = by_partner.get(partner.commercial_partner_id.id, snapshots.browse())
            partner.insight_currency_id = snapshot.currency_id or self.env.company.currency_id
            for name in SNAPSHOT_FIELDS:
                partner[PREFIX + name] = snapshot[name]

    @api.model
    def _insight_domain(self):
        """The current snapshots of the company, or of all together, the viewer works with."""
        company_id = self.env["crm.customer.snapshot"]._current_company_id()
        return [("is_current", "=", True), ("company_id", "=", company_id)]

    # A search method per field, because that is how the ORM names the field to search.

    def _search_insight_tier(self, operator, value):
        return self._search_insight("insight_tier", operator, value)

    def _search_insight_revenue(self, operator, value):
        return self._search_insight("insight_revenue", operator, value)

    def _search_insight_profit(self, operator, value):
        return self._search_insight("insight_profit", operator, value)

    def _search_insight_margin_rate(self, operator, value):
        return self._search_insight("insight_margin_rate", operator, value)

    def _search_insight_rfm(self, operator, value):
        return self._search_insight("insight_rfm", operator, value)

    def _search_insight_lifecycle_stage(self, operator, value):
        return self._search_insight("insight_lifecycle_stage", operator, value)

    def _search_insight_cooperation_state(self, operator, value):
        return self._search_insight("insight_cooperation_state", operator, value)

    def _search_insight_last_purchase(self, operator, value):
        return self._search_insight("insight_last_purchase", operator, value)

    def _search_insight(self, name, operator, value):
        """Compare the joined column itself, as for a stored field."""
        return Domain.custom(
            to_sql=lambda model, alias, query: model._fields[name]._condition_to_sql(
                name, operator, value, model, alias, query
            )
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        column = field_expr.removeprefix(PREFIX)
        if column == field_expr or column not in (*SNAPSHOT_FIELDS, "currency_id"):
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        if query is None:
            raise ValueError(f"{field_expr} can only be read within a query")
        return SQL.identifier(self._join_insight(alias, query), column)

    def _join_insight(self, alias, query):
        """Join the current snapshot the viewer may read; returns its alias."""
        snapshots = self.env["crm.customer.snapshot"]
        visible = snapshots.with_context(active_test=False)._search(self._insight_domain())
        joined = query.make_alias(alias, f"insight_{self.env.uid}")
        query.add_join(
            "LEFT JOIN",
            joined,
            visible.subselect(SQL("%s.*", SQL.identifier(snapshots._table))),
            SQL(
                "%s = %s",
                SQL.identifier(alias, "commercial_partner_id"),
                SQL.identifier(joined, "partner_id"),
            ),
        )
        return joined

    # Changes that move figures from one customer to another ---------------------------------

    def write(self, vals):
        if {"parent_id", "is_company"} & vals.keys():
            # sudo: who the figures belonged to until now, whatever the user may read
            before = self.sudo().commercial_partner_id
            self.env["crm.customer.dirty"]._note_partners([*before.ids, *self.ids])
        return super().write(vals)

    def unlink(self):
        """Take the figures of deleted contacts along: their tables have no foreign key."""
        ids = tuple(self.ids)
        result = super().unlink()
        if ids:
            for table in ("crm_customer_month", "crm_customer_snapshot", "crm_customer_dirty"):
                self.env.cr.execute(
                    SQL("DELETE FROM %s WHERE partner_id IN %s", SQL.identifier(table), ids)
                )
        return result
