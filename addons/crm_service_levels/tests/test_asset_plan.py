from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_asset import AssetCase


@tagged("post_install", "-at_install")
class TestAssetPlan(AssetCase):
    """SVC-L3, SVC-E: maintenance that is due opens itself."""

    def plan(self, asset=None, **values):
        asset = asset or self._asset()
        defaults = {"asset_id": asset.id, "every_months": 6, "start_on": date(2026, 1, 31)}
        return self.env["crm.customer.asset.plan"].create(
            {**defaults, "lead_days": 14, "name": "Service", **values}
        )

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_service_levels.cron_open_due_maintenance").method_direct_trigger()

    def test_due_work_is_opened_once_and_counts_from_when_it_was_done(self):
        plan = self.plan()
        self.assertEqual(plan.next_on, date(2026, 7, 31))
        with freeze_time("2026-07-16"):
            self.run_job()
            self.assertFalse(plan.request_id)
        with freeze_time("2026-07-17"):
            self.run_job()
            request = plan.request_id
            self.assertTrue(request.proactive)
            self.assertEqual((request.asset_id, request.level), (plan.asset_id, "3"))
            self.assertEqual(request.partner_id, self.anna)
            self.run_job()
            self.assertEqual(plan.asset_id.request_ids, request)
        with freeze_time("2026-08-31"):
            request.with_user(self.rita).action_solve()
            self.assertEqual(plan.maintenance_ids.request_id, request)
            self.assertEqual((plan.last_on, plan.next_on), (date(2026, 8, 31), date(2027, 2, 28)))
            self.assertFalse(plan.opened_on)

    @freeze_time("2026-03-01")
    def test_due_by_use(self):
        asset = self._asset(meter_ids=[Command.create({"name": "Hours"})])
        plan = self.plan(
            asset, every_months=0, every_units=500, meter_id=asset.meter_ids.id, kind="activity",
            user_id=self.rita.id,
        )  # fmt: skip
        readings = self.env["crm.customer.asset.reading"]
        meter = asset.meter_ids.id
        readings.create({"meter_id": meter, "value": 0, "date": datetime(2026, 1, 1)})
        readings.create({"meter_id": meter, "value": 400, "date": datetime(2026, 2, 10)})
        # 400 units in 40 days: 100 more take 10 days, until 20 February; not before today
        self.assertEqual(plan.expected_on, date(2026, 3, 1))
        self.run_job()
        self.assertFalse(asset.activity_ids)
        readings.create({"meter_id": meter, "value": 500, "date": datetime(2026, 2, 20)})
        self.run_job()
        self.assertEqual(asset.activity_ids.user_id, self.rita)
        plan.with_user(self.rita).action_done()
        self.assertEqual((plan.last_total, plan.next_total), (500, 1000))
        self.assertFalse(plan.is_due_by_use)

    @freeze_time("2026-12-01")
    def test_scrapped_and_archived_assets_need_no_service(self):
        plan, gone = self.plan(), self.plan()
        plan.asset_id.state = "scrapped"
        gone.asset_id.active = False
        self.run_job()
        self.assertFalse((plan | gone).request_id)

    def test_a_plan_needs_an_interval(self):
        with self.assertRaises(ValidationError):
            self.plan(every_months=0)
        with self.assertRaises(ValidationError):
            self.plan(every_units=10)

    @freeze_time("2026-12-01")
    def test_queries_do_not_grow_with_the_plans(self):
        few, many = self._count(10), self._count(100)
        self.assertLess(many, 2 * few)

    def _count(self, number):
        assets = self._assets(number, partner_id=self.beta.id, maker_id=self._maker(number))
        plans = self.env["crm.customer.asset.plan"].create(
            [
                {"asset_id": one.id, "every_months": 1, "start_on": date(2026, 1, 1), "name": "S"}
                for one in assets
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        plans._open_work()
        self.env.flush_all()
        self.assertEqual(len(plans.request_id), number)
        return self.cr.sql_log_count - before

    def _maker(self, number):
        return self.env["crm.service.maker"].create({"name": f"Maker {number}"}).id
