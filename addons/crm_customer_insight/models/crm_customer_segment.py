from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..report import segments as sql
from ..tools.analysis import NotEnoughDataError
from ..tools.facts import leaves
from ..tools.segments import overlap_rows

MODULE = "crm_customer_insight"
KINDS = [
    ("pyramid", "Value pyramid"),
    ("rfm", "RFM"),
    ("lifecycle", "Life cycle"),
    ("behaviour", "Behavior"),
    ("attribute", "Attributes"),
    ("tree", "Decision tree"),
    ("cluster", "Cluster"),
    ("lookalike", "Look-alikes"),
]
#: Kinds whose members are found by conditions on facts.
BY_CONDITIONS = ("pyramid", "rfm", "lifecycle", "behaviour", "attribute", "tree")
#: Months of the trend on the page.
TREND_MONTHS = 12


class CrmCustomerSegment(models.Model):
    """A group of customers that is recomputed every night, with history (ROI-3, ROI-5).

    Members are commercial entities. Most kinds find them by conditions on facts; clusters and
    look-alikes by their own computation. Without a company a segment exists in every company, each
    with its own members.
    """

    _name = "crm.customer.segment"
    _description = "Customer segment"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=50)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    kind = fields.Selection(KINDS, required=True, default="attribute")
    description = fields.Text(translate=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: in every company.")
    conditions = fields.Json(
        default=lambda self: {"operator": "and", "conditions": []},
        help="Who belongs to it; for clusters and look-alikes their computation says so.",
    )
    clustering_id = fields.Many2one(
        "crm.customer.clustering", readonly=True, copy=False, ondelete="cascade", index=True
    )
    centroid = fields.Json("Center", readonly=True, copy=False)
    profile = fields.Text(readonly=True, copy=False, help="What sets its customers apart.")
    lookalike_id = fields.Many2one(
        "crm.customer.lookalike", "Attribute analysis", ondelete="cascade", index=True
    )
    least_score = fields.Float("Score at least", default=70, help="Of 100 points.")
    problem = fields.Char(readonly=True, copy=False, help="Why its members stay as they were.")
    by_conditions = fields.Boolean("By conditions", compute="_compute_by_conditions")
    member_count = fields.Integer(
        "Customers", compute="_compute_member_count", help="Today's members whom you may see."
    )
    month_ids = fields.One2many("crm.customer.segment.month", "segment_id", "Months")

    @api.constrains("conditions", "kind")
    def _check_conditions(self):
        registry = self.env["crm.customer.fact"]
        for segment in self.filtered("by_conditions"):
            tree = registry._parse(segment.conditions)
            asked = [leaf for leaf in leaves(tree) if leaf.fact.code == "segment"]
            if any(segment.id in (leaf.value or ()) for leaf in asked):
                raise ValidationError(self.env._("A segment cannot ask for itself."))

    @api.depends("kind")
    def _compute_by_conditions(self):
        for segment in self:
            segment.by_conditions = segment.kind in BY_CONDITIONS

    @api.depends_context("company", "uid")
    def _compute_member_count(self):
        rows = self.env["crm.customer.segment.member"]._read_group(
            [("segment_id", "in", self.ids), *self._today_domain()], ["segment_id"], ["__count"]
        )
        counts = dict(rows)
        for segment in self:
            segment.member_count = counts.get(segment._origin, 0)

    def unlink(self):
        """Take the memberships along: their table has no foreign key."""
        ids = tuple(self.ids)
        result = super().unlink()
        if ids:
            self.env.cr.execute(
                SQL("DELETE FROM crm_customer_segment_member WHERE segment_id IN %s", ids)
            )
        return result

    # -- actions -------------------------------------------------------------------------------

    def action_open_customers(self):
        """Open the customers of the segment, or those of all of several segments."""
        return {
            "type": "ir.actions.act_window",
            "name": " ∩ ".join(self.mapped("name")),
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [
                # commercial entities: their contacts are found through them
                *("|", ("is_company", "=", True), ("parent_id", "=", False)),
                *(("insight_segment_ids", "in", [segment_id]) for segment_id in self.ids),
            ],
        }

    def action_open_members(self):
        """Open who belongs and belonged to the segment, and since when."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"{MODULE}.crm_customer_segment_member_action"
        )
        domain = [("segment_id", "=", self.id), ("company_id", "=", self.env.company.id)]
        return {**action, "domain": domain}

    # -- the page ------------------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_segments(self):
        """Size, value, trend and overlaps of the segments in the company the viewer works in.

        Analysts read the figures that were kept with the months. Salespeople have no figures of
        all customers: theirs are computed from the members they may see, without a trend.
        """
        self.check_access("read")
        members = self.env["crm.customer.segment.member"]
        members.check_access("read")
        segments = self.search([("company_id", "in", (False, self.env.company.id))])
        whole = self.env["crm.customer.segment.month"].has_access("read")
        rows = segments._month_rows() if whole else segments._own_rows()
        shared = segments._kept_overlaps() if whole else segments._own_overlaps()
        found = [segment._card(rows.get(segment.id)) for segment in segments]
        return {
            "date": fields.Date.to_string(self.env["crm.customer.snapshot"]._data_date()),
            "currency_id": self.env.company.currency_id.id,
            "only_own": not whole,
            "may_edit": self.has_access("write"),
            "segments": found,
            "overlaps": overlap_rows(shared),
        }

    def _card(self, row):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "kind_label": labels[self.kind],
            "color": self.color,
            "description": self.profile or self.description or "",
            "problem": self.problem or "",
            "now": row and row[-1],
            "trend": row if row and len(row) > 1 else [],
        }

    def _month_rows(self):
        """``{segment id: rows by month, the newest last}`` of the last twelve months."""
        names = ("member_count", "buyer_count", "revenue", "profit", "mean_value")
        moves = ("joined_count", "left_count")
        months = self.env["crm.customer.segment.month"].search_fetch(
            [("segment_id", "in", self.ids), ("company_id", "=", self.env.company.id)],
            ["segment_id", "month", *names, *moves],
            order="month DESC",
            limit=TREND_MONTHS * len(self),
        )
        rows = {}
        for month in reversed(months):
            values = {name: month[name] for name in (*names, *moves)}
            if not month.member_count:
                values["mean_value"] = None
            rows.setdefault(month.segment_id.id, []).append(
                {"month": fields.Date.to_string(month.month), **values}
            )
        return rows

    def _own_rows(self):
        """The same for today, from the memberships and snapshots the viewer may read."""
        snapshots = self.env["crm.customer.snapshot"]
        visible = snapshots._search(
            [("is_current", "=", True), ("company_id", "=", self.env.company.id)]
        )
        query = SQL(
            "SELECT m.segment_id, count(*), count(*) FILTER (WHERE v.revenue <> 0),"
            " COALESCE(sum(v.revenue), 0), COALESCE(sum(v.profit), 0), sum(v.profit) / count(*)"
            " FROM (%s) m LEFT JOIN (%s) v ON v.partner_id = m.partner_id GROUP BY m.segment_id",
            self._own_members(),
            visible.select(SQL("partner_id, revenue, profit")),
        )
        names = ("member_count", "buyer_count", "revenue", "profit", "mean_value")
        return {
            segment_id: [dict(zip(names, map(_plain, figures), strict=True))]
            for segment_id, *figures in self.env.execute_query(query)
        }

    def _own_members(self):
        """SELECT of ``segment_id, partner_id`` of the memberships the viewer may read today."""
        members = self.env["crm.customer.segment.member"]
        table = SQL.identifier(members._table)
        query = members._search([("segment_id", "in", self.ids), *self._today_domain()])
        return query.select(SQL("%(t)s.segment_id, %(t)s.partner_id", t=table))

    def _own_overlaps(self):
        return sql.pairs(self.env, self._own_members())

    def _kept_overlaps(self):
        rows = self.env["crm.customer.segment.month"].search_fetch(
            [
                ("segment_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
                ("is_current", "=", True),
            ],
            ["segment_id", "overlap"],
        )
        ids = set(self.ids)
        return [
            (row.segment_id.id, int(other), customers)
            for row in rows
            for other, customers in (row.overlap or {}).items()
            if row.segment_id.id <= int(other) and int(other) in ids
        ]

    @api.model
    def _today_domain(self):
        return [("date_to", "=", False), ("company_id", "=", self.env.company.id)]

    # -- computation ---------------------------------------------------------------------------

    @api.model
    def _recalculate(self, run):
        """Refresh the members of all segments in all companies, then their sizes and values."""
        self.env.cr.execute(SQL("SET LOCAL work_mem = '256MB'"))
        self.env.flush_all()
        date = self.env["crm.customer.snapshot"]._data_date()
        if not self.env["crm.customer.snapshot"].search_count([("is_current", "=", True)], limit=1):
            raise NotEnoughDataError(self.env._("Customer figures are computed first."))
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        written = sql.close_members(self.env, date)
        segments = self.search([("active", "=", True)])
        for place, segment in enumerate(segments):
            run._tell(place, len(segments) + len(companies), segment.name)
            for company in segment.company_id or companies:
                written += segment._refresh_members(company, date)
        if written:
            sql.tell_planner(self.env)
        for company in companies:
            run._tell(len(segments), len(segments) + len(companies), company.name)
            sql.fill_month(self.env, company, date)
            sql.write_overlaps(self.env, company.id, date)
        self.env.invalidate_all()
        return written

    def _refresh_members(self, company, date):
        """Members of one segment in one company; a condition that cannot be asked changes none."""
        found = self._found(company)
        if found is None:
            return 0
        return sql.refresh_members(self.env, self.id, company.id, found, date)

    def _found(self, company):
        """SELECT of the customers that belong to the segment, or None when nobody can tell."""
        if self.lookalike_id:
            return sql.lookalike_members(self.lookalike_id.id, company.id, self.least_score)
        if not self.by_conditions:
            return None
        try:
            query = self.env["crm.customer.fact"]._query(self.conditions, company, "customer")
        except (AccessError, UserError) as error:
            self.problem = str(error)
            return None
        if self.problem:
            self.problem = False
        query.add_where(
            SQL("(res_partner.company_id IS NULL OR res_partner.company_id = %s)", company.id)
        )
        return query.select(SQL("res_partner.id AS partner_id"))


def _plain(value):
    return value if value is None or isinstance(value, int) else float(value)
