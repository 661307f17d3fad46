"""Every model and public method of the service against every role (see the same of the insight).

A model or method that is added without a line here fails, so that its rights are decided.
"""

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_customer_insight.tests.common_access import INHERITED, AccessMatrix

from .common_service import MODULE
from .common_world import WorldCase

ROLES = (
    "visitor",
    "portal",
    "api",
    "employee",
    "representative",
    "sales",
    "officer",
    "auditor",
    "leader",
    "administrator",
)
# model: operations of each role, in their order. Whoever is invited to a squad works by public
# methods, so employees read what they belong to (record rules) and write nothing but their own
# absences; dialogs (transient) write by methods that ask who calls.
MATRIX = {
    "crm.customer.asset": "- - - r rwc rwc rwc r rwcu rwcu",
    "crm.customer.asset.maintenance": "- - - - rwc rwc rwc - rwcu rwcu",
    "crm.customer.asset.merge": "- - - - - - - - rwcu rwcu",
    "crm.customer.asset.meter": "- - - - rwc rwc rwc - rwcu rwcu",
    "crm.customer.asset.move": "- - - - r r r - r r",
    "crm.customer.asset.plan": "- - - - rwc rwc rwc - rwcu rwcu",
    "crm.customer.asset.reading": "- - - - rwc rwc rwc - rwcu rwcu",
    "crm.customer.asset.swap": "- - - - rwcu rwcu rwcu - rwcu rwcu",
    "crm.customer.asset.transfer": "- - - - rwcu rwcu rwcu - rwcu rwcu",
    "crm.customer.asset.warranty": "- - - - rwc rwc rwc - rwcu rwcu",
    "crm.feedback.answer": "- - - - r r rw - r rw",
    "crm.feedback.answer.line": "- - - - r r r - r r",
    "crm.feedback.aspect": "- - - - r r r - r rwcu",
    "crm.feedback.desk": "- - - - - - - - r rwcu",
    "crm.feedback.invitation": "- - - - r r rwc - rwc rwc",
    "crm.feedback.loop": "- - - - rw rw rw - rw rw",
    "crm.feedback.option": "- - - - r r r - r rwcu",
    "crm.feedback.report": "- - - - r r r - r r",
    "crm.feedback.rule": "- - - - - - - - r rwcu",
    "crm.feedback.scheme": "- - - - r r r - r rwcu",
    "crm.feedback.theme": "- - - - r r r - r rwcu",
    "crm.service.absence": "- - - rwcu rwcu rwcu rwcu rwcu rwcu rwcu",
    "crm.service.approval": "- - - r r r r r r r",
    "crm.service.approval.ask": "- - - rwcu rwcu rwcu rwcu rwcu rwcu rwcu",
    "crm.service.approval.refuse": "- - - rwcu rwcu rwcu rwcu rwcu rwcu rwcu",
    "crm.service.approval.rule": "- - - - r r r - r rwcu",
    "crm.service.approval.rule.step": "- - - - r r r - r rwcu",
    "crm.service.approval.step": "- - - r r r r r r r",
    "crm.service.article": "- - - r rwc rwc rwc r rwcu rwcu",
    "crm.service.article.miss": "- - - - r r r - rwu rwu",
    "crm.service.article.use": "- - - - r r r - r r",
    "crm.service.article.version": "- - - r r r r r r r",
    "crm.service.article.vote": "- - - - - - - - r r",
    "crm.service.asset.report": "- - - - r r r - r r",
    "crm.service.authority": "- - - - r r r - r rwcu",
    "crm.service.backlog.report": "- - - - r r r - r r",
    "crm.service.cause": "- - - r r r r r rwc rwcu",
    "crm.service.climb.report": "- - - - r r r - r r",
    "crm.service.collection": "- - - - rwc rwc rwc - rwcu rwcu",
    "crm.service.complaint": "- - - r rw rw rw r rw rw",
    "crm.service.complaint.log": "- - - r r r r r r r",
    "crm.service.complaint.procedure": "- - - - r r r r r rwcu",
    "crm.service.complaint.procedure.step": "- - - - r r r r r rwcu",
    "crm.service.complaint.report": "- - - - - - - r r r",
    "crm.service.complaint.step": "- - - r r r r r r r",
    "crm.service.complaint.words": "- - - rwc rwc rwc rwc rwc rwc rwc",
    "crm.service.education": "- - - - r r r - rwcu rwcu",
    "crm.service.education.told": "- - - - r r r - rwcu rwcu",
    "crm.service.effort": "- - - r rwcu rwcu rwcu r rwcu rwcu",
    "crm.service.escalation.log": "- - - - r r r - r r",
    "crm.service.escalation.rule": "- - - - r r r - r rwcu",
    "crm.service.escalation.step": "- - - - r r r - r rwcu",
    "crm.service.flow.report": "- - - - r r r - r r",
    "crm.service.handover": "- - - r r r r r r r",
    "crm.service.insight.report": "- - - - r r r - r r",
    "crm.service.level.report": "- - - - r r r - r r",
    "crm.service.level.span": "- - - r r r r r r r",
    "crm.service.maker": "- - - r rwc rwc rwc r rwc rwcu",
    "crm.service.member.skill": "- - - - r r r - rwcu rwcu",
    "crm.service.part": "- - - - r r r - rwcu rwcu",
    "crm.service.period.print": "- - - - rwcu rwcu rwcu - rwcu rwcu",
    "crm.service.portal.hit": "- - - - - - - - - -",
    "crm.service.priority.rule": "- - - - r r r - r rwcu",
    "crm.service.profit.report": "- - - - - - - - r r",
    "crm.service.recall": "- - - - r r r - rwcu rwcu",
    "crm.service.recall.line": "- - - - rw rw rw - rwcu rwcu",
    "crm.service.request": "- - - r rwc rwc rwc r rwcu rwcu",
    "crm.service.request.link": "- - - r rwcu rwcu rwcu r rwcu rwcu",
    "crm.service.request.merge": "- - - - rwcu rwcu rwcu - rwcu rwcu",
    "crm.service.request.report": "- - - - r r r - r r",
    "crm.service.request.split": "- - - - rwcu rwcu rwcu - rwcu rwcu",
    "crm.service.result": "- - - r r r r r r rwcu",
    "crm.service.sell": "- - - - - rwcu - - - rwcu",
    "crm.service.sell.confirm": "- - - - - rwcu - - - rwcu",
    "crm.service.sell.line": "- - - - - rwcu - - - rwcu",
    "crm.service.skill": "- - - - r r r - r rwcu",
    "crm.service.sla.cause": "- - - r r r r r rwc rwcu",
    "crm.service.sla.policy": "- - - r r r r r r rwcu",
    "crm.service.sla.rebuild": "- - - - - - - - - rwcu",
    "crm.service.sla.report": "- - - - r r r - r r",
    "crm.service.sla.target": "- - - r r r r r r rwcu",
    "crm.service.sla.timer": "- - - r rw rw rw r rw rw",
    "crm.service.squad.invite": "- - - rwcu rwcu rwcu rwcu rwcu rwcu rwcu",
    "crm.service.squad.member": "- - - r r r r r r r",
    "crm.service.squad.task": "- - - rwcu rwcu rwcu rwcu rwcu rwcu rwcu",
    "crm.service.stage": "- - - r r r r r r rwcu",
    "crm.service.stage.report": "- - - - r r r - r r",
    "crm.service.stage.span": "- - - r r r r r r r",
    "crm.service.tag": "- - - r rwc rwc rwc r rwc rwcu",
    "crm.service.team": "- - - r r r r r r rwcu",
    "crm.service.team.member": "- - - - r r r - rwcu rwcu",
    "crm.service.tone.word": "- - - - r r r - r rwcu",
    "crm.service.type": "- - - r r r r r r rwcu",
    "crm.service.warning": "- - - - r r r - rw rw",
    "crm.service.warranty.rule": "- - - - r r r - r rwcu",
    "crm.service.workload.report": "- - - - r r r - r r",
}

# Methods of records without arguments, by model.
ON_RECORDS = {
    "crm.customer.asset": (
        "action_merge action_new_request action_open_history action_open_parts "
        "action_open_readings action_open_requests action_similar_cases "
        "action_swap action_transfer"
    ),
    "crm.customer.asset.merge": "action_merge",
    "crm.customer.asset.plan": "action_done action_open_now",
    "crm.customer.asset.swap": "action_apply",
    "crm.customer.asset.transfer": "action_apply",
    "crm.feedback.answer": "action_open_request action_pass_to_design",
    "crm.feedback.desk": "action_new_address action_open_answers action_open_page action_print",
    "crm.feedback.invitation": "action_cancel action_enter action_open_request action_send",
    "crm.feedback.loop": "action_contacted action_lost action_open_request action_won",
    "crm.feedback.report": "action_open_answer",
    "crm.feedback.rule": "action_invite_now",
    "crm.feedback.scheme": "action_new_version action_open_answers",
    "crm.feedback.theme": "action_match_again action_open_answers",
    "crm.service.approval": "action_approve action_open_request action_refuse action_withdraw",
    "crm.service.approval.ask": "action_ask",
    "crm.service.approval.refuse": "action_refuse",
    "crm.service.article": (
        "action_open_uses action_open_versions action_publish action_reopen "
        "action_retire action_revise action_send_back action_submit"
    ),
    "crm.service.article.miss": "action_done action_write_article",
    "crm.service.article.version": "action_restore",
    "crm.service.asset.report": "action_open_failures",
    "crm.service.backlog.report": "action_open_request",
    "crm.service.cause": "action_educate",
    "crm.service.climb.report": "action_open_request",
    "crm.service.collection": (
        "action_cancel action_collected action_print_label action_received action_returned"
    ),
    "crm.service.complaint": (
        "action_answer action_back action_credit_note action_finish action_hold_dunning "
        "action_open_request action_reject action_reopen action_replied "
        "action_reply action_skip"
    ),
    "crm.service.complaint.report": "action_open_complaint",
    "crm.service.complaint.words": "action_say",
    "crm.service.education": (
        "action_done action_mail_owners action_open_owners action_open_requests action_tell_owners"
    ),
    "crm.service.escalation.rule": "action_open_requests",
    "crm.service.flow.report": "action_open_request",
    "crm.service.insight.report": "action_open_request",
    "crm.service.level.report": "action_open_request",
    "crm.service.period.print": "action_print",
    "crm.service.profit.report": "action_open_source",
    "crm.service.recall": (
        "action_close action_find action_open_lines action_open_requests "
        "action_publish action_reopen action_view_requests"
    ),
    "crm.service.recall.line": "action_done action_reopen",
    "crm.service.request": (
        "action_assign_now action_cancel action_close action_close_duplicates "
        "action_collection_new action_guest_revoke action_guest_send get_portal_url "
        "action_feedback_ask action_feedback_enter action_feedback_sign "
        "action_follow_up action_link action_make_article action_merge "
        "action_open_asset action_open_complaint action_open_service_orders "
        "action_reopen action_sell action_solve action_split action_take "
        "action_wait get_sale_card get_service_answers lookup_dealers "
        "squad_decline squad_dismiss squad_join squad_leave"
    ),
    "crm.service.request.merge": "action_merge",
    "crm.service.request.report": "action_open_request",
    "crm.service.request.split": "action_split",
    "crm.service.sell": "action_quotation action_send",
    "crm.service.sell.confirm": "action_confirm",
    "crm.service.sla.policy": "action_new_version action_open_requests",
    "crm.service.sla.rebuild": "action_rebuild",
    "crm.service.sla.report": "action_open_request",
    "crm.service.squad.invite": "action_invite",
    "crm.service.squad.task": "action_create_task action_hand_over",
    "crm.service.stage.report": "action_open_request",
    "crm.service.warning": "action_done action_educate action_open_requests",
    "crm.service.warranty.rule": "action_open_assets",
    "crm.service.workload.report": "action_open_request",
    "product.product": "action_open_assets",
    "product.template": "action_open_assets action_open_service_parts",
    "res.partner": "action_open_assets action_open_service_requests",
    "sale.order": "action_open_service_request action_quotation_send",
}
MAIL = {
    "subject": "Pump",
    "body": "x",
    "email_from": "x@example.com",
    "from": "x@example.com",
    "to": "y@example.com",
    "attachments": [],
    "message_id": "<guard@example.com>",
}
# Others: "self" stands for the ids of the record, "own" for the caller's contact.
ARGUMENTS = {
    ("crm.customer.asset", "get_service_card"): ["asset"],
    ("crm.feedback.dashboard", "get_feedback_dashboard"): [],
    ("crm.feedback.invitation", "action_give_feedback"): [],
    ("crm.service.approval", "decide"): ["self", "approved"],
    ("crm.service.finder", "create_customer"): [{"name": "Nobody"}],
    ("crm.service.finder", "find"): ["Anna"],
    ("crm.service.finder", "find_documents"): ["sale.order", "S0"],
    ("crm.service.finder", "find_duplicates"): [{"name": "Anna", "email": "anna@acme.example.com"}],
    ("crm.service.first.steps", "get_first_steps"): [],
    ("crm.service.level.dashboard", "get_level_mix"): [],
    ("crm.service.request", "action_confirm_by_phone"): ["self", 1],
    ("crm.service.request", "action_unlink_link"): ["self", 1],
    ("crm.service.request", "api_create"): [{"name": "Pump", "external_reference": "guard-1"}],
    ("crm.service.request", "article_text"): ["self", "article"],
    ("crm.service.request", "ask_approval"): ["self", "refund", 1.0, "x"],
    ("crm.service.request", "cancel_quotation"): ["self", 1],
    ("crm.service.request", "confirm_by_phone"): ["self", 1],
    ("crm.service.request", "get_board_counts"): [],
    ("crm.service.request", "log_minutes"): ["self", 5],
    ("crm.service.request", "lookup_products"): ["self", "pump"],
    ("crm.service.request", "mail_allowed_qweb_expressions"): [],
    ("crm.service.request", "message_new"): [MAIL],
    ("crm.service.request", "message_update"): ["self", MAIL],
    ("crm.service.request", "notify_presence"): ["self", "writing"],
    ("crm.service.request", "print_quotation"): ["self", 1],
    ("crm.service.request", "render_service_answer"): ["self", 1],
    ("crm.service.request", "search_articles"): ["seal"],
    ("crm.service.request", "send_quotation"): ["self", 1],
    ("crm.service.request", "squad_accept"): ["self", 1],
    ("crm.service.request", "squad_create_task"): ["self", "Look"],
    ("crm.service.request", "squad_done"): ["self", 1],
    ("crm.service.request", "squad_hand_over"): ["self", 1],
    ("crm.service.request", "squad_invite"): ["self", [1]],
    ("crm.service.request", "squad_note"): ["self", "x"],
    ("crm.service.request", "squad_refuse"): ["self", 1],
    ("crm.service.request", "squad_remove"): ["self", 1],
    ("crm.service.request", "squad_reopen"): ["self", 1],
    ("crm.service.request", "suggest_articles"): ["seal"],
    ("crm.service.request", "use_article"): ["self", "article", "linked"],
    ("crm.service.request", "use_dealer"): ["self", "own"],
}
OUTSIDERS = ("visitor", "portal", "api", "employee", "auditor")
# They name a window and records whose ids the caller knows, or answer with nothing; what the
# window shows has its own rights.
HARMLESS = {
    "crm.customer.asset": (
        "action_merge action_open_history action_open_parts action_open_requests action_swap "
        "action_transfer get_service_card"
    ),
    "crm.feedback.desk": "action_open_answers",
    "crm.feedback.scheme": "action_open_answers",
    "crm.service.approval": "action_refuse",
    "crm.service.article": "action_open_uses action_open_versions",
    "crm.service.complaint": (
        "action_answer action_back action_reject action_reopen action_replied action_skip"
    ),
    "crm.service.request": (
        "action_collection_new action_link action_merge action_open_service_orders "
        "action_split get_portal_url mail_allowed_qweb_expressions"
    ),
    "crm.service.sla.policy": "action_open_requests",
    "product.product": "action_open_assets",
    "product.template": "action_open_service_parts",
}
# Employees also look for contacts and published articles, say what they think, and have dialogs,
# which ask for rights when they write, and do nothing to requests that their user does not see.
FOR_EMPLOYEES = {
    "crm.feedback.invitation": "action_give_feedback",
    "crm.service.collection": "action_print_label",
    "crm.service.finder": "find find_duplicates",
    "crm.service.first.steps": "get_first_steps",
    "crm.feedback.desk": "action_print",
    "crm.service.approval.refuse": "action_refuse",
    "crm.service.period.print": "action_print",
    "crm.service.request": (
        "action_close_duplicates article_text get_board_counts search_articles suggest_articles"
    ),
    "crm.service.squad.invite": "action_invite",
    "product.template": "action_open_assets",
    "res.partner": "action_open_assets action_open_service_requests",
}
# Auditors read complaints.
FOR_AUDITORS = {
    "crm.service.complaint": "action_open_request action_reply",
    "crm.service.complaint.report": "action_open_complaint",
}
# A contact of the customer reads the customer's contact and orders, as Odoo has it.
FOR_PORTAL = {
    "res.partner": "action_open_assets action_open_service_requests",
    "sale.order": "action_quotation_send",
}
FOR_API = {"crm.service.request": "api_create"}


def lines(*tables):
    """``{(model, method)}`` of tables of names by model."""
    return {
        (model, method)
        for table in tables
        for model, names in table.items()
        for method in names.split()
    }


ALLOWED = {
    "visitor": lines(HARMLESS),
    "portal": lines(HARMLESS, FOR_PORTAL),
    "api": lines(HARMLESS, FOR_API),
    "employee": lines(HARMLESS, FOR_EMPLOYEES),
    "auditor": lines(HARMLESS, FOR_EMPLOYEES, FOR_AUDITORS),
}
STAFF = ("representative", "sales", "officer", "leader", "administrator")
# Of the service staff, who is refused what (first letters of the roles): selling is for the service
# sales, satisfaction for its officers, decisions for leaders, rules for administrators. What needs
# an own approval, order or amount is refused to all who have none of the one asked about.
REFUSED = {
    "rs": {
        "crm.feedback.invitation": "action_cancel action_enter action_send",
        "crm.service.request": "action_feedback_enter",
    },
    "rol": {
        "crm.service.request": "action_sell",
        "crm.service.sell": "action_quotation action_send",
        "crm.service.sell.confirm": "action_confirm",
    },
    "rsl": {
        "crm.feedback.answer": "action_pass_to_design",
    },
    "rso": {
        "crm.service.cause": "action_educate",
        "crm.customer.asset.merge": "action_merge",
        "crm.feedback.desk": "action_open_page",
        "crm.service.article": "action_retire",
        "crm.service.article.miss": "action_done",
        "crm.service.complaint.report": "action_open_complaint",
        "crm.service.education": "action_done action_mail_owners action_tell_owners",
        "crm.service.profit.report": "action_open_source",
        "crm.service.recall": "action_close action_publish action_reopen",
        "crm.service.warning": "action_done",
    },
    "rsoa": {
        "crm.service.approval": "action_approve decide",
        "crm.service.approval.refuse": "action_refuse",
    },
    "rsol": {
        "crm.feedback.desk": "action_new_address",
        "crm.feedback.rule": "action_invite_now",
        "crm.feedback.scheme": "action_new_version",
        "crm.feedback.theme": "action_match_again",
        "crm.service.sla.policy": "action_new_version",
        "crm.service.sla.rebuild": "action_rebuild",
    },
    "sola": {
        "crm.service.approval": "action_withdraw",
    },
    "rsola": {
        "crm.service.request": (
            "action_confirm_by_phone cancel_quotation confirm_by_phone print_quotation "
            "send_quotation"
        ),
        "sale.order": "action_open_service_request action_quotation_send",
    },
}
# What no answer to an outsider may hold.
SECRETS = ("does not start", "QX-7731", "Too slow", "waited", "leaks")
# What is written without being a request of a customer, or by the API, which is there for it.
WRITERS = {"crm.feedback.invitation": "action_give_feedback", "crm.service.request": "api_create"}
#: Of Odoo, overridden: their rights are those of Odoo.
ODOOS = INHERITED | {"default_get", "message_parse", "message_route", "session_info"}


@tagged("post_install", "-at_install")
class TestServiceAccessMatrix(AccessMatrix, WorldCase):
    ACCESS_MODULE = MODULE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = f"{MODULE}.group_service_"
        cls.users = {
            "visitor": cls.env.ref("base.public_user"),
            "portal": new_test_user(cls.env, "matrix_portal", groups="base.group_portal"),
            "api": new_test_user(cls.env, "matrix_api", groups=f"{group}api"),
            "employee": new_test_user(cls.env, "matrix_employee", groups="base.group_user"),
            "representative": cls.rita,
            "sales": new_test_user(cls.env, "matrix_sales", groups=f"{group}sales"),
            "officer": cls.olga,
            "auditor": cls.audrey,
            "leader": cls.leo,
            "administrator": cls.ada,
        }
        # The curious customer is a contact of Acme, whose requests these are, and follows them.
        cls.portal = cls.users["portal"]
        cls.portal.partner_id.parent_id = cls.acme
        cls.methods = {key: ["self"] for key in lines(ON_RECORDS)} | ARGUMENTS

    def test_every_model_has_a_line(self):
        self.assertEqual(self.models_of_addon(transient=True), set(MATRIX))

    def test_operations_by_role(self):
        rights = {model: letters.replace("-", "").split(" ") for model, letters in MATRIX.items()}
        self.assert_matrix(rights, ROLES)

    def test_every_public_method_has_a_line(self):
        found = {key for key in self.public_methods() if key[1] not in ODOOS}
        self.assertEqual(found, set(self.methods))

    # Calls of those who do not work in service

    def planted(self):
        """``(record, arguments)`` of a call as a role, about records that are there."""
        records = self._world()
        records["crm.service.request"].message_subscribe(self.portal.partner_id.ids)
        self.env.flush_all()
        places = {
            "asset": records["crm.customer.asset"].id,
            "article": records["crm.service.article"].id,
        }
        for (model, method), values in self.methods.items():
            record = records.get(model)
            if record is None:
                rows = self.env[model]
                record = (not rows._abstract and rows.search([], limit=1)) or rows.browse(1)
            yield model, method, values, record, places

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_does_not_work_in_service_calls_in_vain(self):
        for model, method, values, record, places in self.planted():
            for role in OUTSIDERS:
                user = self.users[role]
                expected = "allowed" if (model, method) in ALLOWED[role] else "refused"
                arguments = self.fill_in(values, user.partner_id.id, record, **places)
                with self.subTest(model=model, method=method, role=role):
                    reads = (model, method) not in lines(WRITERS)
                    found, value = self.ask(user, model, method, arguments, reads)
                    self.assertEqual(found, expected)
                    self.assertFalse([word for word in SECRETS if word in str(value)])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_windows_that_outsiders_may_name_stay_closed(self):
        """What a harmless method names a customer cannot open."""
        for model, method, values, record, places in self.planted():
            if (model, method) in lines(HARMLESS):
                arguments = self.fill_in(values, self.portal.partner_id.id, record, **places)
                action = self.ask(self.portal, model, method, arguments)[1]
                shown = isinstance(action, dict) and action.get("res_model")
                if shown and shown != "sale.order":  # his own, by the rules of Odoo
                    self.assertFalse(self.env[shown].with_user(self.portal).has_access("read"))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_each_role_of_the_staff_is_refused_what_it_may_not(self):
        """Every other call is let in; what it then finds missing or too early is told in words."""
        initials = {role[0]: role for role in STAFF}
        refused = {
            (*key, initials[letter])
            for letters, table in REFUSED.items()
            for key in lines(table)
            for letter in letters
        }
        found = set()
        for model, method, values, record, places in self.planted():
            for role in STAFF:
                user = self.users[role]
                arguments = self.fill_in(values, user.partner_id.id, record, **places)
                if self.ask(user, model, method, arguments)[0] == "refused":
                    found.add((model, method, role))
        self.assertEqual(found, refused)
