from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Date
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_campaign import MODULE, CampaignCase


class ApprovalCase(CampaignCase):
    """Spring asks for 9,000: print 6,000 and fees 3,000.

    Above 5,000 rita (substitute rolf) decides, then otto; neither has a role in campaigns.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rita, cls.rolf, cls.otto = (
            cls._user(name, "base.group_user") for name in ("rita_ap", "rolf_ap", "otto_ap")
        )
        cls.print, cls.fees = cls.env["crm.campaign.cost.kind"].create(
            [{"name": "Paper"}, {"name": "Fees"}]
        )
        cls.Rule = cls.env["crm.campaign.approval.rule"]
        cls.Rule.search([]).active = False
        cls.rule = cls.Rule.create(
            {
                "name": "Above 5,000",
                "least": 5000,
                "step_ids": [
                    Command.create(
                        {"sequence": 1, "user_id": cls.rita.id, "substitute_id": cls.rolf.id}
                    ),
                    Command.create({"sequence": 2, "user_id": cls.otto.id, "days": 5}),
                ],
            }
        )
        cls._plan(cls.campaign, {cls.print: 6000, cls.fees: 3000})

    @classmethod
    def _plan(cls, campaign, budget):
        campaign.budget_ids = [
            Command.create({"kind_id": kind.id, "amount": amount})
            for kind, amount in budget.items()
        ]

    def _apply(self, campaign=None):
        campaign = campaign or self.campaign
        campaign.with_user(self.mara).action_apply()
        return campaign.approval_ids.sorted("id")[-1:]

    def _approve(self, one, *users):
        for user in users:
            one.with_user(user).action_approve()

    def _approved(self):
        self._approve(self._apply(), self.rita, self.otto)

    def _spend(self, amount, **values):
        return (
            self.env["crm.campaign.cost"]
            .with_user(self.mara)
            .create({"campaign_id": self.campaign.id, "amount": amount, **values})
        )


@tagged("post_install", "-at_install")
class TestApproval(ApprovalCase):
    """ROI-1: application and approval."""

    def test_two_steps_in_order(self):
        one = self._apply()
        self.assertEqual((self.campaign.phase, one.amount), ("submitted", 9000))
        self.assertEqual((one.approver_id, one.substitute_id), (self.rita, self.rolf))
        self.assertEqual(one.activity_ids.user_id, self.rita)
        with self.assertRaisesRegex(AccessError, "decision of rita_ap"):
            one.with_user(self.otto).action_approve()
        self._approve(one, self.rita)
        self.assertEqual((one.state, one.approver_id), ("waiting", self.otto))
        self.assertEqual(one.deadline, Date.context_today(one) + timedelta(days=5))
        self.assertEqual(self.campaign.phase, "submitted")
        self._approve(one, self.otto)
        self.assertEqual((one.state, self.campaign.phase), ("approved", "approved"))
        self.assertEqual(one.step_ids.mapped("decided_by"), self.rita | self.otto)

    def test_each_step_has_its_days_from_when_it_waits(self):
        """D9: rita has three days from 1 March; she takes ten, otto has five from 11 March."""
        with freeze_time("2026-03-01 10:00:00"):
            one = self._apply()
        self.assertEqual(one.deadline, Date.to_date("2026-03-04"))
        self.assertEqual(one.step_ids.mapped("deadline"), [Date.to_date("2026-03-04"), False])
        with freeze_time("2026-03-11 10:00:00"):
            self._approve(one, self.rita)
        self.assertEqual(one.deadline, Date.to_date("2026-03-16"))
        self.assertEqual(one.activity_ids.date_deadline, Date.to_date("2026-03-16"))

    def test_the_amount_says_who_decides(self):
        """4,999 is below the rule: the marketing managers decide, here mona."""
        for user in self.env.ref(f"{MODULE}.group_campaign_manager").all_user_ids - self.mona:
            user.active = False
        small = self._campaign("Small")
        self._plan(small, {self.print: 4999})
        one = self._apply(small)
        self.assertEqual(one.approver_id, self.mona)
        other = self._campaign("Exactly")
        self._plan(other, {self.print: 5000})
        self.assertEqual(self._apply(other).approver_id, self.rita)

    def test_a_rule_for_the_kind_comes_first(self):
        self.Rule.create(
            {
                "name": "Mailings",
                "least": 5000,
                "kind_ids": self.kind.ids,
                "step_ids": [Command.create({"user_id": self.otto.id})],
            }
        )
        self.assertEqual(self._apply().step_ids.user_id, self.otto)

    def test_nobody_approves_his_own(self):
        self.campaign.user_id = self.rita
        one = self._apply()
        self.assertEqual(one.approver_id, self.rolf, "the substitute decides instead")
        with self.assertRaisesRegex(AccessError, "own campaign"):
            one.with_user(self.mara).action_approve()
        self.campaign.user_id = self.rolf
        with self.assertRaisesRegex(AccessError, "own campaign"):
            one.with_user(self.rolf).action_approve()

    def test_without_anybody_who_may_decide(self):
        self.campaign.user_id = self.otto
        with self.assertRaisesRegex(UserError, "otto_ap .*cannot decide"):
            self._apply()

    def test_a_substitute_decides(self):
        one = self._apply()
        self._approve(one, self.rolf, self.otto)
        self.assertEqual(one.state, "approved")
        self.assertEqual(one.step_ids[0].decided_by, self.rolf)

    def test_a_refusal_says_why_and_goes_back_to_the_draft(self):
        one = self._apply()
        with self.assertRaisesRegex(UserError, "Say why"):
            one.with_user(self.rita).action_refuse("  ")
        wizard = self.env["crm.campaign.approval.refuse"].with_user(self.rita)
        wizard.create({"approval_id": one.id, "reason": "Too early"}).action_refuse()
        self.assertEqual((one.state, self.campaign.phase), ("refused", "draft"))
        self.assertIn("Too early", self.campaign.message_ids[:1].body)
        self.assertIn(self.mara.partner_id, self.campaign.message_ids[:1].partner_ids)
        self.campaign.with_user(self.mara).budget_ids[0].amount = 100
        self.assertEqual(self._apply().amount, 100 + self.campaign.budget_ids[1].amount)
        self.assertEqual(len(self.campaign.approval_ids), 2)

    def test_withdrawal(self):
        one = self._apply()
        with self.assertRaisesRegex(AccessError, "Only mara"):
            one.with_user(self.max).action_withdraw()
        self.campaign.with_user(self.mara).action_withdraw()
        self.assertEqual((one.state, self.campaign.phase), ("withdrawn", "draft"))
        self.assertFalse(one.activity_ids)
        with self.assertRaisesRegex(AccessError, "decided already"):
            one.with_user(self.rita).action_approve()

    def test_a_cancelled_campaign_waits_for_nobody(self):
        one = self._apply()
        self.campaign.with_user(self.mara).action_cancel()
        self.assertEqual((one.state, self.campaign.phase), ("withdrawn", "cancelled"))

    def test_of_two_who_decide_the_second_is_told(self):
        """The button names its step: a second click does not decide the next one."""
        self.rule.step_ids[1].write({"user_id": self.rolf.id})
        one = self._apply()
        seen = one.with_user(self.rolf).with_context(approval_step=one.step_id.id)
        self._approve(one, self.rita)
        with self.assertRaisesRegex(UserError, "Read the page again"):
            seen.action_approve()
        self.assertEqual(one.state, "waiting")

    def test_while_somebody_decides_others_are_told(self):
        """Another transaction holds the row: the second one does not wait and decides nothing."""
        one = self._apply()
        error = LockError("locked")
        with (
            patch.object(type(one), "lock_for_update", side_effect=error),
            self.assertRaisesRegex(UserError, "right now"),
        ):
            one.with_user(self.rita).action_approve()
        self.assertEqual(one.step_id.state, "waiting")

    def test_dates_and_budget_stay_as_applied_for(self):
        self._apply()
        campaign = self.campaign.with_user(self.mara)
        with self.assertRaisesRegex(UserError, "ask for a change"):
            campaign.date_end = "2026-06-30"
        for change in (
            lambda: campaign.budget_ids[0].write({"amount": 1}),
            campaign.budget_ids[0].unlink,
            lambda: campaign.budget_ids.create(
                {"campaign_id": campaign.id, "kind_id": self._kind().id, "amount": 1}
            ),
        ):
            with self.assertRaisesRegex(UserError, "ask for a change"):
                change()
        with self.assertRaisesRegex(UserError, "archive it"):
            self.campaign.unlink()

    def _kind(self):
        return self.env["crm.campaign.cost.kind"].sudo().create({"name": "Gifts"})

    def test_overdue_decisions_go_to_the_substitute_once(self):
        one = self._apply()
        one.step_id.deadline = Date.context_today(one) - timedelta(days=1)
        for _run in range(2):
            self.env["crm.campaign.approval"]._cron_escalate()
        self.assertEqual(one.activity_ids.mapped("user_id"), self.rita | self.rolf)
        self.assertEqual(len(one.activity_ids), 2)
        self._approve(one, self.rolf)
        one.step_id.deadline = Date.context_today(one) - timedelta(days=1)
        self.env["crm.campaign.approval"]._cron_escalate()
        self.assertIn(self.mara, one.activity_ids.user_id, "nobody else: who asked is told")

    def test_approvers_read_what_was_asked_and_nothing_else(self):
        """rita has no role: she sees brief, dates and the budget by cost kind of her approvals."""
        self.campaign.brief = "<p>Win back</p>"
        one = self._apply()
        other = self._campaign("Other")
        self._plan(other, {self.print: 10})
        hidden = self._apply(other)
        approvals = self.env["crm.campaign.approval"].with_user(self.rita)
        self.assertEqual(approvals.search([]), one)
        seen = one.with_user(self.rita)
        self.assertIn("Win back", seen.brief)
        amounts = {line.kind_id: line.amount for line in seen.line_ids}
        self.assertEqual(amounts, {self.print: 6000, self.fees: 3000})
        self.assertTrue(seen.can_decide)
        self.assertFalse(one.with_user(self.otto).can_decide)
        with self.assertRaises(AccessError):
            hidden.with_user(self.rita).check_access("read")
        with self.assertRaises(AccessError):
            seen.campaign_id.budget_ids.mapped("amount")
        self.assertFalse(approvals.with_user(self.emma).search([]))
        self.assertFalse(self.env["crm.campaign.approval.line"].with_user(self.emma).search([]))
        self.assertFalse(self.env["crm.campaign.approval.step"].with_user(self.emma).search([]))

    def test_the_form_opens_for_an_approver(self):
        with Form(self._apply().with_user(self.rita)) as form:
            self.assertEqual(form.amount, 9000)

    def test_rows_cannot_be_forged(self):
        one = self._apply()
        values = {"campaign_id": self.campaign.id, "state": "approved"}
        for user in (self.emma, self.mara, self.mona, self.ada):
            for model, row in (
                ("crm.campaign.approval", values),
                ("crm.campaign.approval.step", {"approval_id": one.id, "user_id": user.id}),
                ("crm.campaign.approval.line", {"approval_id": one.id, "kind_id": self.fees.id}),
                ("crm.campaign.settlement", {"campaign_id": self.campaign.id}),
            ):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).create(row)
            with self.assertRaises(AccessError):
                one.with_user(user).write({"state": "approved"})
            with self.assertRaises(AccessError):
                one.step_ids.with_user(user).write({"state": "approved"})

    def test_another_company_sees_nothing(self):
        one = self._apply()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        eve = self._user(
            "eve_other",
            f"{MODULE}.group_campaign_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for model in ("approval", "approval.step", "approval.line", "budget"):
            found = self.env[f"crm.campaign.{model}"].with_user(eve).search([])
            self.assertFalse(found, model)
        with self.assertRaises(AccessError):
            one.with_user(eve).action_approve()


@tagged("post_install", "-at_install")
class TestChange(ApprovalCase):
    """ROI-1: change requests and the budget check."""

    def setUp(self):
        super().setUp()
        self._approved()

    def _change(self, **values):
        return (
            self.env["crm.campaign.change"]
            .with_user(self.mara)
            .create({"campaign_id": self.campaign.id, "reason": "A second hall", **values})
        )

    def test_budget_and_end_change_when_it_is_approved(self):
        """9,000 − 3,000 + 4,500 = 10,500."""
        line = Command.create({"kind_id": self.fees.id, "amount": 4500})
        change = self._change(line_ids=[line], date_end="2026-05-31")
        self.assertEqual(change.amount, 10500)
        change.action_ask()
        one = change.approval_ids
        self.assertEqual((one.amount, one.subject), (10500, "change"))
        asked = {line.kind_id: (line.before, line.amount) for line in one.line_ids}
        self.assertEqual(asked, {self.print: (6000, 6000), self.fees: (3000, 4500)})
        self.assertEqual(one.date_end, Date.to_date("2026-05-31"))
        self.assertEqual(self.campaign.budget_total, 9000)
        self._approve(one, self.rita, self.otto)
        self.assertEqual((change.state, self.campaign.phase), ("approved", "approved"))
        self.assertEqual(self.campaign.budget_total, 10500)
        self.assertEqual(change.line_ids.before, 3000)
        self.assertEqual(self.campaign.date_end, Date.to_date("2026-05-31"))
        self.assertEqual(change.date_end_before, Date.to_date("2026-04-30"))

    def test_a_refused_change_changes_nothing(self):
        change = self._change(date_end="2026-05-31")
        change.action_ask()
        change.approval_ids.with_user(self.rita).action_refuse("No")
        self.assertEqual((change.state, self.campaign.phase), ("refused", "approved"))
        self.assertEqual(self.campaign.date_end, Date.to_date("2026-04-30"))

    def test_what_was_asked_stays_as_it_was_asked(self):
        line = Command.create({"kind_id": self.fees.id, "amount": 4500})
        change = self._change(line_ids=[line], state="approved")
        self.assertEqual(change.state, "draft", "a change begins as a draft, whatever is asked")
        change.write({"state": "approved"})
        self.assertEqual(change.state, "draft")
        change.action_ask()
        for forge in (
            lambda: change.write({"date_end": "2026-12-31"}),
            lambda: change.line_ids.write({"amount": 1}),
            change.line_ids.unlink,
            change.unlink,
            change.action_ask,
        ):
            with self.assertRaisesRegex(UserError, "asked for already"):
                forge()
        change.action_withdraw()
        self.assertEqual((change.state, self.campaign.phase), ("withdrawn", "approved"))

    def test_the_flow_says_whose_decision_is_waited_for(self):
        change = self._change(date_end="2026-05-31")
        change.action_ask()
        [step] = self.campaign.with_user(self.mara).get_flow()["steps"]
        self.assertEqual(
            (step["model"], step["id"], step["name"], step["who"]),
            ("crm.campaign.approval", change.approval_ids.id, "A second hall", self.rita.name),
        )

    def test_one_change_waits_at_a_time(self):
        """D8: fees 3,000 → 4,500 and print 6,000 → 8,000 beside each other would be 12,500, of
        which nobody was asked for more than 11,000; after the first it is asked for as a whole.
        """
        first = self._change(line_ids=[Command.create({"kind_id": self.fees.id, "amount": 4500})])
        second = self._change(
            reason="Paper", line_ids=[Command.create({"kind_id": self.print.id, "amount": 8000})]
        )
        first.action_ask()
        with self.assertRaisesRegex(UserError, "“A second hall” still waits"):
            second.action_ask()
        self.assertEqual((second.state, len(second.approval_ids)), ("draft", 0))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            second.sudo().state = "waiting"
            self.env.flush_all()
        second.invalidate_recordset()
        self._approve(first.approval_ids, self.rita, self.otto)
        second.action_ask()
        self.assertEqual(second.approval_ids.amount, 12500)
        self._approve(second.approval_ids, self.rita, self.otto)
        self.assertEqual(self.campaign.budget_total, 12500)

    def test_nothing_to_change_is_not_asked(self):
        with self.assertRaisesRegex(UserError, "what shall change"):
            self._change().action_ask()

    def test_a_finished_campaign_has_no_open_change(self):
        change = self._change(date_end="2026-05-31")
        change.action_ask()
        self.campaign.with_user(self.mara).action_start()
        self.assertEqual(change.state, "waiting")
        self.campaign.with_user(self.mara).action_finish()
        self.assertEqual((change.state, change.approval_ids.state), ("withdrawn", "withdrawn"))

    def test_commitments_beyond_the_budget_are_refused(self):
        """Of 9,000: 5,000 spent and 4,000 committed fit, one more does not."""
        self._spend(5000)
        committed = self._spend(4000, stage="committed")
        for beyond in (
            lambda: self._spend(1, stage="committed"),
            lambda: committed.write({"amount": 4001}),
        ):
            refused = self.assertRaisesRegex(UserError, r"1.00 more .*Ask for a change")
            with refused, self.env.cr.savepoint():
                beyond()
        committed.amount = 4000
        self.assertEqual(self.campaign._budget_total(), 9000)
        self.assertEqual(self.campaign._budget_by_kind(), {self.print.id: 6000, self.fees.id: 3000})
        self.assertEqual(self._spend(100).stage, "actual", "what was paid was paid")

    def test_nothing_is_committed_before_the_approval(self):
        draft = self._campaign("Draft")
        self._plan(draft, {self.print: 100})
        self.assertIsNone(draft._budget_total())
        with self.assertRaisesRegex(UserError, "not approved"):
            self._spend(1, campaign_id=draft.id, stage="committed")

    def test_the_budget_page_shows_plan_committed_and_actual(self):
        """Print: 6,000 planned, 1,000 committed, 2,000 actual: 3,000 left, half used."""
        self._spend(1000, kind_id=self.print.id, stage="committed")
        self._spend(2000, kind_id=self.print.id)
        self._spend(70)
        line = self.campaign.budget_ids.filtered(lambda one: one.kind_id == self.print)
        self.assertEqual((line.committed, line.spent, line.left), (1000, 2000, 3000))
        self.assertEqual(line.used, 50)
        self.assertEqual(self.campaign.cost_unplanned, 70)


@tagged("post_install", "-at_install")
class TestSettlement(ApprovalCase):
    """ROI-1: settlement."""

    def setUp(self):
        super().setUp()
        self._approved()
        self.campaign.with_user(self.mara).action_start()

    def _settlement(self):
        self.campaign.with_user(self.mara).action_finish()
        action = self.campaign.with_user(self.mara).action_settle()
        return self.env["crm.campaign.settlement"].browse(action["res_id"]).with_user(self.mona)

    def test_large_differences_need_a_reason(self):
        """Print 6,000 → 6,600 is 10 %: fine; fees 3,000 → 2,699 is more than 10 % less."""
        self._spend(6600, kind_id=self.print.id)
        self._spend(2699, kind_id=self.fees.id)
        one = self._settlement()
        self.assertEqual((one.planned, one.actual, one.difference), (9000, 9299, 299))
        with self.assertRaisesRegex(UserError, "differ so much: Fees"):
            one.action_close()
        one.line_ids.filtered("far").reason = "Two speakers spoke for free"
        with self.assertRaisesRegex(AccessError, "marketing managers"):
            one.with_user(self.mara).action_close()
        one.action_close()
        self.assertEqual((one.state, self.campaign.phase), ("done", "settled"))
        self.assertEqual(one.closed_by, self.mona)

    def test_what_is_committed_is_paid_or_removed_first(self):
        self._spend(6000, kind_id=self.print.id)
        committed = self._spend(3000, kind_id=self.fees.id, stage="committed")
        one = self._settlement()
        one.line_ids.filtered("far").reason = "Not billed yet"
        with self.assertRaisesRegex(UserError, "committed"):
            one.action_close()
        committed.stage = "actual"
        one.action_close()
        self.assertEqual(self.campaign.phase, "settled")

    def test_a_settled_campaign_stays(self):
        cost = self._spend(6000, kind_id=self.print.id)
        self._spend(3000, kind_id=self.fees.id)
        one = self._settlement()
        one.action_close()
        campaign = self.campaign.with_user(self.mona)
        for change in (
            lambda: campaign.write({"date_end": "2026-12-31"}),
            lambda: campaign.write({"window_months": 9}),
            lambda: cost.write({"amount": 1}),
            lambda: self._spend(1),
            lambda: one.write({"lessons": "Later"}),
            lambda: one.line_ids[0].write({"reason": "Later"}),
        ):
            with self.assertRaises(UserError):
                change()
        with self.assertRaisesRegex(UserError, "archive it"):
            self.campaign.unlink()

    def test_figures_are_not_entered(self):
        one = self._settlement()
        for forge in (
            lambda: one.write({"state": "done"}),
            lambda: one.line_ids[0].write({"actual": 1}),
            lambda: one.line_ids[0].write({"far": False}),
        ):
            with self.assertRaisesRegex(UserError, "come from plan and cost"):
                forge()

    def test_it_is_settled_when_it_is_finished(self):
        with self.assertRaisesRegex(UserError, "Finish the campaign"):
            self.campaign.with_user(self.mara).action_settle()


@tagged("post_install", "-at_install")
class TestTemplates(ApprovalCase):
    """ROI-1: copies carry the plan and nothing of the life."""

    def test_what_a_copy_carries(self):
        self.campaign.write(
            {
                "brief": "<p>Win back</p>",
                "target_revenue": 1000,
                "code": "SPRING26",
                "variant_ids": [Command.create({"name": "A", "share": 50})],
            }
        )
        audience = self.env["crm.campaign.audience"].create({"name": "Silent"})
        self.campaign.audience_ids = audience
        self._approved()
        self._spend(100)
        self.env["crm.campaign.target"].create(
            {"campaign_id": self.campaign.id, "partner_id": self.mara.partner_id.id}
        )
        copy = self.campaign.copy()
        budget = {line.kind_id: line.amount for line in copy.budget_ids}
        self.assertEqual(budget, {self.print: 6000, self.fees: 3000})
        self.assertEqual(copy.variant_ids.mapped("name"), ["A"])
        self.assertEqual(copy.audience_ids, audience)
        self.assertEqual((copy.target_revenue, copy.brief), (1000, self.campaign.brief))
        life = copy.target_ids or copy.cost_ids or copy.approval_ids or copy.change_ids
        self.assertFalse(life or copy.settlement_ids or copy.code or copy.date_published)
        self.assertEqual(copy.phase, "draft")
        self.assertNotEqual(copy.draw_seed, self.campaign.draw_seed)

    def test_a_campaign_of_a_template_begins_today_and_lasts_as_long(self):
        """1 March to 30 April are 60 days from the first to the last."""
        self.campaign.is_template = True
        with self.assertRaisesRegex(UserError, "template is not applied for"):
            self._apply()
        action = self.campaign.with_user(self.max).action_copy_template()
        copy = self.env["utm.campaign"].browse(action["res_id"])
        self.assertEqual(copy.date_start, Date.context_today(copy))
        self.assertEqual(copy.date_end - copy.date_start, timedelta(days=60))
        self.assertEqual((copy.user_id, copy.budget_total), (self.max, 9000))

    def test_the_timeline_shows_what_lies_in_the_year(self):
        self._campaign("Late", date_start="2027-01-01", date_end="2027-02-01")
        self._campaign("Across", date_start="2025-12-01", date_end="2026-01-01", kind_id=False)
        self._campaign("Pattern", is_template=True)
        rows = (
            self.env["utm.campaign"]
            .with_user(self.mara)
            .get_timeline("2026-01-01", "2026-12-31", "kind_id")
        )
        rows = [row for row in rows if row["title"] in ("Late", "Across", "Pattern", "Spring")]
        self.assertEqual([row["title"] for row in rows], ["Across", "Spring"])
        self.assertFalse(rows[0]["group"])
        self.assertEqual(rows[1]["group"], [self.kind.id, self.kind.display_name])
        self.assertEqual((rows[1]["start"], rows[1]["end"]), ("2026-03-01", "2026-04-30"))
        with self.assertRaises(AccessError):
            self.env["utm.campaign"].with_user(self.emma).get_timeline(
                "2026-01-01", "2026-12-31", "kind_id"
            )
