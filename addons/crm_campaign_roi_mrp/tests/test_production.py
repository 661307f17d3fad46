from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_campaign_roi.tests.common_forecast import START
from odoo.addons.crm_campaign_roi_stock.tests.test_replenishment import ReplenishmentCase


@tagged("post_install", "-at_install")
class TestProduction(ReplenishmentCase):
    """ROI-4: accepted pumps are produced in time; the planner sees what they are made of.

    A pump is two housings and a motor; a motor is three coils. It takes three days to make one.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("Housing", "Motor", "Coil")
        cls.housing, cls.motor, cls.coil = cls.env["product.product"].create(
            [{"name": f"Garden {name}", "is_storable": True} for name in names]
        )
        cls.bom = cls._bom(cls.pump, {cls.housing: 2, cls.motor: 1}, produce_delay=3)
        cls._bom(cls.motor, {cls.coil: 3})

    @classmethod
    def _bom(cls, product, parts, **values):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "company_id": cls.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in parts.items()
                ],
                **values,
            }
        )

    def _run_scheduler(self):
        self.env.flush_all()
        self.env.invalidate_all()  # a new transaction knows nothing of an earlier day
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)
        self.env.invalidate_all()

    def _made(self):
        return self.env["mrp.production"].search(
            [("product_id", "=", self.pump.id), ("state", "!=", "cancel")]
        )

    def _manufacture(self):
        """An automatic rule of the pump that is met by production."""
        route = self.warehouse.manufacture_pull_id.route_id
        self.pump.route_ids = [Command.link(route.id)]
        return self._own_rule(0, 0, route_id=route.id)

    def test_the_scheduler_proposes_production(self):
        """Three days before Monday 2 March, and not a day earlier: 15 pumps, ready on Monday."""
        self._manufacture()
        self.accept()
        with freeze_time("2026-02-26"):
            self._run_scheduler()
            self.assertFalse(self._made())
        with freeze_time("2026-02-27"):
            self._run_scheduler()
            self._run_scheduler()
            made = self._made()
        self.assertEqual(made.product_qty, 15.0)
        self.assertEqual(made.date_start, datetime(2026, 2, 27, 12))
        self.assertEqual(made.date_finished, datetime(2026, 3, 2, 12))
        parts = {move.product_id: move.product_uom_qty for move in made.move_raw_ids}
        self.assertEqual(parts, {self.housing: 30.0, self.motor: 15.0})

    def test_all_at_once_for_the_week_it_is_needed(self):
        """With a horizon of two months: 75 pumps, ready on 2 March."""
        self._manufacture()
        self.company.horizon_days = 60
        self.accept()
        self._run_scheduler()
        made = self._made()
        self.assertEqual(sum(made.mapped("product_qty")), 75.0)
        self.assertEqual(made[:1].date_finished, datetime(2026, 3, 2, 12))

    def test_taken_back_nothing_is_produced(self):
        self._manufacture()
        self.company.horizon_days = 60
        self.accept()
        self.pumps.with_user(self.paul).action_take_back()
        self._run_scheduler()
        self.assertFalse(self._made())

    def test_components_of_accepted_demand(self):
        """15 pumps of the first week: 30 housings, 15 motors, 45 coils."""
        self.accept(self.pumps[0])
        rows = self.env["crm.campaign.component"].search([("campaign_id", "=", self.campaign.id)])
        found = {row.product_id: (row.level, row.quantity, row.parent_id) for row in rows}
        self.assertEqual(
            found,
            {
                self.housing: (1, 30.0, self.pump),
                self.motor: (1, 15.0, self.pump),
                self.coil: (2, 45.0, self.motor),
            },
        )
        self.assertEqual(rows.mapped("week"), [START] * 3)
        self.assertEqual(rows.filtered("is_made").product_id, self.motor)
        self.pumps[0].with_user(self.paul).action_take_back()
        rows = self.env["crm.campaign.component"].search([("campaign_id", "=", self.campaign.id)])
        self.assertFalse(rows)

    def test_units_of_the_bill(self):
        """A bill of a dozen pumps with one dozen housings: one housing each."""
        dozen = self.env.ref("uom.product_uom_dozen")
        self.bom.product_uom_id = dozen
        self.bom.bom_line_ids[0].write({"product_qty": 1, "product_uom_id": dozen.id})
        self.accept(self.pumps[0])
        row = self.env["crm.campaign.component"].search([("product_id", "=", self.housing.id)])
        self.assertAlmostEqual(row.quantity, 15.0)

    def test_a_bill_that_contains_itself_ends(self):
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET product_id = %s WHERE product_id = %s",
            (self.pump.id, self.coil.id),
        )
        self.env.invalidate_all()
        self.accept(self.pumps[0])
        rows = self.env["crm.campaign.component"].search([("campaign_id", "=", self.campaign.id)])
        self.assertEqual(max(rows.mapped("level")), 20)

    def test_a_kit_is_replenished_by_its_parts(self):
        """A kit of two housings and a motor: 30 and 15 for the first week, no rule of its own."""
        self.company.horizon_days = 60
        self.bom.type = "phantom"
        self.accept(self.pumps[0])
        self.assertFalse(self.rule())
        self.assertEqual(self.rule(self.housing).qty_to_order, 30.0)
        self.assertEqual(self.rule(self.motor).qty_to_order, 15.0)
        self.pumps[0].with_user(self.paul).action_take_back()
        self.assertFalse(self.rule(self.housing) | self.rule(self.motor))

    def test_a_kit_whose_bill_is_of_a_dozen(self):
        """A dozen kits of 24 housings and 12 motors: two housings and a motor each."""
        self.company.horizon_days = 60
        self.bom.write(
            {"type": "phantom", "product_uom_id": self.env.ref("uom.product_uom_dozen").id}
        )
        for line, quantity in zip(self.bom.bom_line_ids, (24, 12), strict=True):
            line.product_qty = quantity
        self.accept(self.pumps[0])
        self.assertAlmostEqual(self.rule(self.housing).qty_to_order, 30.0)
        self.assertAlmostEqual(self.rule(self.motor).qty_to_order, 15.0)

    def test_the_kit_of_another_company(self):
        """There pumps are sold as two motors; here they are replenished as what they are."""
        self.company.horizon_days = 60
        self.bom.active = False
        self._bom(self.pump, {self.motor: 2}, type="phantom", company_id=self.company_eur.id)
        self.accept(self.pumps[0])
        self.assertEqual(self.rule().qty_to_order, 15.0)
        self.assertFalse(self.rule(self.motor))

    def test_who_sees_components(self):
        self.accept(self.pumps[0])
        for user in (self.paul, self.mara, self.cara):
            self.assertTrue(self.env["crm.campaign.component"].with_user(user).search([]))
        with self.assertRaises(AccessError):
            self.env["crm.campaign.component"].with_user(self.sam).search([])
        other = self.make_user("otto_mrp", "crm_campaign_roi.group_campaign_planner")
        other.write(
            {
                "company_ids": [Command.set(self.company_eur.ids)],
                "company_id": self.company_eur.id,
            }
        )
        self.assertFalse(
            self.env["crm.campaign.component"]
            .with_user(other)
            .search([("campaign_id", "=", self.campaign.id)])
        )
