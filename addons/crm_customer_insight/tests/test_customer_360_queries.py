from odoo.tests import tagged

from .common_360 import Customer360Case


@tagged("post_install", "-at_install")
class TestCustomer360Queries(Customer360Case):
    """The 360 view and the time line cost the same number of queries for any history (C360-1)."""

    def _count(self, function, *arguments, **named):
        """Queries of one call on cold record caches, everything written before."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function(*arguments, **named)
        return self.env.cr.sql_log_count - before

    def _grow(self, partner, contacts, touches):
        people = self.env["res.partner"].create(
            [{"name": f"Contact {index}", "parent_id": partner.id} for index in range(contacts)]
        )
        leads = self._new_leads(people[0], self.sandra, touches)
        leads.type = "opportunity"
        self._new_touches(leads, people[0], kind="lead")
        self._new_touches(leads, people[-1], kind="lead", event="won", direction="out")
        for lead in leads[:8]:
            lead.activity_schedule("mail.mail_activity_data_todo", user_id=self.sandra.id)
        for __ in range(min(touches // 10, 6)):
            self._new_order(people[0], self.sandra)
        self._new_snapshot(partner)

    def _measure(self, partner):
        partners = self.env["res.partner"].with_user(self.sandra)
        ledger = self.env["crm.touchpoint"].with_user(self.sandra)
        return {
            "360": self._count(partners.get_customer_360, partner.id),
            "time line": self._count(ledger.get_timeline, partner.id),
            "counts": self._count(ledger.get_timeline_counts, partner.id),
        }

    def test_history_and_number_of_contacts_cost_no_query(self):
        small = self._new_customer("Small", self.sandra)
        large = self._new_customer("Large", self.sandra)
        self._grow(small, contacts=5, touches=10)
        self._grow(large, contacts=50, touches=100)
        self._measure(small)  # fills the caches of rights, which belong to no customer
        of_small, of_large = self._measure(small), self._measure(large)
        self.assertEqual(of_small, of_large)
        self.assertLess(of_large["360"], 80)
        self.assertLess(of_large["time line"], 12)
