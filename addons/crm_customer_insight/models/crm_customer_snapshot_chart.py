from odoo import api, models
from odoo.tools import SQL

POINTS = 200


class CrmCustomerSnapshot(models.Model):
    """Data of the value charts: few points whatever the number of customers (ROI-3, ROI-5)."""

    _inherit = "crm.customer.snapshot"

    @api.model
    @api.readonly
    def get_profit_curve(self, domain=None):
        """Return the cumulative profit curve of the current customers the viewer may read.

        Customers are ordered by profit, best first. ``points`` (at most 200) are ``(share of the
        customers, share of the positive profit brought together by them)``; past the peak the
        curve falls where customers consume profit. ``marks``: which share of the customers brings
        80 % (``None`` when nobody brings profit), how many consume profit, and which share of what
        was earned they consume. ``date`` is the data date.
        """
        rows = self.env.execute_query_dict(self._curve_query(domain))
        if not rows:
            return {"count": 0, "points": [], "marks": {}, "date": False}
        first = rows[0]
        earned, count = float(first["earned"]), first["n"]
        return {
            "count": count,
            "currency_id": first["currency_id"],
            "date": first["date"],
            "points": [
                (row["place"] / count, float(row["running"]) / earned if earned else None)
                for row in rows
            ],
            "marks": {
                "share_80": first["place_80"] / count if earned else None,
                "count_80": first["place_80"] if earned else None,
                "consumer_count": first["consumers"],
                "consumed_share": float(first["consumed"]) / earned if earned else None,
                "profit": earned - float(first["consumed"]),
            },
        }

    def _curve_query(self, domain):
        visible = self._search(self._chart_domain(domain, [("profit_rank", ">", 0)]))
        rows = visible.select(
            *(SQL.identifier(self._table, name) for name in ("id", "profit", "currency_id", "date"))
        )
        return SQL(
            """WITH placed AS (
                SELECT row_number() OVER best AS place, count(*) OVER () AS n, profit,
                    currency_id, date, sum(profit) OVER best AS running,
                    sum(GREATEST(profit, 0)) OVER () AS earned,
                    sum(GREATEST(-profit, 0)) OVER () AS consumed
                FROM (%(rows)s) v WINDOW best AS (ORDER BY profit DESC, id)),
            marked AS (SELECT *,
                min(place) FILTER (WHERE running >= 0.8 * earned) OVER () AS place_80,
                count(*) FILTER (WHERE profit < 0) OVER () AS consumers FROM placed)
            SELECT * FROM marked
            WHERE place = 1 OR place = n OR place = place_80
                OR place * (%(points)s - 3) / n <> (place - 1) * (%(points)s - 3) / n
            ORDER BY place""",
            rows=rows,
            points=POINTS,
        )

    @api.model
    @api.readonly
    def get_rfm_matrix(self, domain=None):
        """Return the recency × frequency cells of the customers active in the window.

        Each cell: ``r``, ``f``, ``count``, ``revenue`` (sum), ``profit`` (sum) and ``m`` (average
        monetary score). Cells without customers are left out.
        """
        groups = self._read_group(
            self._chart_domain(domain, [("r_score", "!=", False)]),
            ["r_score", "f_score"],
            ["__count", "revenue:sum", "profit:sum", "m_score:avg"],
        )
        return [
            {"r": r, "f": f, "count": count, "revenue": revenue, "profit": profit, "m": m}
            for r, f, count, revenue, profit, m in groups
        ]

    @api.model
    @api.readonly
    def get_pyramid(self, domain=None):
        """Return the pyramid levels from the top: count, revenue, profit of each.

        Levels nobody stands on have a count of 0 and no money (``None``).
        """
        groups = {
            level: (count, revenue, profit)
            for level, count, revenue, profit in self._read_group(
                self._chart_domain(domain),
                ["pyramid_level"],
                ["__count", "revenue:sum", "profit:sum"],
            )
        }
        return [
            {"level": level, "label": label, "count": count, "revenue": revenue, "profit": profit}
            for level, label in self._fields["pyramid_level"]._description_selection(self.env)
            for count, revenue, profit in [groups.get(level, (0, None, None))]
        ]

    @api.model
    @api.readonly
    def get_tier_migration(self, month=None):
        """Return who moved between tiers in a month (the current one unless given).

        Cells ``{"from", "to", "count", "profit"}``; ``none`` stands for customers without a tier.
        """
        domain = [("company_id", "=", self._current_company_id())]
        domain += [("month", "=", month)] if month else [("is_current", "=", True)]
        groups = self.env["crm.tier.migration"]._read_group(
            domain, ["from_tier", "to_tier"], ["__count", "profit:sum"]
        )
        return [
            {"from": source, "to": target, "count": count, "profit": profit}
            for source, target, count, profit in groups
        ]

    def _chart_domain(self, domain=None, more=()):
        return [
            ("is_current", "=", True),
            ("company_id", "=", self._current_company_id()),
            *more,
            *(domain or []),
        ]
