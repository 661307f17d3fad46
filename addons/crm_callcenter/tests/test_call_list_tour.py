"""An agent works a preview list in the browser (CC-6)."""

from odoo.tests import HttpCase, tagged

from .dialer_common import DialerCase


@tagged("post_install", "-at_install")
class TestCallListTour(DialerCase, HttpCase):
    def test_work_a_list(self):
        people = self._people("+4940111111", "+4940222222", "+4940333333")
        for partner, name in zip(people, ("Anna", "Berta", "Carl"), strict=True):
            partner.name = name
        one = self._list(mode="preview", script="<p>Good morning</p>")
        one._add_partners([("id", "in", people.ids)])
        for place, entry in enumerate(one.entry_ids.sorted("id")):
            entry.priority = 9 - place
        one.action_start()
        self.start_tour("/odoo/call-work", "crm_call_list_work", login="cc_ada")
        anna, berta, carl = one.entry_ids.sorted("id")
        self.assertEqual((anna.state, anna.skip_reason), ("skipped", "Moved abroad"))
        self.assertEqual((berta.state, berta.promised_agent_id), ("waiting", self.ada))
        self.assertEqual(
            (carl.state, carl.result, carl.note), ("done", "answered", "Wants two pumps")
        )
