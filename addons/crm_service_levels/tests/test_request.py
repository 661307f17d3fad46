from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.crm_service_type import NATURES
from .common_service import MODULE, ServiceCase


@tagged("post_install", "-at_install")
class TestRequest(ServiceCase):
    """SVC-L1: a request has number, priority, team, stage, times and a history."""

    def test_numbers_follow_each_other(self):
        first, second = self.env["crm.service.request"].create([{"name": "a"}, {"name": "b"}])
        self.assertEqual(int(second.number[1:]), int(first.number[1:]) + 1)
        self.assertRegex(first.number, r"^R\d{6}$")

    def test_shared_values_give_own_numbers(self):
        """The same dictionary for several records is left alone; each gets a number."""
        values = {"name": "Same"}
        requests = self.env["crm.service.request"].create([values] * 3)
        self.assertEqual(len(set(requests.mapped("number"))), 3)
        self.assertEqual(values, {"name": "Same"})
        assets = self.env["crm.customer.asset"].create([{"name": "Same pump"}] * 2)
        self.assertEqual(len(set(assets.mapped("number"))), 2)

    def test_priority_from_the_matrix(self):
        # Breakdown: critical (3) and at once (2) → the last diagonal, urgent.
        self.assertEqual(self._request(type_id=self.fault.id).priority, "3")
        # Use: moderate (1) and soon (1) → normal.
        request = self._request()
        self.assertEqual(request.priority, "1")
        request.severity = "3"
        self.assertEqual(request.priority, "3")

    def test_a_company_has_its_own_matrix(self):
        self.env["crm.service.priority.rule"].create(
            {"company_id": self.company.id, "severity": "1", "urgency": "1", "priority": "2"}
        )
        self.assertEqual(self._request().priority, "2")

    def test_team_of_type_then_of_user(self):
        self.assertEqual(self._request(user=self.rita).team_id, self.team)
        other = self.team.copy({"name": "Spare parts"})
        self.usage.team_id = other
        self.assertEqual(self._request(user=self.rita).team_id, other)

    def test_types_cover_before_during_and_after_the_sale(self):
        kinds = self.env["crm.service.type"].search([("company_id", "=", False)])
        self.assertEqual(set(kinds.mapped("phase")), {"before", "during", "after"})
        natures = {code for code, _label in NATURES} - {"other"}
        self.assertLessEqual(natures, set(kinds.mapped("nature")))
        request = self._request(type_id=self.env.ref(f"{MODULE}.type_price").id)
        self.assertEqual((request.phase, request.nature), ("before", "enquiry"))

    def test_types_are_a_tree(self):
        part = self.env["crm.service.type"].create({"name": "Filter", "parent_id": self.usage.id})
        self.assertEqual(part.complete_name, f"{self.usage.name} / Filter")
        requests = self.env["crm.service.request"]
        request = self._request(type_id=part.id)
        self.assertIn(request, requests.search([("type_id", "child_of", self.usage.id)]))
        with self.assertRaises(UserError):
            self.usage.parent_id = part

    def test_a_team_has_stages_and_fields_of_its_own(self):
        stage = self.env["crm.service.stage"].create(
            {"name": "Look", "sequence": -5, "state": "new", "team_ids": self.team.ids}
        )
        other = self.team.copy({"name": "Spare parts"})
        other.stage_ids = False
        definition = {"name": "a1b2c3d4e5f6a7b8", "string": "Pressure", "type": "integer"}
        self.team.request_properties = [definition]
        values = {"team_id": self.team.id, "request_properties": {definition["name"]: 7}}
        request = self._request(**values)
        self.assertEqual((request.team_id, request.stage_id), (self.team, stage))
        self.assertEqual(request.request_properties[definition["name"]], 7)
        request.team_id = other
        self.assertNotEqual(request.stage_id, stage)
        self.assertEqual(request.state, "new")
        self.assertFalse(dict(request.request_properties))

    def test_result_and_cause_are_kept_with_the_request(self):
        result = self.env.ref(f"{MODULE}.result_explained")
        cause = self.env["crm.service.cause"].search([], limit=1)
        request = self._request(user=self.rita, tag_ids=[Command.create({"name": "Fair"})])
        request.write({"result_id": result.id, "cause_id": cause.id})
        request.action_close()
        self.assertEqual((request.result_id, request.cause_id), (result, cause))
        self.assertEqual(request.tag_ids.name, "Fair")
        self.assertTrue(request.date_closed and request.date_solved)
        request.action_reopen()
        self.assertEqual((request.date_closed, request.date_solved), (False, False))

    def test_any_representative_at_any_branch_takes_any_matter(self):
        """One counter for all: the team of a request keeps no colleague of the company out."""
        branch = self.env["res.company"].create({"name": "North", "parent_id": self.company.id})
        both = [Command.set([self.company.id, branch.id])]
        nora = self._user(
            "nora", f"{MODULE}.group_service_user", company_id=branch.id, company_ids=both
        )
        rows = self.env["crm.service.team"].create(
            [{"name": "North", "company_id": branch.id}, {"name": "South"}]
        )
        for team in rows:
            request = self._request(team_id=team.id, company_id=team.company_id.id)
            mine = request.with_user(nora).with_context(allowed_company_ids=both[0][2])
            mine.action_take()
            mine.action_solve()
            self.assertEqual((request.user_id, request.state), (nora, "solved"))
        stranger = self.env["res.company"].create({"name": "Another firm"})
        secret = self._request(company_id=stranger.id)
        with self.assertRaises(AccessError):
            secret.with_user(nora).action_take()

    def test_taking_opens_and_solving_stamps(self):
        request = self._request(user=self.rita)
        self.assertEqual(request.state, "new")
        request.action_take()
        self.assertEqual((request.state, request.user_id), ("open", self.rita))
        request.action_solve()
        self.assertTrue(request.date_solved)
        request.action_reopen()
        self.assertEqual((request.date_solved, request.reopen_count), (False, 1))

    def test_history_has_one_open_stage(self):
        request = self._request(user=self.rita)
        request.action_take()
        request.action_solve()
        spans = request.stage_span_ids
        self.assertEqual(spans.filtered(lambda span: not span.date_to).stage_id.state, "solved")
        self.assertEqual(spans[-1].changed_by_id, self.rita)

    def test_effort_costs_by_the_rate_of_the_team(self):
        request = self._request(user=self.rita)
        effort = self.env["crm.service.effort"].with_user(self.rita)
        effort = effort.create({"request_id": request.id, "minutes": 30})
        # 30 minutes of an hour that costs 60
        self.assertEqual(effort.sudo().cost, 30.0)
        self.team.hourly_cost = 90
        self.assertEqual(effort.sudo().cost, 30.0)
        self.assertEqual(request.effort_minutes, 30.0)

    def test_everybody_gets_the_note_of_a_change(self):
        """Notes of many are copies: each says what its request went through, as by itself."""
        requests = self._noted([{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}])
        requests[0].user_id = self.rob
        requests.invalidate_recordset()
        before = {request: request.message_ids for request in requests}
        requests.with_user(self.leo).write({"user_id": self.rita.id})
        names = dict.fromkeys(requests, ("–", self.rita.name))
        names[requests[0]] = (self.rob.name, self.rita.name)
        notes = {request: request.message_ids - before[request] for request in requests}
        for request, note in notes.items():
            self.assertEqual(len(note), 1)
            self.assertEqual(note.body, "<ul><li>Owner: {} → {}</li></ul>".format(*names[request]))
            self.assertEqual(note.author_id, self.leo.partner_id)
            self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        own = {"id", "res_id", "body"}
        rows = [note.copy_data()[0] for note in notes.values()]
        plain = [{k: v for k, v in row.items() if k not in own} for row in rows]
        self.assertEqual(plain[1:], plain[:-1])

    def test_notes_stay_away_where_tracking_is_off(self):
        requests = self._noted([{"name": "a"}, {"name": "b"}])
        before = requests.message_ids
        requests.with_context(tracking_disable=True).user_id = self.rita
        self.assertEqual(requests.message_ids, before)

    def test_queries_of_notes_do_not_grow(self):
        """Ten or a hundred notes of one change: as many queries."""
        spent = []
        for count in (10, 100):
            requests = self._noted([{"name": "x"}] * count)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            requests.action_solve()
            self.env.flush_all()
            spent.append(self.env.cr.sql_log_count - start)
            self.assertEqual(set(requests.mapped(lambda r: len(r.message_ids))), {2})
        self.assertLessEqual(spent[1], spent[0] + 2)

    def _noted(self, rows):
        """Requests whose changes are noted, as in daily work."""
        requests = self.env["crm.service.request"].with_context(tracking_disable=False)
        return requests.create([{"partner_id": self.anna.id, **row} for row in rows])

    def test_queries_do_not_grow_with_requests(self):
        """Creating and moving ten times as many costs as many queries."""
        few, many = self._queries(10), self._queries(100)
        self.assertLessEqual(many, few + 2)

    def _queries(self, count):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        values = {"name": "x", "partner_id": self.anna.id, "type_id": self.usage.id}
        requests = self.env["crm.service.request"].create([dict(values) for _n in range(count)])
        requests.action_solve()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start
