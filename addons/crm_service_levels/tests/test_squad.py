from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import tagged

from .common_squad import SquadCase


@tagged("post_install", "-at_install")
class TestSquad(SquadCase):
    """SVC-L2: a temporary squad across departments and companies, its tasks and judgement."""

    # People

    def test_invitation_begins_level_two(self):
        self._as(self.rita).squad_invite([self.pia.id], "expert", self.production.id, "Seal?")
        member = self.request.squad_member_ids
        self.assertEqual(
            (member.user_id, member.role, member.state), (self.pia, "expert", "invited")
        )
        self.assertEqual((member.invited_by_id, member.note), (self.rita, "Seal?"))
        self.assertEqual(member.department_id, self.production)
        self.assertEqual(member.activity_id.user_id, self.pia)
        self.assertEqual(self.request.level, "2")
        self.assertEqual(self._state(), [("2", False)])

    def test_a_colleague_of_another_company_reads_and_writes_internally(self):
        with self.assertRaises(AccessError):
            self._as(self.otto).read(["name"])
        self._squad(self.otto)
        request = self._as(self.otto)
        self.assertEqual(request.name, "Pump does not start")
        self.assertIn(request, request.search([]))
        self.assertTrue(request.message_ids)
        message = self.env["mail.message"].browse(request.squad_note("The <seal> is wrong"))
        self.assertEqual(message.author_id, self.otto.partner_id)
        self.assertTrue(message.is_internal and message.subtype_id.internal)
        notes = self._as(self.rita).squad_card["notes"]
        self.assertEqual([note["text"] for note in notes], ["The <seal> is wrong"])
        with self.assertRaises(AccessError):
            self._as(self.otto).name = "Mine"

    def test_who_only_helps_begins_with_his_squads(self):
        helps = self.otto._service_only_helps
        self.otto.group_ids = self.env.ref("base.group_user")
        self.assertFalse(helps())  # nobody has asked him yet
        self._squad(self.otto)
        self.assertTrue(helps())
        self.assertFalse(self.rita._service_only_helps())  # she has an app of her own
        self.request.stage_id = self.request.stage_id.search([("is_closed", "=", True)], limit=1)
        self.assertFalse(helps())

    def test_access_ends_when_he_leaves(self):
        self._squad(self.otto)
        self._as(self.otto).squad_leave("Done here")
        with self.assertRaises(AccessError):
            self._as(self.otto).read(["name"])
        self.assertFalse(self.request.with_user(self.otto).search([("id", "=", self.request.id)]))
        with self.assertRaises(AccessError):
            self._as(self.otto).squad_note("Still here")
        gone = self.request.with_context(active_test=False).squad_member_ids
        self.assertEqual((gone.state, gone.active), ("left", False))
        self.assertEqual(self._state(), [("2", True)])

    def test_who_declines_sees_nothing_any_more(self):
        self._as(self.rita).squad_invite([self.otto.id])
        self._as(self.otto).squad_decline("No time")
        with self.assertRaises(AccessError):
            self._as(self.otto).read(["name"])
        self.assertEqual(self._state(), [("2", True)])

    def test_who_is_invited_reads_but_does_nothing_before_he_joins(self):
        self._as(self.rita).squad_invite([self.pia.id])
        self.assertEqual(self._as(self.pia).name, "Pump does not start")
        for call in (
            lambda: self._as(self.pia).squad_note("x"),
            lambda: self._as(self.pia).squad_create_task("x"),
            lambda: self._as(self.pia).squad_invite([self.otto.id]),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_only_leads_invite_and_remove(self):
        self._squad(self.pia)
        with self.assertRaises(AccessError):
            self._as(self.pia).squad_invite([self.otto.id])
        self.request.squad_member_ids.role = "lead"
        self._as(self.pia).squad_invite([self.otto.id])
        member = self.request.squad_member_ids.filtered(lambda m: m.user_id == self.otto)
        self._as(self.pia).squad_remove(member.id)
        self.assertFalse(member.active)

    def test_outsiders_and_customers_are_not_invited(self):
        for users in ([self.portal.id], [], [0]):
            with self.assertRaises(UserError):
                self._as(self.rita).squad_invite(users)
        with self.assertRaises(UserError):
            self._as(self.rita).squad_invite([self.pia.id], "king")

    def test_invited_twice_is_in_it_once(self):
        self._squad(self.pia)
        self._as(self.rita).squad_invite([self.pia.id, self.otto.id])
        self.assertEqual(len(self.request.squad_member_ids), 2)

    def test_dismissal_needs_all_tasks_done(self):
        self._squad(self.pia)
        task = self._task(self.pia)
        with self.assertRaises(UserError):
            self._as(self.rita).squad_dismiss()
        with self.assertRaises(UserError):
            self._as(self.pia).squad_leave()
        self._as(self.pia).squad_done(task.id, "Seal was fitted wrongly")
        self._as(self.rita).squad_dismiss()
        self.assertEqual(self._state(), [("2", True)])
        self.assertEqual(self.request.level, "1")
        with self.assertRaises(AccessError):
            self._as(self.pia).read(["name"])

    # Tasks

    def test_tasks_need_no_rights_in_project(self):
        self._squad(self.otto)
        self.assertFalse(self.otto.has_group("project.group_project_user"))
        task = self._task(self.rita, by=self.otto, deadline="2026-06-15 12:00:00")
        self.assertFalse(task.with_user(self.otto).search([("id", "=", task.id)]))
        self.assertEqual((task.user_ids, task.service_request_id), (self.rita, self.request))
        self.assertEqual(task.project_id.company_id, self.company)
        self.assertEqual(task.service_activity_id.date_deadline.isoformat(), "2026-06-15")
        row = self._as(self.otto).squad_card["tasks"][0]
        self.assertEqual(
            (row["name"], row["who"], row["done"]), ("Check the seal", self.rita.name, False)
        )

    def test_one_project_per_company(self):
        first, second = self._task(self.rita), self._task(self.rita)
        self.assertEqual(first.project_id, second.project_id)
        self.assertTrue(first.project_id.service_squad)

    def test_only_members_get_tasks(self):
        self._squad(self.pia)
        for user in (self.otto, self.emma):
            with self.assertRaises(UserError):
                self._task(user)
        with self.assertRaises(UserError):
            self._as(self.rita).squad_create_task("  ")

    def test_hand_over_with_note_and_acceptance(self):
        self._squad(self.pia, self.otto)
        task = self._task(self.pia)
        with self.assertRaises(UserError):
            self._as(self.pia).squad_hand_over(task.id, self.otto.id, " ")
        key = self._as(self.pia).squad_hand_over(task.id, self.otto.id, "Seal is on my desk")
        handover = self.env["crm.service.handover"].browse(key)
        self.assertEqual(task.user_ids, self.pia)  # until he accepts
        self.assertEqual(handover.activity_id.user_id, self.otto)
        with self.assertRaises(AccessError):
            self._as(self.pia).squad_accept(key)
        with self.assertRaises(AccessError):
            self._as(self.rita).squad_accept(key)
        self._as(self.otto).squad_accept(key)
        self.assertEqual((task.user_ids, handover.state), (self.otto, "accepted"))
        self.assertEqual(handover.taken_by_id, self.otto)
        self.assertEqual(task.service_activity_id.user_id, self.otto)
        self.assertFalse(handover.activity_id.exists())

    def test_refused_hand_over_leaves_the_task(self):
        self._squad(self.pia, self.otto)
        task = self._task(self.pia)
        key = self._as(self.pia).squad_hand_over(task.id, self.otto.id, "Please")
        self._as(self.otto).squad_refuse(key, "On leave")
        handover = self.env["crm.service.handover"].browse(key)
        self.assertEqual((handover.state, handover.answer), ("refused", "On leave"))
        self.assertEqual(task.user_ids, self.pia)

    def test_two_colleagues_accept_the_same_task(self):
        """Offered to all: the first has it, the second is told; also while the first is at it."""
        self._squad(self.pia, self.otto)
        task = self._task(self.rita)
        key = self._as(self.rita).squad_hand_over(task.id, None, "Who has time?")
        model = type(self.env["crm.service.handover"])
        locked = patch.object(model, "lock_for_update", side_effect=LockError("locked"))
        with locked, self.assertRaises(UserError):
            self._as(self.otto).squad_accept(key)
        self._as(self.pia).squad_accept(key)
        with self.assertRaises(UserError):
            self._as(self.otto).squad_accept(key)
        self.assertEqual(task.user_ids, self.pia)

    def test_a_task_of_another_request_is_not_touched(self):
        self._squad(self.pia)
        elsewhere = self._request(user_id=self.rita.id)
        task = elsewhere.with_user(self.rita).squad_create_task("Other")
        for call in ("squad_done", "squad_hand_over", "squad_reopen"):
            with self.assertRaises(UserError):
                getattr(self._as(self.pia), call)(task)

    def test_others_leave_a_task_alone(self):
        self._squad(self.pia, self.otto)
        task = self._task(self.pia)
        with self.assertRaises(AccessError):
            self._as(self.otto).squad_done(task.id)

    def test_reopened_task_begins_level_two_again(self):
        task = self._task(self.rita)
        self._as(self.rita).squad_done(task.id)
        self.assertEqual(self._state(), [("2", True)])
        self._as(self.rita).squad_reopen(task.id)
        self.assertEqual(sorted(self._state()), [("2", False), ("2", True)])

    def test_reminder_once_per_deadline(self):
        task = self._task(self.rita, deadline="2026-01-05 12:00:00")
        tasks = self.env["project.task"]
        before = self._notices(self.rita)
        self.assertIn(tasks._cron_squad_reminders(), (1,))
        self.assertEqual(self._notices(self.rita), before + 1)
        self.assertEqual(tasks._cron_squad_reminders(), 0)
        task.date_deadline = fields.Datetime.now() + timedelta(hours=1)
        self.assertEqual(tasks._cron_squad_reminders(), 1)

    def _notices(self, user):
        return self.env["mail.notification"].search_count(
            [("res_partner_id", "=", user.partner_id.id)]
        )

    # Sets

    def test_inviting_ten_requests_costs_no_query_per_request(self):
        def cost(count):
            requests = self.env["crm.service.request"].concat(
                *(self._request(user_id=self.rita.id) for _n in range(count))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            requests._squad_add(self.pia | self.otto, "helper", self.production, "")
            self.env.flush_all()
            return self.cr.sql_log_count - before

        cost(1)
        few, many = cost(2), cost(20)
        self.assertLessEqual(many - few, 2, f"{few} → {many}")

    def test_card_costs_the_same_for_ten_requests(self):
        requests = [self._request(user_id=self.rita.id) for _n in range(11)]
        for request in requests:
            request._squad_add(self.pia, "helper", self.production, "")
            request.with_user(self.rita).squad_create_task("Look")

        def cost(some):
            some = self.env["crm.service.request"].with_user(self.rita).concat(*some)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("squad_card")
            return self.cr.sql_log_count - before

        cost(requests[:1])
        self.assertEqual(cost(requests[1:2]), cost(requests[1:]))
