"""The value dashboard (ROI-3, ROI-5): its figures are those of the lists behind them."""

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

SNAPSHOTS = [
    # name, revenue, profit, tier, tier before, level, r, f, stage
    ("Best", 1000, 600, "A", "B", "top", 5, 5, "mature"),
    ("Good", 500, 300, "B", "B", "large", 5, 5, "growing"),
    ("Fair", 400, 200, "C", "A", "small", 3, 2, "mature"),
    ("Poor", 200, -40, "D", "D", "small", 1, 1, "declining"),
    ("Loss", 100, -60, "D", "C", "small", 1, 1, "declining"),
    ("Quiet", 0, 0, False, False, "inactive", 0, 0, "lost"),
]


@tagged("post_install", "-at_install")
class TestValueDashboard(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Dashboard company"})
        groups = "crm_customer_insight.group_insight_%s"
        cls.analyst, cls.seller = (
            new_test_user(
                cls.env,
                f"dashboard_{role}",
                groups=groups % role,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for role in ("analyst", "user")
        )
        cls._create_snapshots(SNAPSHOTS)
        best = cls.env["res.partner"].search([("name", "=", "Best"), ("ref", "=", "dash")])
        best.user_id = cls.seller

    @classmethod
    def _create_snapshots(cls, rows):
        names = ("revenue", "profit", "tier", "previous_tier", "pyramid_level")
        names += ("r_score", "f_score", "lifecycle_stage")
        for name, *values in rows:
            partner = cls.env["res.partner"].create({"name": name, "ref": "dash"})
            cls.env["crm.customer.snapshot"].create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "month": "2026-03-01",
                    "date": "2026-03-31",
                    "is_current": True,
                    "cost_known_share": 0.5,
                    "cost_estimated_share": 0.3,
                    "m_score": 3,
                    **dict(zip(names, values, strict=True)),
                }
            )

    def _dashboard(self, user):
        return self.env["crm.value.dashboard"].with_user(user).get_value_dashboard()

    def test_summary(self):
        summary = self._dashboard(self.analyst)["summary"]
        self.assertEqual(summary["customers"], 6)
        self.assertEqual(summary["buyers"], 5)
        self.assertEqual(summary["revenue"], 2200)
        self.assertEqual(summary["profit"], 1000)
        self.assertAlmostEqual(summary["margin_rate"], 1000 / 2200)
        # Recorded for a half, today's cost price for 0.3; the other fifth of the revenue has none.
        self.assertAlmostEqual(summary["known_share"], 0.5)
        self.assertAlmostEqual(summary["estimated_share"], 0.3)
        self.assertAlmostEqual(summary["missing_share"], 0.2)
        self.assertEqual(summary["date"], "2026-03-31")
        self.assertFalse(summary["only_own"])

    def test_pyramid_in_order_with_shares(self):
        levels = self._dashboard(self.analyst)["pyramid"]
        self.assertEqual(
            [level["level"] for level in levels], ["top", "large", "small", "inactive"]
        )
        self.assertEqual(levels[0]["profit_share"], 0.6)
        self.assertEqual((levels[2]["count"], levels[2]["profit"]), (3, 100))

    def test_curve(self):
        # Cumulative 600, 900, 1100, 1060, 1000: 80 % of 1000 by the second of five customers.
        curve = self._dashboard(self.analyst)["curve"]
        self.assertEqual(
            [point["value"] for point in curve["points"]], [600, 900, 1100, 1060, 1000]
        )
        self.assertEqual((curve["rank_80"], curve["share_80"]), (2, 0.4))
        self.assertEqual((curve["losers"], curve["consumed"]), (2, 100))

    def test_rfm_cells(self):
        cells = {(cell["r"], cell["f"]): cell for cell in self._dashboard(self.analyst)["rfm"]}
        self.assertEqual(set(cells), {(5, 5), (3, 2), (1, 1)})
        self.assertEqual((cells[5, 5]["count"], cells[5, 5]["revenue"]), (2, 1500))

    def test_tier_moves(self):
        moves = self._dashboard(self.analyst)["migration"]
        found = {(move["before"], move["now"]): move["count"] for move in moves}
        self.assertEqual(
            found, {("B", "A"): 1, ("B", "B"): 1, ("A", "C"): 1, ("D", "D"): 1, ("C", "D"): 1}
        )

    def test_stages(self):
        stages = self._dashboard(self.analyst)["stages"]
        found = [(stage["stage"], stage["count"]) for stage in stages]
        self.assertEqual(found, [("growing", 1), ("mature", 2), ("declining", 2), ("lost", 1)])

    def test_figures_open_the_records_behind_them(self):
        data = self._dashboard(self.analyst)
        snapshots = self.env["crm.customer.snapshot"].with_user(self.analyst)
        losers = snapshots.search([*data["domain"], ("profit", "<", 0)])
        self.assertEqual(len(losers), data["curve"]["losers"])
        for level in data["pyramid"]:
            found = snapshots.search([*data["domain"], ("pyramid_level", "=", level["level"])])
            self.assertEqual(len(found), level["count"])

    def assert_opens(self, user, shown):
        """The list behind each ``(condition, count)`` holds as many records as the figure says.

        The client adds the condition to the domain of the answer (``value_dashboard.js``)."""
        data = self._dashboard(user)
        snapshots = self.env["crm.customer.snapshot"].with_user(user)
        figures = shown(data)
        self.assertTrue(figures)
        for condition, count in figures:
            with self.subTest(condition=condition):
                self.assertGreater(count, 0)
                self.assertEqual(snapshots.search_count(data["domain"] + condition), count)

    def test_each_figure_opens_as_many_customers_as_it_says(self):
        figures = {
            "rfm": lambda data: [
                ([["r_score", "=", cell["r"]], ["f_score", "=", cell["f"]]], cell["count"])
                for cell in data["rfm"]
            ],
            "tier moves": lambda data: [
                (
                    [["previous_tier", "=", move["before"]], ["tier", "=", move["now"]]],
                    move["count"],
                )
                for move in data["migration"]
            ],
            "stages": lambda data: [
                ([["lifecycle_stage", "=", stage["stage"]]], stage["count"])
                for stage in data["stages"]
            ],
            "totals": lambda data: [
                ([], data["summary"]["customers"]),
                ([["revenue", "!=", 0]], data["summary"]["buyers"]),
                (["|", ["revenue", "!=", 0], ["profit", "!=", 0]], data["curve"]["customers"]),
            ],
        }
        self._create_snapshots(
            [
                ("New", 50, 10, "D", False, "small", 5, 1, "new"),
                ("Gone", 0, 0, False, "C", "inactive", 1, 1, "lost"),
            ]
        )
        for user in (self.analyst, self.seller):
            for name, shown in figures.items():
                with self.subTest(user=user.login, figure=name):
                    self.assert_opens(user, shown)

    def test_customers_who_enter_and_leave_the_tiers_are_moves(self):
        self._create_snapshots(
            [
                ("New", 50, 10, "D", False, "small", 5, 1, "new"),
                ("Gone", 0, 0, False, "C", "inactive", 1, 1, "lost"),
            ]
        )
        moves = self._dashboard(self.analyst)["migration"]
        found = {(move["before"], move["now"]): move["count"] for move in moves}
        self.assertEqual((found[False, "D"], found["C", False]), (1, 1))
        self.assertNotIn((False, False), found)

    def test_salesperson_sees_own_customers_only(self):
        data = self._dashboard(self.seller)
        self.assertEqual((data["summary"]["customers"], data["summary"]["profit"]), (1, 600))
        self.assertTrue(data["summary"]["only_own"])
        self.assertEqual(data["curve"]["customers"], 1)

    def test_nobody_else(self):
        employee = new_test_user(self.env, "dashboard_employee", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._dashboard(employee)

    def test_shares_of_cost_are_unknown_without_revenue(self):
        snapshots = self.env["crm.customer.snapshot"].search([("company_id", "=", self.company.id)])
        snapshots.write({"revenue": 0, "profit": 0})
        summary = self._dashboard(self.analyst)["summary"]
        for share in ("known_share", "estimated_share", "missing_share"):
            self.assertIsNone(summary[share])

    def test_notes_on_the_data_are_told_to_every_reader(self):
        self.env["ir.config_parameter"].set_param(
            "crm_customer_insight.data_notes", "Meat: 27 % assumed.\n\n No returns. "
        )
        for user in (self.analyst, self.seller):
            notes = self._dashboard(user)["notes"]
            self.assertEqual(notes, ["Meat: 27 % assumed.", "No returns."])

    def test_no_figures_is_no_zero(self):
        self.env["crm.customer.snapshot"].search([("company_id", "=", self.company.id)]).unlink()
        data = self._dashboard(self.analyst)
        self.assertFalse(data["summary"])
        self.assertIsNone(data["curve"])

    def test_query_count_does_not_grow(self):
        before = self._count_queries()
        self._create_snapshots(
            [(f"{row[0]} {n}", *row[1:]) for n in range(10) for row in SNAPSHOTS]
        )
        self.assertEqual(self._count_queries(), before)

    def _count_queries(self):
        """The least of two: what the registry remembers may be forgotten in between."""
        self._dashboard(self.analyst)
        return min(self._count_once() for _one in range(2))

    def _count_once(self):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        self._dashboard(self.analyst)
        return self.cr.sql_log_count - start
