from datetime import date

from odoo.tests import tagged

from .test_contracts import TODAY, ContractCase


@tagged("post_install", "-at_install")
class TestRetention(ContractCase):
    """Retention rate of customers and renewal rate of contracts (ROI-3, C360-7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.customer.snapshot"].search([]).unlink()
        cls.env["crm.customer.contract"].search([]).unlink()

    def month(self, month, **states):
        """The closed snapshots of a month: state and revenue of customers by name."""
        for name, (state, revenue, tier) in states.items():
            self._snapshot(
                self[name] if isinstance(name, int) else getattr(self, name),
                month=month,
                date=month,
                is_current=False,
                cooperation_state=state,
                revenue=revenue,
                tier=tier,
            )

    def page(self, user=None):
        return self.env["crm.retention.page"].with_user(user or self.ann).get_retention()

    def test_retention_by_month_and_value(self):
        january, february = date(2026, 1, 1), date(2026, 2, 1)
        self.month(
            january, acme=("active", 300, "A"), bolt=("active", 100, "B"), corn=("dormant", 50, "C")
        )
        self.month(
            february, acme=("active", 200, "A"), bolt=("dormant", 0, "D"), corn=("active", 60, "C")
        )
        found = self.page()["retention"]
        # Active at the start: Acme and Bolt; still active: Acme. By value 300 ÷ 400.
        self.assertEqual(
            found["months"],
            [{"key": "2026-02-01", "total": 2, "kept": 1, "rate": 0.5, "value_rate": 0.75}],
        )
        tiers = {row["key"]: (row["kept"], row["total"]) for row in found["tiers"]}
        self.assertEqual(tiers, {"A": (1, 1), "B": (0, 1)})
        gone = self.env[found["model"]].search([*found["domain"], ("retained", "=", 0)])
        self.assertEqual(gone.partner_id, self.bolt)

    def test_salespeople_see_their_customers(self):
        january, february = date(2026, 1, 1), date(2026, 2, 1)
        for month in (january, february):
            self.month(month, acme=("active", 1, "A"), bolt=("active", 1, "A"))
        [month] = self.page(self.sam)["retention"]["months"]
        self.assertEqual(month["total"], 1)

    def test_renewal_by_month_and_value(self):
        renewed = self.contract(date_end="2026-01-31", monthly_value=300)
        renewed.action_renew()
        self.contract(date_end="2026-01-15", monthly_value=100)
        self.Contract._cron_close()
        # cancelled in March, long before its end: due when it was cancelled
        self.contract(date_end="2027-01-31", monthly_value=50).action_cancel()
        found = self.page()["renewal"]
        self.assertEqual(
            found["months"],
            [
                {"key": "2026-01-01", "total": 2, "kept": 1, "rate": 0.5, "value_rate": 0.75},
                {"key": "2026-03-01", "total": 1, "kept": 0, "rate": 0, "value_rate": 0},
            ],
        )

    def test_nothing_is_known_without_data(self):
        found = self.page()
        self.assertEqual(found["date"], str(TODAY))
        self.assertEqual((found["retention"]["months"], found["renewal"]["months"]), ([], []))

    def queries(self):
        """How many queries the page takes."""
        self.env.invalidate_all()
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.page()
        return self.cr.sql_log_count - before

    def test_the_number_of_queries_does_not_grow(self):
        self.contract().action_renew()
        self.page()
        one = self.queries()
        for _ in range(10):
            self.contract().action_renew()
        self.assertEqual(self.queries(), one)


@tagged("post_install", "-at_install")
class TestContractFacts(ContractCase):
    """Contracts in the ledger, the registry of facts and the 360 view (C360-1, C360-7)."""

    def test_begin_and_end_are_in_the_ledger(self):
        contract = self.contract()
        cancelled = self.contract(date_end="2026-12-31")
        cancelled.action_cancel()
        self.contract(state="draft")
        self.env.flush_all()
        self.env["crm.touchpoint"]._fill(["crm_customer_contract"])
        rows = self.env["crm.touchpoint"].search(
            [("res_model", "=", self.Contract._name), ("partner_id", "=", self.acme.id)]
        )
        self.assertCountEqual(
            [(row.res_id, row.event, str(row.date.date())) for row in rows],
            [
                (contract.id, "started", "2025-03-01"),
                (cancelled.id, "started", "2025-03-01"),
                (cancelled.id, "cancelled", "2026-03-15"),
            ],
        )

    def test_facts(self):
        self.contract(date_end="2026-12-31")
        self.contract(date_end="2026-06-30", monthly_value=50)
        codes = ["contract_running", "contract_end", "contract_value"]
        found = self.env["crm.customer.fact"]._values(codes, (self.acme | self.bolt).ids)
        self.assertEqual(found["contract_running"], {self.acme.id: True, self.bolt.id: False})
        self.assertEqual(found["contract_end"], {self.acme.id: date(2026, 6, 30)})
        self.assertEqual(found["contract_value"], {self.acme.id: 150, self.bolt.id: 0})

    def test_the_360_view_shows_contracts_and_their_use(self):
        contract = self.contract(usage_unit="hours")
        for month, quantity in enumerate((30, 28, 32, 12), 1):
            self.Reading.create(
                {"contract_id": contract.id, "date": date(2025, month, 28), "quantity": quantity}
            )
        sections = self.acme.with_user(self.sam).get_customer_360(self.acme.id)["sections"]
        [section] = [section for section in sections if section["code"] == "contracts"]
        [item] = section["items"]
        # the median of 28, 30 and 32 is 30
        self.assertEqual(item["note"], "12 hours instead of 30")
        self.assertEqual((item["date"], item["amount"]), ("2026-02-28", 100))
        self.assertAlmostEqual(contract.usage_change, -0.6)

    def test_three_readings_are_no_usual_use(self):
        contract = self.contract()
        for month in (1, 2, 3):
            self.Reading.create(
                {"contract_id": contract.id, "date": date(2025, month, 28), "quantity": 5}
            )
        self.assertFalse(contract.usage_known)
