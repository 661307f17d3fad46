from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .common_asset import AssetCase


@tagged("post_install", "-at_install")
class TestAssetReport(AssetCase):
    """SVC-L3, SVC-L5: failures per model and age, with "not enough data" where it is so."""

    def figures(self, domain=(), groupby=("product_id",)):
        report = self.env["crm.service.asset.report"].with_user(self.leo)
        rows = report._read_group(
            [("product_id", "in", (self.pump | self.motor).ids), *domain],
            groupby,
            ["asset_months:sum", "failures:sum", "failure_rate:avg", "mtbf_months:avg"],
        )
        return {row[: len(groupby)]: row[len(groupby) :] for row in rows}

    @freeze_time("2027-01-01")
    def test_exact_figures(self):
        # 10 pumps from 1 January 2026 to 1 January 2027: 12 months each, 120 asset-months;
        # 3 faults: 100 × 3 ÷ 120 = 2.5 per 100 asset-months, 120 ÷ 3 = 40 months between
        assets = self._assets(10, delivered_on=date(2026, 1, 1))
        for asset, day in zip(assets, ("2026-01-15", "2026-01-31", "2026-06-01"), strict=False):
            self.fail_on(asset, day)
        months, failures, rate, between = self.figures()[self.pump,]
        self.assertAlmostEqual(months, 120)
        self.assertEqual(failures, 3)
        self.assertAlmostEqual(rate, 2.5)
        self.assertAlmostEqual(between, 40)

    def fail_on(self, asset, day, **values):
        when = datetime.fromisoformat(f"{day} 10:00:00")
        values = {"asset_id": asset.id, "type_id": self.fault.id, **values}
        return self._request(date_open=when, **values)

    @freeze_time("2026-03-16")
    def test_the_months_of_a_life_begin_on_its_day(self):
        # 31 January to 28 February is month 0, to 31 March month 1: on 16 March 16 of 31 days
        asset = self._asset(delivered_on=date(2026, 1, 31))
        self.fail_on(asset, "2026-02-27")
        self.fail_on(asset, "2026-02-28")
        rows = self.figures(groupby=("age_months",))
        self.assertEqual(set(rows), {(0,), (1,)})
        self.assertAlmostEqual(rows[0,][0], 1)
        self.assertAlmostEqual(rows[1,][0], 16 / 31)
        self.assertEqual((rows[0,][1], rows[1,][1]), (1, 1))

    @freeze_time("2026-06-01")
    def test_not_enough_data_is_not_zero(self):
        self.fail_on(self._asset(delivered_on=date(2026, 1, 1)), "2026-02-01")
        months, failures, rate, between = self.figures()[self.pump,]
        self.assertEqual((round(months, 6), failures), (5, 1))
        self.assertIs(rate, False)  # 5 asset-months of the 12 that a rate needs
        self.assertIs(between, False)  # one failure has no time between

    @freeze_time("2027-01-01")
    def test_what_counts_as_a_failure(self):
        asset = self._asset(delivered_on=date(2026, 1, 1))
        self.fail_on(asset, "2026-05-01", type_id=self.usage.id)  # a question
        self.fail_on(asset, "2025-12-31")  # before its time
        self.fail_on(asset, "2026-05-02").action_cancel()
        months, failures, rate, between = self.figures()[self.pump,]
        self.assertEqual((round(months, 6), failures, rate, between), (12, 0, 0, False))

    @freeze_time("2027-01-01")
    def test_an_asset_out_of_use_counts_until_then(self):
        self._asset(delivered_on=date(2026, 1, 1), out_on=date(2026, 4, 1), state="scrapped")
        self.assertAlmostEqual(self.figures()[self.pump,][0], 3)

    @freeze_time("2027-01-01")
    def test_a_row_leads_to_its_faults(self):
        asset = self._asset(delivered_on=date(2026, 1, 1))
        fault = self.fail_on(asset, "2026-05-01")
        row = self.env["crm.service.asset.report"].search(
            [("asset_id", "=", asset.id), ("failures", ">", 0)]
        )
        self.assertEqual((row.age_months, row.age_years, row.life_year), (4, 0, "0"))
        action = row.action_open_failures()
        self.assertEqual(self.env["crm.service.request"].search(action["domain"]), fault)
