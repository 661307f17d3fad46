from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

USER = "crm_customer_insight.group_insight_user"


class CrmSegmentColumnMixin(models.AbstractModel):
    """A column of the segments of a customer: searched and grouped by like a stored one.

    Only memberships that the viewer may read count, in the company he works in, so that nobody
    learns from a group whose customer belongs where.
    """

    _name = "crm.segment.column.mixin"
    _description = "Segments of a customer as a column"

    #: The column with the customer (commercial entity).
    _segment_customer = "commercial_partner_id"

    insight_segment_ids = fields.Many2many(
        "crm.customer.segment",
        string="Segments",
        compute="_compute_insight_segment_ids",
        search="_search_insight_segment_ids",
        groups=USER,
        help="Segments the customer belongs to today in the company you work in.",
    )

    @api.depends_context("company", "allowed_company_ids", "uid")
    def _compute_insight_segment_ids(self):
        customers = self[self._segment_customer]
        rows = self.env["crm.customer.segment.member"]._read_group(
            [("partner_id", "in", customers.ids), *self._segment_domain()],
            ["partner_id"],
            ["segment_id:recordset"],
        )
        found = dict(rows)
        none = self.env["crm.customer.segment"]
        for record in self:
            record.insight_segment_ids = found.get(record[self._segment_customer], none)

    def _search_insight_segment_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        self._check_field_access(self._fields["insight_segment_ids"], "read")
        if operator == "any":
            wanted = Domain("segment_id", "any", value)
            return Domain(self._segment_customer, "in", self._segment_members(wanted))
        ids = [item for item in value if item]
        domain = Domain(
            self._segment_customer, "in", self._segment_members(Domain("segment_id", "in", ids))
        )
        if len(ids) < len(list(value)):  # False stands for "in none"
            domain |= Domain(self._segment_customer, "not in", self._segment_members(Domain.TRUE))
        return domain

    def _segment_members(self, domain):
        members = self.env["crm.customer.segment.member"]
        return members._search(domain & Domain(self._segment_domain())).subselect("partner_id")

    def _segment_domain(self):
        return [("date_to", "=", False), ("company_id", "=", self.env.company.id)]

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Join the memberships the viewer may read: a customer counts in each of his segments."""
        if groupby_spec != "insight_segment_ids":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields["insight_segment_ids"], "read")
        members = self.env["crm.customer.segment.member"]
        visible = members._search(self._segment_domain())
        joined = query.make_alias(alias, f"segments_{self.env.uid}")
        columns = SQL(
            "%s, %s",
            SQL.identifier(members._table, "partner_id"),
            SQL.identifier(members._table, "segment_id"),
        )
        condition = SQL(
            "%s = %s",
            self._field_to_sql(alias, self._segment_customer, query),
            SQL.identifier(joined, "partner_id"),
        )
        query.add_join("LEFT JOIN", joined, visible.subselect(columns), condition)
        return SQL.identifier(joined, "segment_id")
