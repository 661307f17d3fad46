from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_asset import AssetCase


@tagged("post_install", "-at_install")
class TestAssetWarranty(AssetCase):
    """SVC-L3: warranty [质保期] per kind, until when and why."""

    def test_no_rule_is_a_state_of_its_own(self):
        asset = self._asset()
        self.assertEqual((asset.warranty_state, asset.warranty_until), ("no_rule", False))
        self.assertNotIn(asset, self.Asset.search([("warranty_state", "=", "expired")]))
        self.assertIn(asset, self.Asset.search([("warranty_state", "=", "no_rule")]))
        self.assertEqual(asset._warranty_rows()[0]["why"], "No warranty rule fits this product")

    @freeze_time("2027-03-16")
    def test_parts_and_labor_end_on_their_own_days(self):
        self._rule()
        asset = self._asset()
        self.assertEqual(asset.warranty_parts_until, date(2028, 3, 15))
        self.assertEqual(asset.warranty_labor_until, date(2027, 3, 15))
        self.assertFalse(asset.warranty_travel_until)
        self.assertEqual(asset.warranty_state, "active")
        rows = {row["code"]: row for row in asset._warranty_rows()}
        self.assertEqual(
            [rows[code]["state"] for code in ("parts", "labor", "travel")],
            ["active", "expired", "excluded"],
        )
        self.assertEqual(rows["parts"]["why"], "Pumps: 24 months from delivery (03/15/2026)")

    def test_a_missing_date_is_said_and_not_guessed(self):
        self._rule(start="commissioning")
        asset = self._asset()
        self.assertEqual(asset.warranty_state, "no_start")
        self.assertIn("enter the date of commissioning", asset._warranty_rows()[0]["why"])
        asset.commissioned_on = date(2026, 4, 30)
        self.assertEqual(asset.warranty_parts_until, date(2028, 4, 30))

    def test_rules_of_the_product_beat_those_of_its_categories(self):
        self._rule(categ_id=self.categ.id, months_parts=6)
        asset = self._asset()
        self.assertEqual(asset.warranty_parts_until, date(2026, 9, 15))
        rule = self._rule(months_parts=12)
        self.assertEqual(asset.warranty_parts_until, date(2027, 3, 15))
        self._rule(categ_id=False, product_id=self.pump.id, months_parts=36)
        self.assertEqual(asset.warranty_parts_until, date(2029, 3, 15))
        rule.active = False
        self.assertEqual(asset.warranty_parts_until, date(2029, 3, 15))
        asset.warranty_rule_id.unlink()
        self.assertEqual(asset.warranty_parts_until, date(2026, 9, 15))

    def test_new_terms_leave_what_was_sold_before(self):
        self._rule(valid_to=date(2026, 3, 31))
        self._rule(valid_from=date(2026, 4, 1), months_parts=12)
        asset = self._asset()
        later = self._asset(delivered_on=date(2026, 4, 1))
        self.assertEqual(asset.warranty_parts_until, date(2028, 3, 15))
        self.assertEqual(later.warranty_parts_until, date(2027, 4, 1))

    def test_an_extension_bought_later_follows(self):
        self._rule()
        offer = self._rule(
            name="Plus", kind="extended", start="end", months_parts=12, months_travel=12
        )
        asset = self._asset()
        bought = {"rule_id": offer.id, "date": date(2027, 1, 31)}
        asset.with_user(self.rita).warranty_ids = [Command.create(bought)]
        self.assertEqual(asset.warranty_parts_until, date(2029, 3, 15))
        self.assertEqual(asset.warranty_travel_until, date(2028, 1, 31))
        offer.months_parts = 1
        self.assertEqual(asset.warranty_parts_until, date(2029, 3, 15), "bought is bought")

    def test_the_meter_ends_a_warranty_early(self):
        self._rule(meter_limit=1000)
        asset = self._asset(meter_ids=[Command.create({"name": "Hours"})])
        self._read(asset.meter_ids, (datetime(2026, 5, 1), 900), (datetime(2026, 6, 2, 9), 1001))
        self.assertEqual(asset.warranty_parts_until, date(2026, 6, 2))
        self.assertIn("passed 1000", asset._warranty_rows()[0]["why"])

    def _read(self, meter, *readings):
        return self.env["crm.customer.asset.reading"].create(
            [{"meter_id": meter.id, "date": when, "value": value} for when, value in readings]
        )

    def test_a_standard_warranty_is_not_bought(self):
        with self.assertRaises(ValidationError):
            self._rule(start="purchase")

    @freeze_time("2026-06-01")
    def test_every_state_is_found_by_its_search(self):
        self._rule()
        states = {
            "active": self._asset(),
            "expired": self._asset(delivered_on=date(2020, 1, 1)),
            "future": self._asset(delivered_on=date(2026, 7, 1)),
            "no_start": self._asset(delivered_on=False),
            "no_rule": self._asset(product_id=self.motor.id),
        }
        ours = ("id", "in", [asset.id for asset in states.values()])
        for state, asset in states.items():
            self.assertEqual(asset.warranty_state, state)
            self.assertEqual(self.Asset.search([ours, ("warranty_state", "=", state)]), asset)
            others = self.Asset.search([ours, ("warranty_state", "!=", state)])
            self.assertEqual(len(others), len(states) - 1, state)

    def test_queries_do_not_grow_with_the_assets(self):
        self._rule(meter_limit=1000)
        few, many = self._count(20), self._count(200)
        self.assertLessEqual(many, few + 4)

    def _count(self, number):
        values = [{"product_id": self.pump.id, "partner_id": self.acme.id}] * number
        assets = self.Asset.create([dict(one) for one in values])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        assets.write({"delivered_on": date(2026, 1, 1)})
        self.env.flush_all()
        return self.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestAssetMeter(AssetCase):
    """SVC-L3: meters go forward, and what was used is known through restarts."""

    def setUp(self):
        super().setUp()
        self.asset = self._asset(meter_ids=[Command.create({"name": "Hours"})])
        self.meter = self.asset.meter_ids

    def enter(self, day, value, **values):
        return (
            self.env["crm.customer.asset.reading"]
            .with_user(self.rita)
            .create(
                {
                    "meter_id": self.meter.id,
                    "date": datetime(2026, 1, day),
                    "value": value,
                    **values,
                }
            )
        )

    def test_a_meter_going_back_is_refused_in_words(self):
        self.enter(1, 1200)
        with self.assertRaisesRegex(ValidationError, "Hours stood at 1200 on .* stand at 900"):
            self.enter(2, 900)

    def test_a_reading_entered_late_must_fit_between(self):
        self.enter(1, 100)
        self.enter(10, 200)
        self.enter(5, 150)
        with self.assertRaises(ValidationError):
            self.enter(6, 250)

    def test_rollover_and_exchange(self):
        self.meter.rollover = 100_000
        self.enter(1, 99_950)
        self.enter(2, 30)
        self.assertEqual(self.meter.total, 100_030)
        self.enter(3, 0, restarted=True)
        self.assertEqual(self.meter.total, 200_000)

    def test_a_deleted_reading_leaves_no_trace(self):
        self.enter(1, 100)
        last = self.enter(2, 500)
        last.sudo().unlink()
        self.assertEqual(self.meter.total, 100)

    def test_many_readings_at_once(self):
        values = [
            {"meter_id": self.meter.id, "date": datetime(2026, 1, day), "value": day * 10}
            for day in range(28, 0, -1)
        ]
        self.env["crm.customer.asset.reading"].create(values)
        self.assertEqual((self.meter.total, self.meter.last_on), (280, datetime(2026, 1, 28)))
