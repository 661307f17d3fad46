from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.crm_campaign_roi.tests.common_campaign import MODULE
from odoo.addons.crm_campaign_roi.tests.common_costs import SpendingCase


class ExpenseCase(SpendingCase):
    """Erik travels, eva approves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("hr_expense.group_hr_expense_manager")
        cls.eva = cls.make_user("eva_approves", "hr_expense.group_hr_expense_manager")
        cls.erik = cls.make_user("erik_travels", "base.group_user")
        cls.employee = cls.env["hr.employee"].create(
            {
                "name": "Erik",
                "user_id": cls.erik.id,
                "expense_manager_id": cls.eva.id,
                "company_id": cls.company.id,
                "work_contact_id": cls.erik.partner_id.id,
            }
        )
        cls.travel = cls._service("Travel", can_be_expensed=True)

    @classmethod
    def spent(cls, amount, share=100, submit=True, **values):
        """An expense of erik's, *share* per cent for spring's account."""
        expense = cls.env["hr.expense"].create(
            {
                "name": "Train to the fair",
                "employee_id": cls.employee.id,
                "manager_id": cls.eva.id,
                "product_id": cls.travel.id,
                "total_amount_currency": amount,
                "date": "2026-03-05",
                "company_id": cls.company.id,
                "tax_ids": [Command.clear()],
                **cls._for_spring(share),
                **values,
            }
        )
        if submit:
            expense.action_submit()
        return expense

    @classmethod
    def approve(cls, expense):
        expense.with_user(cls.eva)._do_approve()  # past the question about twins


@tagged("post_install", "-at_install")
class TestExpenseCosts(ExpenseCase):
    """ROI-2: expenses are committed when submitted, actual when posted, never both."""

    own_plan = True

    def test_from_the_draft_to_the_ledger(self):
        """Of 200, 60 % are for spring: 120."""
        expense = self.spent(200.0, share=60, submit=False)
        self.assertEqual(self.staged(), {})
        expense.action_submit()
        self.assertEqual(self.staged(), {"committed": 120.0})
        cost = self.Cost.search([("campaign_id", "=", self.spring.id)])
        self.assertEqual((cost.source, cost.kind_id), ("expense", self.printing))
        self.assertEqual(cost.action_open_document()["res_id"], expense.id)
        self.approve(expense)
        self.assertEqual(self.staged(), {"committed": 120.0})
        expense._post_without_wizard()
        self.assertEqual(expense.account_move_id.state, "posted")
        self.assertEqual(self.staged(), {"actual": 120.0})
        cost = self.Cost.search([("campaign_id", "=", self.spring.id)])
        self.assertEqual((cost.source, cost.move_id), ("bill", expense.account_move_id))

    def test_an_entry_that_is_a_draft_again(self):
        expense = self.spent(200.0)
        self.approve(expense)
        expense._post_without_wizard()
        expense.account_move_id.button_draft()
        self.assertEqual(self.staged(), {"committed": 200.0})

    def test_an_expense_that_names_the_campaign(self):
        """Two of one employee in one entry; the cost does not tell his name."""
        expenses = self.spent(200.0, share=0, campaign_id=self.spring.id)
        expenses |= self.spent(70.0, share=0, campaign_id=self.summer.id)
        self.assertEqual(expenses[0].campaign_ids, self.spring)
        self._approve(self.summer, 70.0)
        for expense in expenses:
            self.approve(expense)
        expenses._post_without_wizard()
        self.assertEqual(len(expenses.account_move_id), 1)
        self.assertEqual(self.staged(), {"actual": 200.0})
        self.assertEqual(self.staged(self.summer), {"actual": 70.0})
        cost = self.Cost.search([("campaign_id", "=", self.spring.id)])
        self.assertEqual(cost.name, "Train to the fair")

    def test_paid_by_the_company(self):
        expense = self.spent(200.0, payment_mode="company_account")
        self.approve(expense)
        self.assertEqual(self.staged(), {"committed": 200.0})
        expense.action_post()
        self.assertEqual(expense.state, "paid")
        self.assertEqual(self.staged(), {"actual": 200.0})

    def test_refused_reset_and_deleted(self):
        mine = [("campaign_id", "=", self.spring.id)]
        expense = self.spent(200.0)
        self.assertEqual(self.Cost.search(mine).amount, 200.0, "at once, not at night")
        expense.with_user(self.eva)._do_refuse("No")
        self.assertFalse(self.Cost.search(mine))
        again = self.spent(50.0)
        again.action_reset()
        self.assertFalse(self.Cost.search(mine))
        again.action_submit()
        again.unlink()
        self.assertFalse(self.Cost.search(mine))

    def test_an_entry_that_was_taken_back(self):
        """1,000 of 1,000: the entry and its reversal come to nothing, the approval stands."""
        expense = self.spent(1_000.0)
        self.approve(expense)
        expense._post_without_wizard()
        self.Cost._fill()
        expense.account_move_id._reverse_moves([{"invoice_date": "2026-03-09"}], cancel=True)
        self.assertEqual(expense.state, "approved")
        self.assertEqual(self.staged(), {"actual": 0.0, "committed": 1_000.0})

    def test_taxes_that_are_not_deductible(self):
        """Expenses are with tax: 120 at 20 % are 100 and 20, of which 10 have no account: 110."""
        tax = self._half_tax()
        for values in ({"share": 100}, {"share": 0, "campaign_id": self.spring.id}):
            before = self.staged().get("actual", 0.0)
            expense = self.spent(120.0, tax_ids=[Command.set(tax.ids)], **values)
            self.assertEqual(self.staged()["committed"], 110.0)
            self.approve(expense)
            expense._post_without_wizard()
            self.assertEqual(self.staged(), {"actual": before + 110.0})

    def test_in_another_currency(self):
        """Half a euro to the dollar: 100 euros are 200 dollars."""
        self._two_dollars_a_euro()
        self.spent(100.0, currency_id=self.euro.id)
        self.assertEqual(self.staged(), {"committed": 200.0})

    def test_a_currency_without_a_rate(self):
        expense = self.spent(100.0, currency_id=self._without_rate().id)
        with self.assertRaisesRegex(UserError, "no rate of QQQ"), self.env.cr.savepoint():
            self.approve(expense)
        expense.invalidate_recordset()
        self.assertEqual((expense.state, expense.total_amount_currency), ("submitted", 100.0))

    def test_queries_do_not_grow_with_expenses(self):
        for _number in range(2):
            self.spent(1.0)
        self._queries_of_fill()  # fills the caches that outlive a transaction
        few = self._queries_of_fill()
        for _number in range(18):
            self.spent(1.0)
        self.assertEqual(self.staged(), {"committed": 20.0})
        self.assertEqual(self._queries_of_fill(), few)


@tagged("post_install", "-at_install")
class TestExpenseBudget(ExpenseCase):
    """ROI-1: the budget is asked when an expense is approved."""

    def test_beyond_the_budget(self):
        """Submitted it stands there; approved it must fit into 1,000."""
        expense = self.spent(1_001.0)
        self.assertEqual(self.staged(), {"committed": 1_001.0})
        with self.assertRaisesRegex(UserError, "1.00 more than"), self.env.cr.savepoint():
            self.approve(expense)
        expense.invalidate_recordset()
        self.assertEqual(expense.state, "submitted")
        expense.total_amount_currency = 1_000.0
        self.approve(expense)
        self.assertEqual(expense.state, "approved")

    def test_companies_that_only_want_to_be_told(self):
        self.company.campaign_budget_action = "warn"
        expense = self.spent(1_001.0)
        self.approve(expense)
        self.assertEqual(expense.state, "approved")
        self.assertIn("1.00 more than what is left", self.spring.message_ids[:1].body)

    def test_a_campaign_that_was_not_approved(self):
        expense = self.spent(1.0, share=0, campaign_id=self.summer.id)
        with self.assertRaisesRegex(UserError, "Summer is not approved"):
            self.approve(expense)

    def test_who_travels_sees_the_campaign_and_no_costs(self):
        expense = self.spent(100.0, share=0, campaign_id=self.spring.id)
        mine = expense.with_user(self.erik)
        self.assertEqual(mine.campaign_ids, self.spring)
        self.assertEqual(
            self.env["hr.expense"]
            .with_user(self.erik)
            .search([("campaign_ids", "in", self.spring.ids)]),
            mine,
        )
        with self.assertRaises(AccessError):
            self.Cost.with_user(self.erik).search([])

    def test_marketers_see_the_cost_and_no_expense(self):
        self.spent(100.0)
        marketer = self.make_user("mara_spends", f"{MODULE}.group_campaign_user")
        self.assertEqual(self.spring.with_user(marketer).cost_committed, 100.0)
        cost = self.spring.with_user(marketer).cost_ids
        self.assertEqual((cost.name, cost.amount), ("Train to the fair", 100.0))
        expense = self.env["hr.expense"].with_user(marketer).browse(cost.res_id)
        self.assertFalse(expense.has_access("read"))

    def test_another_company_sees_nothing(self):
        self.spent(100.0)
        other = self._from_abroad("other_spends", f"{MODULE}.group_campaign_controller")
        self.assertFalse(self.Cost.with_user(other).search([("campaign_id", "=", self.spring.id)]))

    def test_who_asks_for_hours_reads_no_expense(self):
        """ROI-2: the taxes of every open expense are not worked out for an hour."""
        for source, asked in (("hours", []), ("expense", [self.spring])):
            found = self._asked_by_fill("hr.expense", "_campaign_expenses", {source})
            self.assertEqual(found, asked)

    def test_a_campaign_with_expenses_is_not_deleted(self):
        self.spent(1.0, share=0, submit=False, campaign_id=self.summer.id)
        with self.assertRaisesRegex(UserError, "Summer has expenses: archive it"):
            self.summer.unlink()
