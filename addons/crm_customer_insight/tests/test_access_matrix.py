"""Every model and public method of the addon against every role: nothing is left to chance.

A model or method that is added without a line here fails, so that its rights are decided.
"""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_access import INHERITED, AccessMatrix
from .common_accounts import AccountsCase
from .matrix_parts import PARTS

MODULE = "crm_customer_insight"
ROLES = ("visitor", "portal", "employee", "salesperson", "analyst", "manager", "administrator")

# model: operations of visitor, portal, employee, salesperson, analyst, manager, administrator.
# Leads, and so their decision chains, belong to sales: analysts read figures, not deals.
MATRIX = {
    "crm.contact.channel": ("", "", "r", "r", "r", "r", "rwcu"),
    "crm.contact.channel.rate": ("", "", "", "", "r", "r", "rwcu"),
    "crm.contact.number": ("", "", "r", "rwcu", "rwcu", "rwcu", "rwcu"),
    "crm.contact.permission": ("", "", "", "rwc", "rwc", "rwcu", "rwcu"),
    "crm.contact.pressure.rule": ("", "", "", "r", "r", "r", "rwcu"),
    "crm.customer.dirty": ("", "", "", "", "", "", "r"),
    "crm.customer.month": ("", "", "", "r", "r", "r", "r"),
    "crm.customer.selection": ("", "", "", "rwcu", "rwcu", "rwcu", "rwcu"),
    "crm.customer.snapshot": ("", "", "", "r", "r", "r", "r"),
    "crm.key.account": ("", "", "", "r", "r", "rwcu", "rwcu"),
    "crm.key.account.goal": ("", "", "", "rw", "rw", "rwcu", "rwcu"),
    "crm.key.account.member": ("", "", "", "r", "r", "rwcu", "rwcu"),
    "crm.lead.stakeholder": ("", "", "", "rwcu", "", "", ""),
    "crm.next.action.snooze": ("", "", "", "rwcu", "rwcu", "rwcu", "rwcu"),
    "crm.overhead.pool": ("", "", "", "", "r", "r", "rwcu"),
    "crm.profile.attribute": ("", "", "r", "r", "r", "r", "rwcu"),
    "crm.profile.attribute.option": ("", "", "r", "r", "r", "r", "rwcu"),
    "crm.profile.value": ("", "", "", "rwc", "rwc", "rwcu", "rwcu"),
    "crm.referral": ("", "", "", "rwc", "rwc", "rwcu", "rwcu"),
    "crm.referral.report": ("", "", "", "r", "r", "r", "r"),
    "crm.tier.migration": ("", "", "", "r", "r", "r", "r"),
    "crm.touchpoint": ("", "", "", "r", "r", "r", "r"),
    "crm.touchpoint.fill": ("", "", "", "", "r", "r", "rw"),
    "crm.value.setting": ("", "", "", "", "r", "r", "rwcu"),
    "crm.value.state": ("", "", "", "r", "r", "r", "r"),
}

PARTNER = "res.partner"
FACT = {"fact": "revenue", "operator": ">", "value": 0}
# Public methods that any remote caller may name, with the arguments of a curious customer who
# knows the ids. "self" stands for the records of the test, the number for his own contact.
METHODS = {
    ("crm.contact.number", "find_caller"): ["0100000037"],
    ("crm.customer.fact", "count_customers"): [FACT],
    ("crm.customer.fact", "get_facts"): [],
    ("crm.customer.selection", "action_open_customers"): ["self"],
    ("crm.customer.snapshot", "action_designate_key_account"): ["self"],
    ("crm.customer.snapshot", "action_open_customer"): ["self"],
    ("crm.customer.snapshot", "action_open_history"): ["self"],
    ("crm.customer.snapshot", "action_open_invoices"): ["self"],
    ("crm.customer.snapshot", "action_open_months"): ["self"],
    ("crm.customer.snapshot", "action_refresh"): [],
    ("crm.first.steps", "get_first_steps"): [],
    ("crm.key.account", "action_end"): ["self"],
    ("crm.key.account", "action_open_partner"): ["self"],
    ("crm.key.account", "action_restart"): ["self"],
    ("crm.key.account", "action_review_done"): ["self"],
    ("crm.next.action", "execute_next_action"): ["silence", "own"],
    ("crm.next.action", "get_next_actions"): [["own"]],
    ("crm.next.action", "snooze_next_action"): ["silence", "own"],
    ("crm.profile.attribute", "action_open_values"): ["self"],
    ("crm.profile.value", "action_confirm"): ["self"],
    ("crm.profile.value", "action_open_history"): ["self"],
    ("crm.touchpoint", "action_open_source"): ["self"],
    ("crm.touchpoint", "get_timeline"): ["own"],
    ("crm.touchpoint", "get_timeline_counts"): ["own"],
    ("crm.touchpoint.fill", "action_fill_again"): ["self"],
    ("crm.touchpoint.fill", "action_fill_now"): ["self"],
    ("crm.value.dashboard", "get_value_dashboard"): [],
    ("crm.value.setting", "action_recompute"): ["self"],
    ("privacy.lookup.wizard", "action_erase_person"): ["self"],
    ("privacy.lookup.wizard.line", "action_erase"): ["self"],
    (PARTNER, "action_contact_permission_history"): ["self"],
    (PARTNER, "action_open_customer_360"): ["self"],
    (PARTNER, "action_open_key_account"): ["self"],
    (PARTNER, "action_open_referrals"): ["self"],
    (PARTNER, "find_customer_360"): ["Acme"],
    (PARTNER, "get_contact_decisions"): ["self"],
    (PARTNER, "get_customer_360"): ["own"],
}
# They name a window and a contact whom the caller knows; what the window shows has its own rights.
HARMLESS = {
    ("crm.profile.attribute", "action_open_values"),
    ("crm.profile.attribute", "action_open_values"),
    (PARTNER, "action_contact_permission_history"),
    (PARTNER, "action_open_customer_360"),
    (PARTNER, "action_open_referrals"),
}
# Who may call a method: the roles from this one on. Figures of single customers are narrowed
# further by the rules of their tables; who may erase a person administers the database.
NOBODY = "nobody"
# Analysts read all and correct only what is nobody's customer's; the customer here is Sam's.
NOT_ANALYSTS = ("salesperson", "manager", "administrator")
CALLERS = {
    ("crm.contact.number", "find_caller"): "employee",
    ("crm.customer.fact", "count_customers"): "salesperson",
    ("crm.customer.fact", "get_facts"): "salesperson",
    ("crm.customer.selection", "action_open_customers"): "salesperson",
    ("crm.customer.snapshot", "action_designate_key_account"): "manager",
    ("crm.customer.snapshot", "action_open_customer"): "salesperson",
    ("crm.customer.snapshot", "action_open_history"): "salesperson",
    ("crm.customer.snapshot", "action_open_invoices"): "salesperson",
    ("crm.customer.snapshot", "action_open_months"): "salesperson",
    ("crm.customer.snapshot", "action_refresh"): "analyst",
    ("crm.first.steps", "get_first_steps"): "salesperson",
    ("crm.key.account", "action_end"): "manager",
    ("crm.key.account", "action_open_partner"): "salesperson",
    ("crm.key.account", "action_restart"): "manager",
    ("crm.key.account", "action_review_done"): "manager",
    ("crm.next.action", "execute_next_action"): "salesperson",
    ("crm.next.action", "get_next_actions"): "salesperson",
    ("crm.next.action", "snooze_next_action"): "salesperson",
    ("crm.profile.attribute", "action_open_values"): "visitor",
    ("crm.profile.value", "action_confirm"): NOT_ANALYSTS,
    ("crm.profile.value", "action_open_history"): "salesperson",
    ("crm.touchpoint", "action_open_source"): "salesperson",
    ("crm.touchpoint", "get_timeline"): "employee",
    ("crm.touchpoint", "get_timeline_counts"): "employee",
    ("crm.touchpoint.fill", "action_fill_again"): "administrator",
    ("crm.touchpoint.fill", "action_fill_now"): "administrator",
    ("crm.value.dashboard", "get_value_dashboard"): "salesperson",
    ("crm.value.setting", "action_recompute"): "administrator",
    ("privacy.lookup.wizard", "action_erase_person"): NOBODY,
    ("privacy.lookup.wizard.line", "action_erase"): NOBODY,
    (PARTNER, "action_contact_permission_history"): "portal",
    (PARTNER, "action_open_customer_360"): "visitor",
    (PARTNER, "action_open_key_account"): "salesperson",
    (PARTNER, "action_open_referrals"): "visitor",
    (PARTNER, "find_customer_360"): "employee",
    (PARTNER, "get_contact_decisions"): "salesperson",
    (PARTNER, "get_customer_360"): "employee",
}

for part in PARTS:
    MATRIX.update(part.MATRIX)
    METHODS.update(part.METHODS)
    CALLERS.update(part.CALLERS)
    HARMLESS |= getattr(part, "HARMLESS", set())


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessMatrix, AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            "visitor": cls.env.ref("base.public_user"),
            "portal": new_test_user(cls.env, "matrix_portal", groups="base.group_portal"),
            "employee": new_test_user(cls.env, "matrix_employee", groups="base.group_user"),
            "salesperson": cls.sam,
            "analyst": cls.ann,
            "manager": cls._user("matrix_manager", f"{MODULE}.group_insight_manager"),
            "administrator": cls.ada,
        }
        cls.portal = cls.users["portal"]
        # The curious customer is a contact of Acme, so rules of contacts let him read Acme.
        cls.portal.partner_id.parent_id = cls.acme

    def test_every_model_has_a_line(self):
        self.assertEqual(self.models_of_addon(), set(MATRIX))

    def test_operations_by_role(self):
        self.assert_matrix(MATRIX, ROLES)

    # Remote calls

    def test_every_public_method_has_a_line(self):
        found = {key for key in self.public_methods() if key[1] not in INHERITED}
        self.assertEqual(found, set(METHODS))

    def record_of(self, model):
        if model == PARTNER:
            return self.acme
        if not self.env[model]._auto or model.startswith("privacy"):
            return self.env[model].browse(1)
        record = self.env[model].search([], limit=1)
        return record or self.env[model].browse(1)

    def arguments(self, model, values):
        return self.fill_in(values, self.portal.partner_id.id, self.record_of(model))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_a_portal_user_calls_each_of_them_in_vain(self):
        self._snapshot(self.acme, revenue=100)
        self._touch(self.acme, 5)
        attribute = self.env["crm.profile.attribute"].create({"name": "Motto", "code": "motto_x"})
        self.env["crm.profile.value"].create(
            {"partner_id": self.acme.id, "attribute_id": attribute.id, "value": "Onward"}
        )
        self.env["crm.key.account"].create({"partner_id": self.acme.id})
        self.env["crm.customer.selection"].create({"name": "Everybody"})
        for (model, method), values in METHODS.items():
            if (model, method) in HARMLESS:
                continue
            records = self.env[model].with_user(self.portal)
            with (
                self.subTest(model=model, method=method),
                self.assertRaises(AccessError),
                self.cr.savepoint(),
            ):
                call_kw(records, method, self.arguments(model, values), {})

    # Calls by role

    def test_every_public_method_says_who_may_call_it(self):
        self.assertEqual(set(CALLERS), set(METHODS))

    def own_records(self):
        """A record of each model that a salesperson could know: those of Acme, his customer."""
        attribute = self.env["crm.profile.attribute"].create({"name": "Motto", "code": "motto_r"})
        channel = self.env["crm.contact.channel"].search([], limit=1)
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": "Nobody", "email": "nobody.at.all@example.com"}
        )
        line = self.env["privacy.lookup.wizard.line"].create(
            {
                "wizard_id": wizard.id,
                "res_model_id": self.env["ir.model"]._get_id(PARTNER),
                "res_id": self.env[PARTNER].create({"name": "Somebody to erase"}).id,
            }
        )
        records = [
            # of a customer who is no key account yet
            self._snapshot(self._customer("Delta", self.sam), revenue=100, profit=20),
            self._touch(self.acme, 5),
            attribute,
            self.env["crm.profile.value"].create(
                {"partner_id": self.acme.id, "attribute_id": attribute.id, "value": "Onward"}
            ),
            self.env["crm.key.account"].create(
                {"partner_id": self.acme.id, "user_id": self.sam.id}
            ),
            self.env["crm.customer.selection"].create({"name": "All", "conditions": FACT}),
            self.env["crm.value.setting"].search([], limit=1)
            or self.env["crm.value.setting"].create({}),
            self.env["crm.touchpoint.fill"].search([], limit=1),
            self.acme,
            channel,
            wizard,
            line,
            *(record for part in PARTS for record in part.records(self)),
        ]
        self.env.flush_all()
        return {record._name: record for record in records}

    def answer(self, user, model, method, records):
        arguments = self.fill_in(METHODS[model, method], self.acme.id, records.get(model, []))
        return super().answer(user, model, method, arguments)

    def keep_from_computing(self):
        """Calls are answered without the work: it has tests of its own, and fills commit."""
        nothing = {
            ("crm.touchpoint", "_fill"): (0, True),
            ("crm.customer.snapshot", "_refresh"): 0,
        }
        for part in PARTS:
            nothing |= getattr(part, "NOTHING", {})
        for (model, method), result in nothing.items():
            self.patch(self.env.registry[model], method, lambda *_, _result=result, **__: _result)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_may_call_what(self):
        self.keep_from_computing()
        records = self.own_records()
        for (model, method), first in CALLERS.items():
            start = ROLES.index(first) if first in ROLES else len(ROLES)
            callers = first if isinstance(first, tuple) else ROLES[start:]
            for role in ROLES:
                expected = "allowed" if role in callers else "refused"
                with self.subTest(model=model, method=method, role=role):
                    found = self.answer(self.users[role], model, method, records)
                    self.assertEqual(found, expected)

    def test_who_administers_the_database_erases_people(self):
        system = new_test_user(self.env, "matrix_system", groups="base.group_system")
        records = self.own_records()
        for model, method in CALLERS:
            if CALLERS[model, method] == NOBODY:
                self.assertEqual(self.answer(system, model, method, records), "allowed", method)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_salespeople_do_not_change_a_colleagues_facts_and_accounts(self):
        """What a salesperson may call for his own customers he may not for another's."""
        records = self.own_records()
        for model, method in (
            ("crm.profile.value", "action_confirm"),
            ("crm.customer.snapshot", "action_open_months"),
            ("crm.key.account", "action_review_done"),
        ):
            self.assertEqual(self.answer(self.tom, model, method, records), "refused", method)

    def test_what_names_a_window_names_no_figures(self):
        for model, method in HARMLESS:
            records = self.env[model].with_user(self.portal)
            action = call_kw(records, method, [self.record_of(model).ids], {})
            self.assertTrue(action["type"].startswith("ir.actions."), method)
            shown = action.get("res_model")
            if shown and shown != PARTNER:
                self.assertFalse(self.env[shown].with_user(self.portal).has_access("read"))

    # Columns on contacts

    def test_customers_learn_nothing_about_themselves(self):
        """A portal user reads his company's contact, but none of the columns we add to it."""
        acme = self.acme.with_user(self.portal)
        self.assertEqual(acme.name, "Acme")
        ours = {
            name for name, field in acme._fields.items() if (field._module or "").startswith(MODULE)
        }
        self.assertGreater(len(ours), 15)
        self.assertFalse(ours & set(acme.fields_get()))
        for name in sorted(ours):
            with self.subTest(field=name), self.assertRaises(AccessError), self.cr.savepoint():
                acme.read([name])

    def test_customers_do_not_search_or_sort_by_our_columns(self):
        partners = self.env[PARTNER].with_user(self.portal)
        for domain in (
            [("is_key_account", "=", True)],
            [("key_account_member_ids", "in", self.sam.ids)],
            [("preferred_channel_id", "!=", False)],
            [("number_in_any_writing", "=", "0100000037")],
            [("referrer_id", "!=", False)],
        ):
            with self.subTest(domain=domain), self.assertRaises(AccessError):
                partners.search(domain)
        with self.assertRaises(AccessError):
            partners.search([], order="preferred_channel_id")

    # Bad input by people who may ask

    def test_nonsense_is_answered_with_words(self):
        numbers = self.env["crm.contact.number"].with_user(self.sam)
        for raw in (None, 5, {}, [], True, "", "\x00", "9" * 200, "x" * 100_000):
            self.assertEqual(numbers.find_caller(raw, limit=-1)["candidates"], [], raw)
        self.assertEqual(numbers.find_caller("0100000037", country_code=5)["candidates"], [])
        ledger = self.env["crm.touchpoint"].with_user(self.sam)
        for values in (
            {"limit": "x"}, {"limit": None}, {"kinds": 5}, {"search": 5}, {"search": "\x00"},
        ):  # fmt: skip
            self.assertEqual(ledger.get_timeline(self.acme.id, **values)["rows"], [], values)
        finder = self.env[PARTNER].with_user(self.sam)
        for term in (5, "\x00", "0000000", "%" * 30):
            self.assertFalse(finder.find_customer_360(term, limit="x") and term == "0000000", term)
        with self.assertRaises(UserError):
            self.acme.with_user(self.sam).get_contact_decisions(when="tomorrow")
        actions = self.env["crm.next.action"].with_user(self.sam)
        self.assertEqual(actions.get_next_actions(["x", None]), [])
        for partner_id in ("x", False, None):
            with self.assertRaises(UserError):
                actions.execute_next_action("silence", partner_id)
        with self.assertRaises(UserError):
            self.env["crm.customer.fact"].with_user(self.sam).count_customers(FACT, "nonsense")

    def test_parameters_are_refused_where_they_are_typed(self):
        parameters = self.env["ir.config_parameter"]
        good = {"data_date": "2017-12-31", "message_months": "0", "fill_batch": "1"}
        for name, value in good.items():
            parameters.set_param(f"{MODULE}.{name}", value)
            self.assertEqual(parameters.get_param(f"{MODULE}.{name}"), value)
        bad = {
            "data_date": ("yesterday", "2017-13-01", "20171231", "2017-12-31 10:00"),
            "message_months": ("-1", "many", "1e3", ""),
            "fill_batch": ("0", "-5", "9" * 20),
            "referral_window_days": ("a year", "-1"),
        }
        for name, values in bad.items():
            for value in filter(None, values):
                with self.subTest(name=name, value=value), self.assertRaises(UserError):
                    parameters.set_param(f"{MODULE}.{name}", value)

    # Evidence and goals

    def test_facts_are_recorded_in_ones_own_name(self):
        attribute = self.env["crm.profile.attribute"].create({"name": "Motto", "code": "motto_y"})
        facts = self.env["crm.profile.value"].with_user(self.sam)
        fact = facts.create(
            {
                "partner_id": self.acme.id,
                "attribute_id": attribute.id,
                "value": "Onward",
                "user_id": self.mia.id,
                "confirmed_by": self.mia.id,
            }
        )
        self.assertEqual((fact.user_id, fact.confirmed_by), (self.sam, self.sam))
        fact.with_context(profile_value_bookkeeping=True).value = "Upward"
        former = facts.with_context(active_test=False).search(
            [("partner_id", "=", self.acme.id), ("active", "=", False)]
        )
        self.assertEqual(former.mapped("value"), ["Onward"])
        for values in ({"value": "Never said"}, {"active": True}):
            with self.assertRaises(UserError):
                former.write(values)
        with self.assertRaises(UserError):
            fact.partner_id = self.corn

    def test_who_corrects_a_fact_is_its_recorder(self):
        attribute = self.env["crm.profile.attribute"].create({"name": "Motto", "code": "motto_z"})
        fact = self.env["crm.profile.value"].create(
            {"partner_id": self.acme.id, "attribute_id": attribute.id, "value": "Onward"}
        )
        fact.with_user(self.sam).value = "Upward"
        self.assertEqual(fact.user_id, self.sam)

    def test_the_team_reports_goals_and_managers_set_them(self):
        account = self.env["crm.key.account"].create(
            {
                "partner_id": self.acme.id,
                "user_id": self.sam.id,
                "goal_ids": [(0, 0, {"name": "Visits", "figure": "manual", "target": 10})],
            }
        )
        goal = account.goal_ids.with_user(self.sam)
        goal.write({"reported": 4, "reported_on": self.today})
        self.assertEqual(goal.actual, 4)
        with self.assertRaises(AccessError):
            goal.target = 1
        goal.with_user(self.mia).target = 8
        self.assertEqual(goal.target, 8)

    # Customers of nobody, of another company

    def test_customers_of_nobody_are_everybodys(self):
        """Permissions and facts follow one rule; figures stay with own customers."""
        channel = self.env.ref(f"{MODULE}.contact_channel_mail", raise_if_not_found=False)
        channel = channel or self.env["crm.contact.channel"].search([], limit=1)
        permission = (
            self.env["crm.contact.permission"]
            .with_user(self.tom)
            .create(
                {
                    "partner_id": self.corn.id,
                    "channel_id": channel.id,
                    "state": "granted",
                    "origin": "spoken",
                }
            )
        )
        self.assertEqual(permission.user_id, self.tom)
        self.assertTrue(permission.with_user(self.sam).has_access("write"))
        self.corn.user_id = self.tom
        self.assertFalse(permission.with_user(self.sam).has_access("read"))
        snapshot = self._snapshot(self.corn, revenue=5)
        self.corn.user_id = False
        self.assertFalse(snapshot.with_user(self.sam).has_access("read"))

    def records_of_the_other_company(self):
        """One record of each table with a company, all of the branch that nobody may enter."""
        branch, today = self.other_company, self.today
        customer = self._customer("Elsewhere", self.sam, company_id=branch.id, phone="0100000077")
        euro = self.env.ref("base.EUR")
        common = {"partner_id": customer.id, "company_id": branch.id}
        attribute = self.env["crm.profile.attribute"].create({"name": "Motto", "code": "motto_b"})
        channel = self.env["crm.contact.channel"].search([], limit=1)
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "company_id": branch.id, "user_id": False, "team_id": False}
        )
        month = today.replace(day=1)
        rows = {
            "crm.contact.channel.rate": {
                "channel_id": channel.id, "company_id": branch.id, "cost": 1,
            },
            "crm.contact.number": {"partner_id": customer.id, "raw": "0100000078"},
            "crm.contact.permission": {
                "partner_id": customer.id, "channel_id": channel.id, "state": "granted",
                "origin": "spoken",
            },
            "crm.contact.pressure.rule": {"name": "Rule", "company_id": branch.id},
            "crm.customer.month": {**common, "month": month, "revenue": 1},
            "crm.customer.selection": {"name": "Theirs", "company_id": branch.id},
            "crm.customer.snapshot": {
                **common, "month": month, "date": today, "is_current": True, "tier": "A",
                "currency_id": euro.id,
            },
            "crm.key.account": {
                "partner_id": customer.id,
                "member_ids": [(0, 0, {"user_id": self.sam.id})],
                "goal_ids": [(0, 0, {"name": "G", "target": 1, "company_id": branch.id})],
            },
            "crm.lead.stakeholder": {"lead_id": lead.id, "partner_id": customer.id},
            "crm.overhead.pool": {"name": "Fair", "amount": 1, "company_id": branch.id},
            "crm.profile.value": {
                "partner_id": customer.id, "attribute_id": attribute.id, "value": "Onward",
            },
            "crm.referral": {
                "referrer_id": self.acme.id, "partner_id": customer.id, "company_id": branch.id,
            },
            "crm.value.setting": {"company_id": branch.id},
        }  # fmt: skip
        records = {model: self.env[model].create(values) for model, values in rows.items()}
        account = records["crm.key.account"]
        return {
            **records,
            "crm.key.account.goal": account.goal_ids,
            "crm.key.account.member": account.member_ids,
            "crm.touchpoint": self._touch(customer, 3, company_id=branch.id),
            "crm.referral.report": self.env["crm.referral.report"].browse(
                records["crm.referral"].id
            ),
            "crm.tier.migration": self.env["crm.tier.migration"].browse(
                records["crm.customer.snapshot"].id
            ),
            **self.records_of_parts(customer, branch),
        }

    def records_of_parts(self, customer, branch):
        """The same of the parts that keep their lines in a module of their own."""
        found = {}
        for part in PARTS:
            if hasattr(part, "records_elsewhere"):
                found |= part.records_elsewhere(self, customer, branch)
        return found

    def test_nobody_reads_another_company(self):
        records = self.records_of_the_other_company()
        everywhere = {
            "crm.contact.channel", "crm.customer.dirty", "crm.next.action.snooze",
            "crm.profile.attribute", "crm.profile.attribute.option", "crm.touchpoint.fill",
            "crm.value.state",
        }.union(*(getattr(part, "EVERYWHERE", ()) for part in PARTS))  # fmt: skip
        # every model has records of the other company, or belongs to no company at all
        self.assertEqual(set(records) | everywhere, set(MATRIX))
        self.env.flush_all()
        for model, record in records.items():
            self.assertTrue(record.exists() or not record._auto, model)
            for role in ("salesperson", "analyst", "manager", "administrator"):
                mine = self.env[model].with_user(self.users[role]).with_context(active_test=False)
                if mine.has_access("read"):
                    found = mine.search([("id", "=", record.id)])
                    self.assertFalse(found, f"{model}, {role}")

    def test_figures_of_a_company_that_the_user_may_not_enter(self):
        registry = self.env["crm.customer.fact"].with_user(self.ann)
        with self.assertRaises(AccessError):
            registry._count(FACT, self.other_company)
        selection = self.env["crm.customer.selection"].with_user(self.ann)
        draft = selection.new({"conditions": FACT, "company_id": self.other_company.id})
        self.assertEqual(draft.customer_count, 0)
        self.assertTrue(draft.problem)

    def test_employees_without_a_role_ask_no_figures(self):
        registry = self.env["crm.customer.fact"].with_user(self.users["employee"])
        with self.assertRaises(AccessError):
            registry.count_customers(FACT)
        self.acme.user_id = self.users["employee"]
        self._snapshot(self.acme, revenue=100)
        self.assertEqual(registry._values(["revenue"], self.acme.ids), {"revenue": {}})
