from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_accounts import AccountsCase

TODAY = date(2026, 3, 15)


class ContractCase(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Contract = cls.env["crm.customer.contract"]
        cls.Reading = cls.env["crm.usage.reading"]

    def setUp(self):
        super().setUp()
        self.patch(self.env.registry["crm.customer.snapshot"], "_data_date", lambda _self: TODAY)
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *_a, **_k: True)

    @classmethod
    def contract(cls, **values):
        """A year from 1 March 2025, 100 a month, that runs."""
        return cls.Contract.create(
            {
                "name": "Maintenance",
                "partner_id": cls.acme.id,
                "date_start": "2025-03-01",
                "date_end": "2026-02-28",
                "monthly_value": 100,
                "state": "running",
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestContracts(ContractCase):
    """Service contracts: start, end, renewal, value (C360-7)."""

    def test_notice_and_value(self):
        contract = self.contract()
        # 28 February − 90 days = 30 November; 12 months × 100
        self.assertEqual((contract.notice_date, contract.total_value), (date(2025, 11, 30), 1200))
        self.assertEqual(contract.user_id, self.sam)

    def test_a_contact_signs_for_his_company(self):
        self.assertEqual(self.contract(partner_id=self.bob.id).partner_id, self.acme)

    def test_renewed_for_as_long(self):
        contract = self.contract(number="M-1")
        contract.with_user(self.sam).action_renew()
        renewal = contract.renewal_ids
        self.assertEqual(contract.state, "renewed")
        self.assertEqual(
            (renewal.date_start, renewal.date_end, renewal.monthly_value, renewal.state),
            (date(2026, 3, 1), date(2027, 2, 28), 100, "running"),
        )
        with self.assertRaises(UserError):
            contract.action_renew()

    def test_renewed_once_only(self):
        contract = self.contract()
        self.contract(renewed_from_id=contract.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.contract(renewed_from_id=contract.id)

    def test_at_night_contracts_end_or_renew(self):
        automatic = self.contract(renewal_kind="automatic")
        manual, endless = self.contract(), self.contract(date_end=False)
        self.Contract._cron_close()
        self.Contract._cron_close()
        self.assertEqual(automatic.renewal_ids.date_end, date(2027, 2, 28))
        self.assertEqual((manual.state, manual.closed_on), ("ended", date(2026, 2, 28)))
        self.assertEqual(endless.state, "running")

    def test_a_contract_of_years_ago_is_caught_up_with(self):
        contract = self.contract(
            date_start="2022-03-01", date_end="2023-02-28", renewal_kind="automatic"
        )
        self.Contract._cron_close()
        chain = contract
        while chain.renewal_ids:
            chain = chain.renewal_ids
        self.assertEqual((chain.date_end, chain.state), (date(2027, 2, 28), "running"))

    def test_cancelled_today(self):
        contract = self.contract(date_end="2026-12-31")
        contract.action_cancel()
        self.assertEqual((contract.state, contract.closed_on), ("cancelled", TODAY))

    def test_an_endless_contract_is_not_renewed(self):
        with self.assertRaises(UserError):
            self.contract(date_end=False).action_renew()

    def test_bad_values(self):
        for values in (
            {"date_end": "2025-02-01"},
            {"monthly_value": -1},
            {"notice_days": -1},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.contract(**values)

    def test_only_drafts_are_deleted(self):
        with self.assertRaises(UserError):
            self.contract().unlink()
        self.contract(state="draft").unlink()

    def test_salespeople_see_their_customers_contracts(self):
        contract = self.contract()
        self.assertTrue(contract.with_user(self.sam).has_access("write"))
        self.assertFalse(contract.with_user(self.tom).has_access("read"))
        self.assertTrue(contract.with_user(self.ann).has_access("read"))
        self.assertFalse(contract.with_user(self.ann).has_access("write"))
        self.assertTrue(contract.with_user(self.mia).has_access("write"))


@tagged("post_install", "-at_install")
class TestUsageReadings(ContractCase):
    """Usage readings: entered, imported, sent by another system (C360-7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.contract(number="M-1", usage_unit="hours")

    def send(self, *rows, user=None):
        readings = [dict(zip(("contract", "date", "quantity"), row, strict=True)) for row in rows]
        return self.Reading.with_user(user or self.sam).record_usage(readings)

    def test_sent_twice_recorded_once_and_corrected(self):
        rows = ("M-1", "2026-01-31", 30), ("M-1", "2026-02-28", "12.5")
        self.assertEqual(self.send(*rows), {"created": 2, "corrected": 0, "unchanged": 0})
        self.assertEqual(self.send(*rows), {"created": 0, "corrected": 0, "unchanged": 2})
        again = self.send(("M-1", "2026-02-28", 12))
        self.assertEqual(again, {"created": 0, "corrected": 1, "unchanged": 0})
        self.assertEqual(self.main.reading_ids.mapped("quantity"), [12, 30])

    def test_one_wrong_row_and_nothing_is_recorded(self):
        with self.assertRaises(UserError) as caught:
            self.send(
                ("M-1", "2026-01-31", 30),
                ("M-9", "2026-01-31", 30),
                ("M-1", "yesterday", 30),
                ("M-1", "2999-01-01", 30),
                ("M-1", "2026-01-30", -1),
                ("M-1", "2026-01-30", "nan"),
            )
        lines = str(caught.exception).splitlines()
        self.assertEqual([line[:6] for line in lines[1:]], [f"Row {n}:" for n in range(2, 7)])
        self.assertFalse(self.main.reading_ids)

    def test_nonsense_is_refused(self):
        for nonsense in ("text", [["M-1"]], [{"contract": "M-1"}]):
            with self.subTest(nonsense=nonsense), self.assertRaises(UserError):
                self.Reading.with_user(self.sam).record_usage(nonsense)

    def test_anothers_contract_is_unknown(self):
        with self.assertRaises(UserError):
            self.send(("M-1", "2026-01-31", 30), user=self.tom)
        with self.assertRaises(AccessError):
            self.send(("M-1", "2026-01-31", 30), user=self.env.ref("base.public_user"))

    def test_imported_from_a_file(self):
        found = self.Reading.with_user(self.sam).load(
            ["contract_id", "date", "quantity"],
            [["Maintenance", "2026-01-31", "30"], ["Maintenance", "2026-02-28", "12"]],
        )
        self.assertFalse(found["messages"])
        self.assertEqual(self.main.reading_ids.mapped("quantity"), [12, 30])

    def test_bad_readings(self):
        with self.assertRaises(ValidationError):
            self.Reading.create({"contract_id": self.main.id, "date": "2999-01-01", "quantity": 1})
        for values in ({"quantity": -1}, {"date": "2026-01-01", "quantity": 2}):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.Reading.create(
                    [
                        {"contract_id": self.main.id, "date": "2026-01-01", "quantity": 1},
                        {"contract_id": self.main.id, "date": "2026-01-02", **values},
                    ]
                )
