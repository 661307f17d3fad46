"""Every model and public method of the campaigns against every role (see that of the insight).

A model or method that is added without a line here fails, so that its rights are decided. Addons
beside this one (``crm_campaign_roi_…``) have their lines in a module ``tests/access_lines.py``:
``MATRIX``, ``CALLERS``, ``ARGUMENTS`` and ``OPEN_FIELDS`` as here (``FOR_ALL_COMPANIES`` where
there are such calls), and ``world(case)``, a list of records.
"""

import importlib

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_customer_insight.tests.common_access import INHERITED, AccessMatrix, addon_of

from .common_campaign import MODULE
from .common_campaign_world import ROLES, CampaignWorldCase

# model: operations of each role, in the order of ROLES. Approvals, deliveries, responses and
# handovers are narrowed to one's own by record rules; rows that follow documents, targets and
# decisions are written by methods that ask who calls.
MATRIX = {
    "crm.attribution.credit": "- - - - - - - r r r r",
    "crm.attribution.key": "- - - - - - - r r r r",
    "crm.attribution.run": "- - - - - - - rwcu rwcu rwcu rwcu",
    "crm.campaign.approval": "- - r r r r r r r r r",
    "crm.campaign.approval.line": "- - r r r r r r r r r",
    "crm.campaign.approval.refuse": "- - rwc rwc rwc rwc rwc rwc rwc rwc rwc",
    "crm.campaign.approval.rule": "- - - - - - - - r r rwcu",
    "crm.campaign.approval.rule.step": "- - - - - - - - r r rwcu",
    "crm.campaign.approval.step": "- - r r r r r r r r r",
    "crm.campaign.audience": "- - - - - - - r rwcu rwcu rwcu",
    "crm.campaign.audience.import": "- - - - - - - - rwcu rwcu rwcu",
    "crm.campaign.audience.member": "- - - - - - - - rwcu rwcu rwcu",
    "crm.campaign.block": "- - - - - - - r rwcu rwcu rwcu",
    "crm.campaign.budget": "- - - - - - - r rwcu rwcu rwcu",
    "crm.campaign.change": "- - - - - - - r rwcu rwcu rwcu",
    "crm.campaign.change.line": "- - - - - - - r rwcu rwcu rwcu",
    "crm.campaign.choice": "- - - - - - - r r r r",
    "crm.campaign.choice.person": "- - - - - - - - - - r",
    "crm.campaign.cost": "- - - - - - - rwcu rwcu rwcu rwcu",
    "crm.campaign.cost.kind": "- - r r r r r r r r rwcu",
    "crm.campaign.deal": "- - - - - - - r r r r",
    "crm.campaign.delivery": "- - - r r r - r r r r",
    "crm.campaign.demand": "- - - - - - r r r r r",
    "crm.campaign.demand.accuracy": "- - - - - - r r r r r",
    "crm.campaign.demand.decide": "- - - - - - rwcu - - - rwcu",
    "crm.campaign.distribution": "- - - - - - - - r r rwcu",
    "crm.campaign.distribution.line": "- - - - - - - - r r rwcu",
    "crm.campaign.form": "- - - r r r - r rwcu rwcu rwcu",
    "crm.campaign.form.answer": "- - - r r r - r r r r",
    "crm.campaign.form.choice": "- - - r r r - r rwcu rwcu rwcu",
    "crm.campaign.group.turn": "- - - - - - - - rwcu rwcu rwcu",
    "crm.campaign.handover": "- - - r r r - r r r r",
    "crm.campaign.hours": "- - - - - - - rwcu rwcu rwcu rwcu",
    "crm.campaign.kind": "- - r r r r r r r r rwcu",
    "crm.campaign.lead.permission": "- - - rwc rwc rwc - - rwc rwc rwc",
    "crm.campaign.ledger": "- - - - - - - r - - r",
    "crm.campaign.lesson": "- - - - - - r r r r r",
    "crm.campaign.lesson.line": "- - - - - - r r r r r",
    "crm.campaign.link": "- - - - - - - r r r r",
    "crm.campaign.material": "- - - - - - - r rwcu rwcu rwcu",
    "crm.campaign.material.version": "- - - - - - - r rwcu rwcu rwcu",
    "crm.campaign.merge": "- - - - - - - - - rwcu rwcu",
    "crm.campaign.mix": "- - - - - - rwcu r rwcu rwcu rwcu",
    "crm.campaign.orphan": "- - - - - - - r r r r",
    "crm.campaign.plan.actual": "- - - - - - - r r r r",
    "crm.campaign.pool": "- - - - - - - rwcu r r rwcu",
    "crm.campaign.pool.line": "- - - - - - - rwcu r r rwcu",
    "crm.campaign.prior": "- - - - - - r r r r r",
    "crm.campaign.prior.correct": "- - - - - - rwcu - - rwcu rwcu",
    "crm.campaign.purpose": "- - r r r r r r r r rwcu",
    "crm.campaign.response": "- - - r r r - r rwcu rwcu rwcu",
    "crm.campaign.response.group": "- - - - - - - r rwcu rwcu rwcu",
    "crm.campaign.response.kind": "- - r r r r r r r r rwcu",
    "crm.campaign.result": "- - - - - - - r r r r",
    "crm.campaign.return.report": "- - - - - - - r r r r",
    "crm.campaign.sale": "- - - - - - - r r r r",
    "crm.campaign.sales.forecast": "- - - - - r r r r r r",
    "crm.campaign.settlement": "- - - - - - - r rw rw rw",
    "crm.campaign.settlement.line": "- - - - - - - r rw rw rw",
    "crm.campaign.target": "- - - - - - - r r r r",
    "crm.campaign.variant": "- - r r r r r r rwcu rwcu rwcu",
    "crm.campaign.wave": "- - - r r r - r rwcu rwcu rwcu",
    "crm.campaign.wave.content": "- - - - - - - r rwcu rwcu rwcu",
    "crm.campaign.wave.material": "- - - - - - - r rwcu rwcu rwcu",
    "crm.competitor": "- - - r r rwcu - r rwcu rwcu rwcu",
    "crm.competitor.product": "- - - r r rwcu - r rwcu rwcu rwcu",
    "crm.competitor.report": "- - - r r r - r r r r",
    "crm.marketing.plan": "- - - - - - - r r rwcu rwcu",
}
#: Models that all companies share; every other one has a rule about companies.
SHARED = {
    "crm.campaign.cost.kind",
    "crm.campaign.kind",
    "crm.campaign.purpose",
    "crm.campaign.response.kind",
}
#: Models whose records are everybody's when they name no company.
OPTIONAL = (
    "crm.campaign.approval.rule",
    "crm.campaign.distribution",
    "crm.campaign.material",
    "crm.competitor",
    "crm.lead",
)
#: Dialogs: whoever opened one is the only one who sees it.
DIALOGS = {
    "crm.campaign.approval.refuse",
    "crm.campaign.audience.import",
    "crm.campaign.demand.decide",
    "crm.campaign.group.turn",
    "crm.campaign.lead.permission",
    "crm.campaign.merge",
    "crm.campaign.prior.correct",
}

EVERYBODY = tuple(ROLES)
STAFF = EVERYBODY[2:]
SALES = ("own_sales", "all_sales", "head_sales")
MONEY = ("controller", "marketer", "manager", "administrator")
MARKETERS = MONEY[1:]
MANAGERS = MONEY[2:]
CONTROLLERS = ("controller", "administrator")
PLANNERS = ("planner", "administrator")
FORECASTERS = ("planner", "manager", "administrator")
EXPECTING = ("planner", *MARKETERS)
NOBODY = ()
# Who is let in, by model; whether it is too early for what was asked is told in words then. What
# everybody may call names a window, which has rights of its own.
CALLERS = {
    EVERYBODY: {
        "crm.attribution.key": "action_open_credits",
        "crm.attribution.run": "action_open_credits action_show_comparison",
        "crm.campaign.audience": "action_overlap",
        "crm.campaign.form": "action_open_answers",
        "crm.campaign.material": "action_open_campaigns action_open_waves",
        "crm.campaign.material.version": "action_open_waves",
        "crm.campaign.response.group": "action_open_handovers",
        "crm.campaign.wave": "action_open_deliveries action_open_files",
        "crm.competitor": "action_open_races",
        "crm.marketing.plan": "action_open_campaigns",
        "utm.campaign": (
            "action_open_approvals action_open_costs action_open_demand "
            "action_open_forecast_error action_open_forms action_open_late_costs "
            "action_open_responses action_open_results action_open_targets "
            "action_open_uplift_targets action_open_waves"
        ),
    },
    STAFF: {
        "crm.campaign.first.steps": "get_first_steps",
        "crm.competitor": "action_print",
        "utm.campaign": "action_open_children action_open_return",
    },
    ("all_sales", "head_sales", *MONEY): {"crm.campaign.response": "action_open_document"},
    (*SALES, *MONEY): {
        "crm.campaign.form": "action_open_page",
        "crm.campaign.wave": "action_open_mailings",
    },
    ("all_sales", "head_sales", *MARKETERS): {"crm.competitor.report": "action_open_lead"},
    # of Odoo: whoever may create leads makes one of a mail, and marks leads as lost
    SALES: {"crm.lead": "message_new", "crm.lead.lost": "action_lost_reason_apply"},
    MONEY: {
        "crm.attribution.credit": "action_open_source",
        "crm.attribution.run": "action_compare action_compute action_draft get_comparison",
        "crm.campaign.audience": "action_open_persons get_overlap",
        "crm.campaign.change": "action_withdraw",
        "crm.campaign.cost": "action_open_document",
        "crm.campaign.deal": "action_open_source",
        "crm.campaign.link": "action_open_document",
        "crm.campaign.orphan": (
            "action_accept action_open_document action_open_orphans action_reconsider "
            "action_refuse action_search get_searched"
        ),
        "crm.campaign.pool": "action_open_accounts",
        "crm.campaign.response.group": "action_next_wave action_open_members action_turn",
        "crm.campaign.result": "action_open_later action_open_later_costs",
        "crm.campaign.return.report": "action_open_return",
        "crm.campaign.sale": "action_open_source",
        "crm.campaign.settlement": "action_open_late_costs",
        "crm.marketing.plan": "action_open_costs action_open_deals",
        "utm.campaign": (
            "action_fill_costs action_open_attribution action_open_deals action_open_uplift "
            "action_open_uplift_sales get_campaign_uplift "
            "get_kind_uplift "
            "get_choosing get_flow get_return_page get_timeline"
        ),
    },
    MARKETERS: {
        "crm.campaign.audience": "action_fix",
        "crm.campaign.change": "action_ask",
        "crm.campaign.delivery": "action_preview",
        "crm.campaign.form": "action_renew",
        "crm.campaign.material.version": "action_retire",
        "crm.campaign.settlement": "action_refresh",
        "crm.campaign.target": "action_remove action_take_back",
        "crm.campaign.wave": (
            "action_cancel action_pause action_ready action_resume action_retry action_simulate "
            "action_start action_to_draft action_usual_groups"
        ),
        "utm.campaign": (
            "action_apply action_ask_change action_cancel action_copy_template "
            "action_fill_responses action_fill_targets action_finish action_settle "
            "action_simulate_waves action_start action_to_draft action_usual_groups "
            "action_withdraw copy"
        ),
    },
    PLANNERS: {
        "crm.campaign.demand": "action_accept action_change action_refuse action_take_back",
    },
    FORECASTERS: {
        "crm.campaign.lesson": "action_leave_out action_take_in",
        "crm.campaign.prior": "action_reset",
    },
    EXPECTING: {
        "crm.campaign.demand": "action_refresh_all",
        "utm.campaign": "action_refresh_forecast",
    },
    ("planner",): {
        "crm.campaign.demand.decide": "action_decide",
        "crm.campaign.prior.correct": "action_correct",
    },
    ("planner", *MONEY): {
        "crm.campaign.demand": "action_open_campaign action_open_decision action_open_sales",
        "crm.campaign.demand.accuracy": "action_open_sales",
        "crm.campaign.prior": "action_correct action_open_lessons",
    },
    ("head_sales", "planner", *MONEY): {"crm.campaign.sales.forecast": "action_open_source"},
    # mara's dialogs
    NOBODY: {
        "crm.campaign.audience.import": "action_import action_open_audience",
        "crm.campaign.group.turn": "action_turn",
        "crm.campaign.lead.permission": "action_record",
        # only whoever asked takes it back
        "crm.campaign.approval": "action_withdraw",
    },
    MANAGERS: {
        "crm.campaign.material.version": "action_approve",
        "crm.campaign.settlement": "action_close",
        "crm.marketing.plan": "action_done action_draft action_start",
    },
    # who is named in the rule, here the manager; the dialog is his
    ("manager",): {
        "crm.campaign.approval": "action_approve action_refuse",
        "crm.campaign.approval.refuse": "action_refuse",
        "crm.campaign.merge": "action_merge",
    },
    CONTROLLERS: {
        "crm.campaign.ledger": "action_fill action_open_document",
        "crm.attribution.run": "action_lock",
        "crm.campaign.pool": "action_post action_preview action_reverse action_to_draft",
        "utm.campaign": "action_lock_result",
    },
}
MAIL = {
    "subject": "Pump",
    "body": "",
    "from": "x@example.com",
    "email_from": "x@example.com",
    "references": "",
    "in_reply_to": "",
}
# Arguments of methods that take others than the record: "self" stands for its id.
ARGUMENTS = {
    ("crm.campaign.approval", "action_refuse"): ["self", "No"],
    ("crm.campaign.audience", "get_overlap"): ["audiences"],
    ("crm.campaign.demand", "action_change"): ["self", "quantities", "Seen"],
    ("crm.campaign.demand", "action_refresh_all"): [],
    ("crm.campaign.demand", "action_refuse"): ["self", "Seen"],
    ("crm.campaign.first.steps", "get_first_steps"): [],
    ("crm.campaign.orphan", "action_open_orphans"): [],
    ("crm.campaign.orphan", "action_search"): [],
    ("crm.campaign.orphan", "get_searched"): [],
    ("crm.lead", "message_new"): [MAIL],
    ("utm.campaign", "action_open_uplift_sales"): ["self", "treated"],
    ("utm.campaign", "action_open_uplift_targets"): ["self", "treated"],
    ("utm.campaign", "get_timeline"): ["2026-01-01", "2026-12-31", "kind_id"],
}
# What no answer to somebody without a role may hold.
SECRETS = ("Secret", "a@b.org", "Paper is dearer", "Wrote texts")
#: Fields of ours on records of Odoo's that every employee may read.
OPEN_FIELDS = {
    "account.move": "campaign_change campaign_reason",
    "crm.lead": "campaign_change campaign_code campaign_reason",
    "mailing.mailing": "wave_id wave_variant",
    "res.company": "campaign_budget_action campaign_budget_scope campaign_choose_at_once",
    "res.users.settings": "campaign_first_steps_closed",  # his own
    "sale.order": "campaign_change campaign_code campaign_reason",
    "utm.campaign": (
        "brief child_count child_ids code company_ids date_end date_published date_start "
        "is_template kind_id merged_into_id parent_id phase priority product_ids purpose_id "
        "team_id window_end window_months window_start"
    ),
}
#: Of Odoo, overridden: their rights are those of Odoo.
ODOOS = INHERITED | {"get_empty_list_help", "set_opened", "set_replied"}
HOW = (
    "Decide who may do what: add a line to %s in tests/test_access_matrix.py, and a record to "
    "tests/common_campaign_world.py; for an addon beside this one, to its tests/access_lines.py."
)


@tagged("post_install", "-at_install")
class TestCampaignAccessMatrix(AccessMatrix, CampaignWorldCase):
    ACCESS_MODULE = MODULE
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matrix, cls.arguments = dict(MATRIX), dict(ARGUMENTS)
        cls.callers, cls.open_fields = {}, dict(OPEN_FIELDS)
        cls.for_all = set(FOR_ALL_COMPANIES)
        cls._read_lines(MATRIX, CALLERS, ARGUMENTS)
        for lines in cls._lines_beside():
            cls._read_lines(lines.MATRIX, lines.CALLERS, lines.ARGUMENTS)
            cls.for_all |= getattr(lines, "FOR_ALL_COMPANIES", set())
            for model, names in lines.OPEN_FIELDS.items():
                cls.open_fields[model] = f"{cls.open_fields.get(model, '')} {names}"
            cls.world |= {record._name: record for record in lines.world(cls)}

    @classmethod
    def _read_lines(cls, matrix, callers, arguments):
        cls.matrix |= matrix
        cls.arguments |= arguments
        for roles, table in callers.items():
            for model, names in table.items():
                cls.callers |= {(model, name): set(roles) for name in names.split()}

    @classmethod
    def _lines_beside(cls):
        """Modules with the lines of the installed addons beside this one."""
        installed = cls.env["ir.module.module"].search(
            [("name", "=like", f"{MODULE}\\_%"), ("state", "=", "installed")]
        )
        for name in installed.mapped("name"):
            path = f"odoo.addons.{name}.tests.access_lines"
            if importlib.util.find_spec(f"odoo.addons.{name}.tests") and (
                importlib.util.find_spec(path)
            ):
                yield importlib.import_module(path)

    # -- nothing is forgotten --------------------------------------------------------------------

    def models_of_addon(self, transient=False):
        """With those of the addons beside this one."""
        return {
            name
            for name, model in self.env.registry.items()
            if (model._original_module or "").startswith(MODULE) and not model._abstract
        }

    def public_methods(self):
        """With those of the addons beside this one, without Odoo's own that are overridden."""
        return {
            (name, attribute)
            for name in self.env.registry
            if not name.endswith(".mixin")
            for cls in self.env.registry[name].__mro__
            if addon_of(self.env.registry[name], cls).startswith(MODULE)
            for attribute, value in vars(cls).items()
            if callable(value) and not attribute.startswith("_") and not isinstance(value, type)
            if not hasattr(value, "_column_type") and attribute not in ODOOS
            if not self.is_private(self.env.registry[name], attribute)
        }

    def test_every_model_has_a_line_and_a_record(self):
        self.assertEqual(self.models_of_addon(), set(self.matrix), HOW % "MATRIX")
        empty = {name for name in self.matrix if not self.world.get(name)}
        self.assertFalse(empty, HOW % "MATRIX")

    def test_every_public_method_has_a_line(self):
        self.assertEqual(self.public_methods(), set(self.callers), HOW % "CALLERS")

    def test_every_field_on_records_of_odoo_is_decided(self):
        """Everybody who works here reads what is in OPEN_FIELDS, and nothing else of ours."""
        found = {}
        for name, model in self.env.items():
            if (model._original_module or "").startswith(MODULE) or model._abstract:
                continue
            if model._transient:
                continue
            ours = {
                key
                for key, field in model._fields.items()
                if field._modules and all(part.startswith(MODULE) for part in field._modules)
                if model.with_user(self.users["employee"])._has_field_access(field, "read")
            }
            if ours:
                found[name] = ours
        expected = {name: set(fields.split()) for name, fields in self.open_fields.items()}
        self.assertEqual(found, expected, HOW % "OPEN_FIELDS")

    # -- operations ------------------------------------------------------------------------------

    def test_operations_by_role(self):
        rights = {
            model: letters.replace("-", "").split(" ") for model, letters in self.matrix.items()
        }
        self.assert_matrix(rights, ROLES)

    def test_customers_have_no_field_of_ours(self):
        """A portal user reads his own orders and his contact, but none of our columns."""
        portal = self.users["portal"]
        for name in ("sale.order", "res.partner"):
            model = self.env[name].with_user(portal)
            ours = {
                key
                for key, field in model._fields.items()
                if field._modules and all(part.startswith(MODULE) for part in field._modules)
            }
            self.assertTrue(ours)
            self.assertFalse(ours & set(model.fields_get()), name)

    def test_other_companies_see_nothing(self):
        """An administrator of another company finds none of the records, and changes none."""
        other = self._stranger()
        self._of_one_company()
        for name, records in self.world.items():
            if name not in self.matrix or name in SHARED:
                continue
            rows = self.env[name].with_user(other)
            with self.subTest(model=name):
                self.assertFalse(rows.search([("id", "in", records.ids)]), HOW % "SHARED")

    def _stranger(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        return new_test_user(
            self.env,
            "world_stranger",
            groups=ROLES["administrator"],
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_other_companies_call_in_vain(self):
        """Odoo lets all employees read campaigns: our methods refuse those of other companies."""
        other = self._stranger()
        self._of_one_company()
        for model, method in sorted(self.callers):
            if self.callers[model, method] >= set(EVERYBODY) or model in SHARED:
                continue
            if (model, method) in self.for_all:
                continue
            with self.subTest(model=model, method=method):
                self.assertEqual(self.called(other, model, method)[0], "refused")

    def _of_one_company(self):
        """What has no company is everybody's: here everything has one."""
        company = self.env.company
        for name in OPTIONAL:
            self.world[name].company_id = company
        self.env.flush_all()

    def test_salespeople_see_their_own_customers(self):
        """Who sees all documents sees all deliveries; others see those of their customers."""
        names = ("crm.campaign.delivery", "crm.campaign.response", "crm.campaign.handover")
        for name in names:
            records = self.env[name].search([("campaign_id", "=", self.campaign.id)])
            own = self.env[name].with_user(self.users["own_sales"])
            everything = self.env[name].with_user(self.users["all_sales"])
            with self.subTest(model=name):
                self.assertFalse(own.search([("id", "in", records.ids)]))
                self.assertEqual(everything.search([("id", "in", records.ids)]).ids, records.ids)
        self.anna.user_id = self.users["own_sales"]
        for name in names[:2]:
            own = self.env[name].with_user(self.users["own_sales"])
            seen = own.search([("campaign_id", "=", self.campaign.id)])
            self.assertEqual(seen.partner_id, self.anna, name)

    def test_rates_of_colleagues_are_not_for_every_marketer(self):
        """Hours of a campaign are for whoever worked them, its owner, managers, controllers."""
        hours = self.world["crm.campaign.hours"]
        seen = {
            user.login: bool(self.env["crm.campaign.hours"].with_user(user).search(self._is(hours)))
            for user in (self.max, self.mara, self.mona, self.cara)
        }
        self.assertEqual(seen, {"max": False, "mara": True, "mona": True, "cara": True})

    def _is(self, record):
        return [("id", "=", record.id)]

    def test_who_reads_a_competitor_reads_his_races(self):
        """The record counts races: whoever may open it can count them."""
        rival = self.world["crm.competitor"].with_user(self.users["controller"])
        self.assertEqual(rival.lead_count, 0)  # no right to leads
        rival = rival.with_user(self.users["all_sales"])
        self.assertEqual(rival.lead_count, 1)

    def test_dialogs_are_those_of_whoever_opened_them(self):
        for name in sorted(DIALOGS):
            record = self.world[name]
            with self.subTest(model=name):
                self.assertTrue(record.with_user(record.create_uid).has_access("read"))
                for role in MONEY:
                    if self.users[role] != record.create_uid:
                        self.assertFalse(record.with_user(self.users[role]).has_access("read"))

    # -- calls -----------------------------------------------------------------------------------

    def called(self, user, model, method):
        records = self.world.get(model, self.env[model])
        values = self.arguments.get((model, method), ["self"])
        places = {
            "audiences": self.world["crm.campaign.audience"].ids,
            "quantities": {str(row_id): 3 for row_id in records.ids},  # keys as JSON has them
        }
        found, value = self.ask(
            user, model, method, self.fill_in(values, user.partner_id.id, records, **places)
        )
        # what one may not see is not there
        return ("refused" if found.startswith("MissingError") else found), value

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_may_call_what(self):
        for (model, method), allowed in sorted(self.callers.items()):
            for role, user in self.users.items():
                found, value = self.called(user, model, method)
                with self.subTest(model=model, method=method, role=role):
                    if role in allowed:
                        self.assertNotEqual(found, "refused")
                    else:
                        self.assertEqual(found, "refused")
                    if role not in MONEY:
                        self.assertFalse([word for word in SECRETS if word in str(value)])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_windows_that_outsiders_may_name_stay_closed(self):
        for (model, method), allowed in sorted(self.callers.items()):
            if "portal" not in allowed:
                continue
            action = self.called(self.users["portal"], model, method)[1]
            shown = isinstance(action, dict) and action.get("res_model")
            if shown and shown != "ir.attachment":  # which asks for the record that it hangs on
                with self.subTest(model=model, method=method):
                    self.assertFalse(
                        self.env[shown].with_user(self.users["portal"]).has_access("read")
                    )


#: Calls that a stranger may make: on nothing of ours, or on what all companies share.
FOR_ALL_COMPANIES = {
    # computes the demand of all, and shows none
    ("crm.campaign.demand", "action_refresh_all"),
    ("crm.campaign.ledger", "action_fill"),
    ("crm.campaign.first.steps", "get_first_steps"),
    ("crm.campaign.orphan", "action_open_orphans"),
    ("crm.campaign.orphan", "action_search"),
    ("crm.campaign.orphan", "get_searched"),
    ("crm.lead", "message_new"),
    ("crm.lead.lost", "action_lost_reason_apply"),
    ("utm.campaign", "get_timeline"),
    # windows; what they show has rules of its own
    ("crm.competitor", "action_print"),
    ("utm.campaign", "action_open_children"),
    ("utm.campaign", "action_open_return"),
    ("utm.campaign", "action_open_deals"),
}
