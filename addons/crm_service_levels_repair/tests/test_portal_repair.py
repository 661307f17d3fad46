from odoo.tests import HttpCase, tagged

from odoo.addons.crm_service_levels.tests.common_portal import PageMixin, PortalCase


@tagged("post_install", "-at_install")
class TestPortalRepair(PageMixin, PortalCase, HttpCase):
    """SVC-T: a repair is followed from its collection until it is back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump.write({"type": "consu", "is_storable": True})
        cls.repair = cls._repair(cls.anna, service_request_id=cls.request.id)

    @classmethod
    def _repair(cls, partner, **values):
        return cls.env["repair.order"].create(
            {"product_id": cls.pump.id, "partner_id": partner.id, **values}
        )

    def _station(self):
        rows = self.repair._service_portal_values()["stations"]
        reached = [row for row in rows if row["status"] != "ahead"]
        return len(rows), reached[-1]["code"]

    def test_a_repair_brought_in_has_three_stations(self):
        self.assertEqual(self._station(), (3, "received"))
        self.repair.write({"state": "under_repair"})
        self.assertEqual(self._station(), (3, "diagnosed"))
        self.repair.write({"state": "done"})
        self.assertEqual(self._station(), (3, "repaired"))

    def test_a_collected_repair_has_six(self):
        booked = self._booked()
        self.assertEqual(self._station(), (6, "booked"))
        booked.action_collected()
        self.assertEqual(self._station(), (6, "collected"))
        booked.action_received()
        self.assertEqual(self._station(), (6, "received"))
        self.repair.write({"state": "confirmed"})
        self.assertEqual(self._station(), (6, "diagnosed"))
        self.repair.write({"state": "done"})
        self.assertEqual(self._station(), (6, "repaired"))
        booked.action_returned()
        self.assertEqual(self._station(), (6, "returned"))

    def test_the_customer_follows_his_repairs_and_nobody_elses(self):
        theirs = self._repair(self.bert)
        self.env.flush_all()
        self._login(self.alan_user)
        self.assertIn(self.repair.name, self.url_open("/my/repairs").text)
        self.assertNotIn(theirs.name, self.url_open("/my/repairs").text)
        page = self.url_open(f"/my/repairs/{self.repair.id}").text
        self.assertIn("Diagnosed", page)
        self.assertIn(f"/my/requests/{self.request.id}", page)
        self.assertEqual(self.url_open(f"/my/repairs/{theirs.id}").status_code, 404)

    def test_the_request_of_another_customer_is_not_named(self):
        self.repair.partner_id = self.bert
        self.assertEqual(self.repair._service_portal_values()["request"], "")
        self.assertFalse(
            [one for one in self.request._portal_values()["links"] if one["label"] == "Repair"]
        )

    def test_the_request_leads_to_the_repair(self):
        url = f"/my/repairs/{self.repair.id}"
        self.assertIn(url, [link["url"] for link in self.request._portal_values()["links"]])
        self.assertNotIn(
            url, [link["url"] for link in self.request._portal_values(guest=True)["links"]]
        )

    def test_opening_a_repair_changes_nothing(self):
        self._login(self.anna_user)
        query = "SELECT sum(hashtext(t::text)::bigint) FROM repair_order t"
        self.env.flush_all()
        self.env.cr.execute(query)
        before = self.env.cr.fetchone()
        for path in ("/my", "/my/repairs", f"/my/repairs/{self.repair.id}"):
            self.assertEqual(self.url_open(path).status_code, 200)
        self.env.flush_all()
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchone(), before)
