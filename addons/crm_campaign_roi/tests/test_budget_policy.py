from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import Form, tagged

from .test_approvals import ApprovalCase


class PolicyCase(ApprovalCase):
    """Spring has 6,000 for print and 3,000 for fees; 5,000 of print are spent."""

    def setUp(self):
        super().setUp()
        self.campaign.company_id = self.company
        self._approved()
        self._spend(5000, kind_id=self.print.id)

    def policy(self, scope, action):
        self.company.write({"campaign_budget_scope": scope, "campaign_budget_action": action})

    def commit(self, amount, kind):
        return self._spend(amount, kind_id=kind and kind.id, stage="committed")


@tagged("post_install", "-at_install")
class TestBudgetPolicy(PolicyCase):
    """ROI-1: the company chooses how strictly budgets are kept."""

    def test_by_the_whole_budget_unless_chosen(self):
        """4,000 are left of all, though only 1,000 of print."""
        fields = (self.company.campaign_budget_scope, self.company.campaign_budget_action)
        self.assertEqual(fields, ("total", "block"))
        self.assertEqual(self.commit(4000, self.print).amount, 4000)
        with self.assertRaisesRegex(UserError, "1.00 more than what is left of the budget of"):
            self.commit(1, self.print)

    def test_by_cost_kind_too(self):
        self.policy("kind", "block")
        refused = self.assertRaisesRegex(UserError, "1.00 more than what is left for Paper in the")
        with refused, self.env.cr.savepoint():
            self.commit(1001, self.print)
        self.assertEqual(self.commit(1000, self.print).amount, 1000)
        self.assertEqual(self.commit(3000, self.fees).amount, 3000)
        refused = self.assertRaisesRegex(UserError, "left for Paper.*left of the budget of Spring")
        with refused, self.env.cr.savepoint():
            self.commit(1, self.print)

    def test_what_has_no_kind_has_no_budget(self):
        self.policy("kind", "block")
        with self.assertRaisesRegex(UserError, "5.00 more .* for what has no cost kind"):
            self.commit(5, None)

    def test_another_kind_that_is_overdrawn_blocks_nobody(self):
        self._spend(1500, kind_id=self.print.id)
        self.policy("kind", "block")
        self.assertEqual(self.commit(2500, self.fees).amount, 2500)

    def test_accepted_and_told(self):
        """1 beyond print, within the whole: the owner of the campaign is told."""
        self.policy("kind", "warn")
        self.assertEqual(self.commit(1001, self.print).amount, 1001)
        message = self.campaign.message_ids[:1]
        self.assertIn("1.00 more than what is left for Paper", message.body)
        self.assertIn(self.mara.partner_id, message.notified_partner_ids | message.partner_ids)
        count = len(self.campaign.message_ids)
        self.commit(1, self.fees)
        self.assertEqual(len(self.campaign.message_ids), count, "what fits is told nobody")

    def test_refused_with_a_change_request_that_makes_room(self):
        """1,500 more of print, and 4,500 in all: print needs 6,000 + 500, and all of it fits."""
        self.policy("kind", "ask")
        with self.assertRaises(RedirectWarning) as caught, self.env.cr.savepoint():
            self.commit(1500, self.print)
        message, action, button = caught.exception.args[:3]
        self.assertIn("500.00 more than what is left for Paper", message)
        self.assertEqual((action["res_model"], button), ("crm.campaign.change", "Ask for a change"))
        changes = self.env["crm.campaign.change"].with_user(self.mara)
        form = Form(changes.with_context(**action["context"]))
        form.reason = "A second flyer"
        change = form.save()
        asked = {line.kind_id: line.amount for line in change.line_ids}
        self.assertEqual((change.campaign_id, asked), (self.campaign, {self.print: 6500}))
        change.action_ask()
        self._approve(change.approval_ids, self.rita, self.otto)
        self.assertEqual(self.commit(1500, self.print).amount, 1500)

    def test_who_may_not_ask_is_told_to(self):
        self.policy("total", "ask")
        costs = self.env["crm.campaign.cost"].with_user(self.cara)
        with self.assertRaisesRegex(UserError, "Ask for a change of the budget first"):
            costs.create({"campaign_id": self.campaign.id, "amount": 4001, "stage": "committed"})

    def test_after_it_is_finished_its_last_bills_are_still_ordered(self):
        self.campaign._set_phase("running")
        self.campaign._set_phase("finished")
        self.assertEqual(self.commit(1000, self.print).amount, 1000)

    def test_set_in_the_settings(self):
        settings = self.env["res.config.settings"].create({"campaign_budget_scope": "kind"})
        settings.execute()
        self.assertEqual(self.env.company.campaign_budget_scope, "kind")
