"""The daily report by mail to supervisors (CC-8): the figures of the dashboard, for whoever may."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .measure_common import MeasureCase

NAMES = {"kpi_call_offered", "kpi_call_level", "kpi_call_abandoned", "kpi_call_first_contact"}


@tagged("post_install", "-at_install")
class TestCallDigest(MeasureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Digest Ltd"})
        users = cls.eve | cls.ada.user_id
        users.write({"company_ids": [(4, cls.company.id)], "company_id": cls.company.id})
        cls.digest = cls.env.ref("crm_callcenter.digest_call_daily")
        cls.yesterday = datetime.combine(
            fields.Date.today() - timedelta(days=1), datetime.min.time()
        ) + timedelta(hours=12)  # fmt: skip

    def _tiles(self, user):
        self.env["crm.call.interval"]._drain()
        kpis = self.digest._compute_kpis(self.company, user)
        return {kpi["kpi_name"]: kpi for kpi in kpis}

    def test_figures_of_a_period_by_hand(self):
        """3 answered (2 in time), 1 abandoned, 1 in the menu: 4 offered, 2 of 4 in time, 1 of 4
        given up; nothing is judged yet."""
        for wait in (5, 10, 65):
            self._call(self.yesterday, wait=wait)
        self._call(self.yesterday, "abandoned", wait=30)
        self._call(self.yesterday, "ivr_contained")
        self._call(self.yesterday, direction="outbound")
        tiles = self._tiles(self.eve)
        values = [
            tiles[f"kpi_call_{name}"]["kpi_col2"]["value"]
            for name in ("offered", "level", "abandoned", "first_contact")
        ]
        self.assertEqual(values, [4, "50.00", "25.00", "Not known"])
        self.assertIn("crm_call_dashboard_action", tiles["kpi_call_level"]["kpi_action"])

    def test_no_calls_are_not_known(self):
        tiles = self._tiles(self.eve)
        column = tiles["kpi_call_level"]["kpi_col1"]
        self.assertEqual((column["value"], column["margin"]), ("Not known", 0))
        self.assertEqual(tiles["kpi_call_offered"]["kpi_col1"]["value"], 0)

    def test_who_gets_it(self):
        """An agent's mail has none of the tiles; supervisors were subscribed."""
        self.assertEqual(NAMES & self._tiles(self.eve).keys(), NAMES)
        self.assertFalse(NAMES & self._tiles(self.ada.user_id).keys())
        with self.assertRaises(AccessError):
            self.digest.with_user(self.ada.user_id)._call_figures(self.company)
        self.env["digest.digest"]._subscribe_call_supervisors()
        self.assertIn(self.eve, self.digest.user_ids)
        self.assertNotIn(self.ada.user_id, self.digest.user_ids)

    def test_the_mail(self):
        """It is sent, with the figures in it."""
        self._call(self.yesterday)
        self.env["crm.call.interval"]._drain()
        self.eve.email = "eve@example.com"
        self.digest.with_context(lang="en_US")._action_send_to_user(self.eve, tips_count=0)
        mail = self.env["mail.mail"].search([("email_to", "ilike", "eve@example.com")], limit=1)
        self.assertIn("Calls offered", mail.body_html)
        self.assertIn("Not known", mail.body_html)
