"""The world of the segment tests: figures of three customers in two companies."""

import datetime

from .common_accounts import AccountsCase


class SegmentCase(AccountsCase):
    """Acme (Sam's) is of tier A, Bolt (Tom's) of B, Corn (nobody's) of C and silent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.customer.segment"].search([]).active = False
        cls.env["crm.customer.snapshot"].search([]).unlink()
        cls.Segment = cls.env["crm.customer.segment"]
        cls.Member = cls.env["crm.customer.segment.member"]
        cls.Month = cls.env["crm.customer.segment.month"]
        cls.at(datetime.date(2026, 3, 10))
        cls._figures(cls.acme, "A", 600, 300, days=5)
        cls._figures(cls.bolt, "B", 300, 100, days=20)
        cls._figures(cls.corn, "C", 100, -10, days=120)

    @classmethod
    def at(cls, day):
        """Let the data date be *day*."""
        cls.day = day
        cls.env["ir.config_parameter"].set_param("crm_customer_insight.data_date", str(day))

    @classmethod
    def _figures(cls, partner, tier, revenue, profit, days, **values):
        return cls._snapshot(
            partner,
            tier=tier,
            revenue=revenue,
            profit=profit,
            last_purchase=cls.day - datetime.timedelta(days=days),
            recency_days=days,
            **values,
        )

    @classmethod
    def segment(cls, name, *conditions, **values):
        """A segment of customers for whom all *conditions* hold: (fact, operator, value)."""
        leaves = [
            dict(zip(("fact", "operator", "value"), condition, strict=True))
            for condition in conditions
        ]
        return cls.Segment.create(
            {"name": name, "conditions": {"operator": "and", "conditions": leaves}, **values}
        )

    def refresh(self):
        """Compute the segments now; how many rows changed."""
        return self.env["crm.insight.run"]._run_now(["segments"])["segments"]

    def members(self, segment, company=None):
        """Today's members."""
        rows = self.Member.search(
            [
                ("segment_id", "=", segment.id),
                ("company_id", "=", (company or self.company).id),
                ("date_to", "=", False),
            ]
        )
        return rows.partner_id
