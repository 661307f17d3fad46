from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_plaint import MONDAY, PlaintCase


@tagged("post_install", "-at_install")
class TestPlaint(PlaintCase):
    """SVC-C: a complaint through its nine steps."""

    def _step(self, complaint, code):
        return complaint.step_ids.filtered(lambda step: step.code == code)

    @freeze_time(MONDAY)
    def test_a_complaint_through_nine_steps(self):
        complaint = self._complaint()
        self.assertEqual(len(complaint.step_ids), 9)
        self.assertEqual((complaint.state, complaint.step_code), ("open", "record"))
        # Acknowledged within one working day: eight hours after Monday 10:05 in 9–17.
        self.assertEqual(complaint.step_due_at, self._at("2026-03-03 10:05"))
        self._done(complaint, "record")
        self._done(complaint, "judge", validity="partly", validity_reason="The seal was worn")
        self.assertEqual(complaint.step_user_id, self.leo)
        # Four working hours after Monday 10:05.
        self.assertEqual(complaint.step_due_at, self._at("2026-03-02 14:05"))
        self._done(complaint, "department", department_id=self.department.id)
        self.assertEqual(complaint.step_user_id, self.emma)
        self._words(complaint.with_user(self.emma), "answer", "The seal of lot 7 is too hard")
        self.assertEqual(complaint.department_answered_by_id, self.emma)
        self._done(complaint, "cause", cause_id=self.seal.id)
        self.assertEqual(complaint.request_id.cause_id, self.seal)
        self._done(complaint, "solution", solution="A new seal", compensation_kind="apology")
        self._done(complaint.with_user(self.leo), "approve")
        self.assertEqual(
            (complaint.solution_by_id, complaint.approved_by_id), (self.rita, self.leo)
        )
        complaint.request_id.with_user(self.rita).message_post(
            body="We are sorry", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(complaint.replied_on)
        self._done(complaint, "reply", execution_note="Seal sent")
        self._done(complaint, "compensate", penalty_amount=20.0, penalty_note="Lot 7")
        self._done(complaint, "learn", learning="Test the hardness", customer_content="yes")
        self.assertEqual((complaint.state, complaint.step_code), ("closed", False))
        self.assertEqual(set(complaint.step_ids.mapped("state")), {"done"})
        self.assertEqual(complaint.request_id.state, "solved")

    def test_what_is_missing_is_said_in_words(self):
        complaint = self._until(self._complaint(), "judge")
        with self.assertRaisesRegex(UserError, "Please enter first: Validity"):
            self._done(complaint, "judge")
        with self.assertRaisesRegex(UserError, "Reason for the customer"):
            self._done(complaint, "judge", validity="invalid")

    def test_an_invalid_complaint_is_answered_and_learned_from(self):
        complaint = self._until(self._complaint(), "reply", validity="invalid")
        states = {step.code: step.state for step in complaint.step_ids}
        self.assertEqual(
            [code for code, state in states.items() if state == "skipped"],
            ["department", "cause", "solution", "approve"],
        )
        self._words(complaint, "replied", "Letter")
        self._done(complaint, "reply")
        self.assertEqual(complaint.step_code, "learn")
        self.assertEqual(self._step(complaint, "compensate").state, "skipped")

    def test_nobody_approves_his_own(self):
        complaint = self._until(self._complaint(), "solution")
        complaint.with_user(self.leo).write({"solution": "Nothing", "compensation_kind": "none"})
        self._done(complaint, "solution")  # Rita ends the step, Leo had written it
        with self.assertRaisesRegex(UserError, "Nobody approves"):
            self._done(complaint.with_user(self.leo), "approve")
        with self.assertRaisesRegex(UserError, "team leader"):
            self._done(complaint, "approve")
        self._done(complaint.with_user(self.ada), "approve")
        self.assertEqual(complaint.approved_by_id, self.ada)

    def test_not_approved_goes_back_to_the_solution(self):
        complaint = self._until(self._complaint(), "approve")
        self._words(complaint.with_user(self.leo), "reject", "Too dear")
        self.assertEqual(complaint.step_code, "solution")
        self.assertEqual(self._step(complaint, "solution").reason, "Too dear")
        self.assertEqual(self._step(complaint, "approve").state, "waiting")

    def test_below_the_limit_no_approval_is_needed(self):
        self.env.ref("crm_service_levels.complaint_procedure_standard").approval_from = 100.0
        complaint = self._until(self._complaint(), "solution")
        self._done(
            complaint,
            "solution",
            solution="Voucher",
            compensation_kind="voucher",
            compensation_amount=99.99,
        )
        self.assertEqual(complaint.step_code, "reply")
        self.assertEqual(self._step(complaint, "approve").state, "skipped")

    def test_two_people_end_the_same_step(self):
        complaint = self._complaint()
        self._done(complaint.with_user(self.rob), "record")
        with self.assertRaisesRegex(UserError, "ended by rob"):
            self._done(complaint, "record")
        self.assertEqual(complaint.step_code, "judge")

    def test_finished_steps_are_locked(self):
        complaint = self._until(self._complaint(), "cause")
        with self.assertRaisesRegex(UserError, "Validity"):
            complaint.validity = "invalid"
        with self.assertRaisesRegex(UserError, "Approved by"):
            complaint.approved_by_id = self.rita
        self._words(complaint, "back", "New facts", step="judge")
        complaint.validity = "partly"
        self.assertEqual(complaint.validity, "partly")

    def test_closed_complaints_change_by_reopening_only(self):
        complaint = self._until(self._complaint(), "compensate")
        self._done(complaint, "compensate")
        self._done(complaint, "learn", learning="Harder seals")
        for user in (self.rita, self.ada, self.env.ref("base.user_root")):
            with self.assertRaisesRegex(UserError, "closed"):
                complaint.with_user(user).learning = "Nothing"
        with self.assertRaisesRegex(UserError, "register"):
            complaint.sudo().unlink()
        self._words(complaint, "reopen", "It leaks again", step="solution")
        self.assertEqual(
            (complaint.state, complaint.step_code, complaint.reopen_count),
            ("open", "solution", 1),
        )
        self.assertFalse(complaint.approved_by_id)

    def test_leaving_out_needs_leave_and_a_reason(self):
        complaint = self._complaint()
        with self.assertRaisesRegex(UserError, "may not be left out"):
            self._words(complaint, "skip", "Hurry")
        self._until(complaint, "department")
        with self.assertRaisesRegex(UserError, "say why"):
            self._words(complaint, "skip", "  ")
        self._words(complaint, "skip", "We know the cause")
        self.assertEqual(self._step(complaint, "department").reason, "We know the cause")

    def test_anonymous_complaints_need_no_reply(self):
        complaint = self._complaint(partner_id=False)
        self.assertTrue(complaint.anonymous)
        self._until(complaint, "approve")
        self._done(complaint.with_user(self.leo), "approve")
        self._done(complaint, "reply")
        self.assertEqual(complaint.step_code, "compensate")
        with self.assertRaisesRegex(ValidationError, "Take the contact off"):
            self._complaint().anonymous = True

    def test_oral_complaints_are_read_back(self):
        complaint = self._complaint()
        with self.assertRaisesRegex(UserError, "Taken down by, Read back"):
            self._done(complaint, "record", oral=True)
        self._done(complaint, "record", oral_by_id=self.rita.id, oral_read_back=True)
        self.assertEqual(complaint.step_code, "judge")

    def test_suggestions_are_kept_apart(self):
        suggestion = self.env.ref("crm_service_levels.type_suggestion")
        request = self._request(type_id=suggestion.id)
        self.assertFalse(request.complaint_ids)
        request.type_id = self.complaint
        self.assertEqual(request.complaint_id.state, "open")
        request.type_id = suggestion
        self.assertEqual(request.complaint_id.state, "withdrawn")
        request.type_id = self.complaint
        self.assertEqual((len(request.complaint_ids), request.complaint_id.state), (1, "open"))

    def test_a_merged_complaint_goes_on(self):
        complaint, target = self._complaint(), self._request()
        complaint.request_id._merge_into(target)
        self.assertEqual(complaint.request_id, target)
        second = self._complaint()
        second.request_id._merge_into(target)
        self.assertEqual((complaint.state, second.state), ("open", "withdrawn"))

    def test_the_log_tells_who_changed_what(self):
        complaint = self._until(self._complaint(), "department")
        line = complaint.log_ids.filtered(lambda one: one.field == "validity")
        self.assertEqual((line.user_id, line.before, line.after), (self.rita, "", "Valid"))
        with self.assertRaises(AccessError):
            line.sudo().after = "Not valid"
        with self.assertRaises(AccessError):
            line.sudo().unlink()

    def test_late_steps_are_raised_once(self):
        with freeze_time(MONDAY):
            complaint = self._complaint()
            self.assertFalse(complaint.is_late)
        job = self.env.ref("crm_service_levels.ir_cron_complaint_late")
        with freeze_time("2026-03-03 10:06:00"), self.enter_registry_test_mode():
            complaint.invalidate_recordset(["is_late"])
            self.assertTrue(complaint.is_late)
            late = self.env["crm.service.complaint"].search([("is_late", "=", True)])
            self.assertIn(complaint.id, late.ids)
            job.method_direct_trigger()
            job.method_direct_trigger()
        self.assertEqual(complaint.activity_ids.mapped("user_id"), self.rita)
        self.assertEqual(len(complaint.activity_ids), 1)
        self.assertIn("Record", complaint.activity_ids.summary)

    def test_valid_complaints_for_calibration(self):
        complaints = self.env["crm.service.complaint"]
        for validity in ("valid", "partly", "invalid"):
            step = "reply" if validity == "invalid" else "department"
            self._until(self._complaint(), step, validity)
        self._complaint()
        domain = [("partner_id", "=", self.anna.id)]
        self.assertEqual(complaints._valid_complaints(domain), {(): 2})
        found = complaints._valid_complaints(domain, ["team_id"])
        self.assertEqual(found, {(self.team,): 2})

    def test_facts_and_360(self):
        self._until(self._complaint(), "department")
        self._complaint()
        facts = self.env["crm.customer.fact"]
        codes = {fact.code for fact in facts._facts()}
        self.assertLessEqual({"complaint_count", "complaint_valid_count"}, codes)
        section = self.acme._customer_360_complaints()
        self.assertEqual(section["count"], 2)

    def test_report_of_causes(self):
        complaint = self._until(
            self._complaint(product_id=self.pump.id), "reply", "valid", "goods", 40.0
        )
        self.env["crm.service.effort"].create(
            {"request_id": complaint.request_id.id, "minutes": 30}
        )
        report = self.env["crm.service.complaint.report"].with_user(self.leo)
        row = report.search([("complaint_id", "=", complaint.id)])
        self.assertEqual((row.cause_id, row.root_cause_id), (self.seal, self.making))
        # 40 for the customer and half an hour at 60.
        self.assertEqual((row.compensation, row.handling_cost, row.total_cost), (40.0, 30.0, 70.0))
        self._until(self._complaint(), "reply", "invalid")
        domain = [("team_id", "=", self.team.id)]
        self.assertEqual(report._read_group(domain, [], ["valid_share:avg"]), [(0.5,)])
        self.assertEqual(report._pareto(domain), [(self.making, 1, 1.0)])

    def test_as_many_queries_for_ten_times_as_many(self):
        kinds = {"type_id": self.complaint.id, "partner_id": self.anna.id, "name": "x"}
        requests = self.env["crm.service.request"]
        requests.create(dict(kinds))
        self.env.flush_all()
        counts = []
        for number in (4, 40):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests.create([dict(kinds) for _index in range(number)])
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 3)
