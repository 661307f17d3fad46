from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.fields import Date

from odoo.addons.crm_customer_insight.tests.value_common import ValueCommon

MODULE = "crm_campaign_roi"
#: Friday; the campaign of the tests is published on Monday 2 March 2026.
TODAY = "2026-02-20"
START = Date.to_date("2026-03-02")


class ForecastCase(ValueCommon):
    """A campaign that is to reach 1,000 persons in five weeks, with figures of its own.

    10 % of 1,000 respond, half of them buy two units each: 100 units. Three pumps (100 dollars)
    for one filter (10): 75 and 25, evenly over five weeks: 15 pumps and 5 filters a week for
    1,550 dollars.

    ==========  ==========================
    paul        planner
    mara        marketer
    mona        marketing manager
    cara        controller
    sam         salesperson
    ==========  ==========================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        frozen = freeze_time(TODAY)
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        roles = {"paul": "planner", "mara": "user", "mona": "manager", "cara": "controller"}
        for login, role in roles.items():
            group = f"{MODULE}.group_campaign_{role}"
            setattr(cls, login, cls.make_user(f"{login}_forecast", group))
        cls.sam = cls.make_user("sam_forecast", "sales_team.group_sale_salesman")
        cls.Demand = cls.env["crm.campaign.demand"]
        cls.kind = cls.env["crm.campaign.kind"].create({"name": "Fair", "window_months": 1})
        cls.pump, cls.filter = cls.env["product.product"].create(
            [
                {"name": "Garden pump", "type": "consu", "list_price": 100, "taxes_id": False},
                {"name": "Garden filter", "type": "consu", "list_price": 10, "taxes_id": False},
            ]
        )
        cls.campaign = cls._campaign("Spring")

    @classmethod
    def _campaign(cls, title, start=START, phase="approved", **values):
        """A campaign of five weeks (31 days), in *phase*."""
        mix = [(cls.pump, 3), (cls.filter, 1)]
        campaign = cls.env["utm.campaign"].create(
            {
                "title": title,
                "company_id": cls.company.id,
                "kind_id": cls.kind.id,
                "date_start": start,
                "expected_reach": 1000,
                "forecast_by_hand": True,
                "expected_response": 10,
                "expected_conversion": 50,
                "expected_quantity": 2,
                "mix_ids": [
                    Command.create({"product_id": product.id, "weight": weight})
                    for product, weight in mix
                ],
                **values,
            }
        )
        cls._to_phase(campaign, phase)
        return campaign

    @classmethod
    def _to_phase(cls, campaign, phase):
        """There without the approvals on the way, which other tests are about."""
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE utm_campaign SET phase = %s WHERE id = %s", (phase, campaign.id))
        campaign.invalidate_recordset()

    @classmethod
    def _finished(cls, title, buyers=10, units=3, **values):
        """A finished campaign of 1 to 30 September 2025: 100 persons, each buyer in week 1."""
        campaign = cls._campaign(
            title,
            Date.to_date("2025-09-01"),
            "finished",
            **{"expected_reach": 100, "forecast_by_hand": False, "mix_ids": False, **values},
        )
        for number in range(buyers):
            buyer = cls.env["res.partner"].create({"name": f"Buyer {number} of {title}"})
            cls.sell(campaign, cls.pump, units, "2025-09-09", buyer)
        return campaign

    @classmethod
    def sell(cls, campaign, product, quantity, day, partner=None, price=100.0):
        """An order of the campaign, confirmed on *day*."""
        line = {"product_id": product.id}
        return cls.order(
            partner or cls.alma, f"{day} 12:00:00", quantity, price, 4.0,
            line=line, campaign_id=campaign.id,
        )  # fmt: skip

    def rows(self, campaign=None, **domain):
        """Demand of the campaign in the order of weeks, pumps first."""
        conditions = [(name, "=", value) for name, value in domain.items()]
        found = self.Demand.search(
            [("campaign_id", "=", (campaign or self.campaign).id), *conditions]
        )
        return found.sorted(lambda row: (row.week, -row.expected, row.product_id.id))

    def refresh_demand(self, campaigns=None, today=None):
        """Compute the demand as of a day."""
        self.Demand._refresh(campaigns or self.campaign, Date.to_date(today) if today else None)
        return self.rows(campaigns)

    def weeks(self, rows):
        """Mondays of the rows as numbers from the week of the publication."""
        return sorted({(row.week - START) // timedelta(weeks=1) for row in rows})
