from unittest.mock import patch

from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_sla import SlaCase


@tagged("post_install", "-at_install")
class TestSlaSetup(SlaCase):
    """SVC-S: what cannot work is refused where it is configured; rights; query counts; report."""

    def test_an_empty_calendar_is_refused(self):
        empty = self._calendar("Empty", 9, 17, days=[])
        with self.assertRaisesRegex(ValidationError, "are empty"):
            self.team.resource_calendar_id = empty
        with self.assertRaisesRegex(ValidationError, "are empty"):
            self._policy("Own", resolution={"calendar_kind": "own", "calendar_id": empty.id})

    def test_a_calendar_without_future_hours_is_refused(self):
        over = self._calendar("Over", 9, 17)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed for good",
                "calendar_id": over.id,
                "date_from": "2020-01-01 00:00:00",
                "date_to": "2099-12-31 23:59:59",
            }
        )
        with self.assertRaisesRegex(ValidationError, "no hours in the future"):
            self.team.resource_calendar_id = over

    def test_hours_that_are_counted_in_are_not_emptied(self):
        with self.assertRaisesRegex(ValidationError, "“Nine to five” are empty"):
            self.calendar.attendance_ids = [Command.clear()]
        own = self._calendar("Own", 9, 17)
        self._policy("Own", resolution={"calendar_kind": "own", "calendar_id": own.id})
        with self.assertRaisesRegex(ValidationError, "“Own” are empty"):
            own.attendance_ids = [Command.clear()]
        free = self._calendar("Of nobody", 9, 17)
        free.attendance_ids = [Command.clear()]
        self.assertFalse(free.attendance_ids)

    def test_a_team_without_hours_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "has no working hours"):
            self.team.resource_calendar_id = False

    def test_a_policy_for_a_team_without_hours_is_refused(self):
        self.policy.active = False
        self.team.resource_calendar_id = False
        with self.assertRaisesRegex(ValidationError, "has no working hours"):
            self._policy("Standard", {"team_ids": [Command.set(self.team.ids)]}, resolution=8)

    def test_departments_need_no_hours(self):
        department = self.team.create(
            {"name": "Production", "kind": "department", "resource_calendar_id": False}
        )
        self.assertFalse(department.resource_calendar_id)

    def test_two_targets_of_a_kind_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "two targets of the same kind"):
            self.policy.target_ids = [Command.create({"kind": "resolution", "hours": 1})]

    def test_warnings_are_percentages(self):
        with self.assertRaisesRegex(ValidationError, "percentages"):
            self.policy.target_ids[:1].warning_shares = "soon"

    @mute_logger("odoo.sql_db")
    def test_a_target_needs_time(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.policy.target_ids[:1].hours = 0
            self.env.flush_all()

    def test_used_policies_are_archived_not_deleted(self):
        self._opened("2024-03-01 10:00:00")
        with self.assertRaises(UserError):
            self.policy.unlink()
        with self.assertRaises(UserError):
            self.policy.target_ids.unlink()

    def test_the_countdown_is_in_list_card_and_form(self):
        requests = self.env["crm.service.request"].with_user(self.rita)
        for kind in ("list", "kanban", "form"):
            arch = etree.fromstring(requests.get_view(view_type=kind)["arch"])
            self.assertTrue(arch.xpath("//field[@widget='sla_countdown']"), kind)

    # Rights

    def test_representatives_enter_the_cause_and_nothing_else(self):
        request = self._opened("2024-03-01 10:00:00")
        timer = self._timer(request).with_user(self.rita)
        cause = self.env.ref("crm_service_levels.sla_cause_staff")
        timer.write({"cause_id": cause.id, "cause_note": "Two of us were ill"})
        self.assertEqual(timer.cause_id, cause)
        with self.assertRaises(AccessError):
            timer.state = "met"
        with self.assertRaises(AccessError):
            timer.unlink()

    def test_who_sees_timers(self):
        request = self._opened("2024-03-01 10:00:00")
        timers = self.timers.with_user(self.emma)
        mine = [("request_id", "=", request.id)]
        self.assertFalse(timers.search(mine))
        self.env["crm.service.squad.member"].create(
            {"request_id": request.id, "user_id": self.emma.id}
        )
        self.assertEqual(len(timers.search(mine)), 2)
        with self.assertRaises(AccessError):
            timers.search(mine).cause_note = "x"

    def test_only_administrators_configure_and_rebuild(self):
        for model in ("crm.service.sla.policy", "crm.service.sla.target"):
            self.assertTrue(self.env[model].with_user(self.emma).has_access("read"))
            self.assertFalse(self.env[model].with_user(self.leo).has_access("write"))
            self.assertTrue(self.env[model].with_user(self.ada).has_access("write"))
        rebuild = self.env["crm.service.sla.rebuild"]
        self.assertFalse(rebuild.with_user(self.leo).has_access("create"))
        action = rebuild.with_user(self.ada).create({}).action_rebuild()
        self.assertEqual(action["params"]["type"], "success")

    def test_policies_of_another_company_are_hidden(self):
        other = self.env["res.company"].create({"name": "Other"})
        policy = self._policy("Theirs", {"company_id": other.id}, resolution=1)
        self.assertFalse(
            self.env["crm.service.sla.policy"].with_user(self.rita).search([("id", "=", policy.id)])
        )

    # Report

    def test_attainment_counts_only_what_is_decided(self):
        met, missed = self._opened("2024-03-01 10:00:00"), self._opened("2024-03-01 10:00:00")
        self._opened("2024-03-01 10:00:00")
        self._answer(met, "2024-03-01 11:00:00")
        self._answer(missed, "2024-03-01 15:00:00")
        report = self.env["crm.service.sla.report"].with_user(self.rita)
        domain = [("team_id", "=", self.team.id), ("policy_id", "=", self.policy.id)]
        rows = report._read_group(
            domain, ["kind"], ["attainment:avg", "met:sum", "missed:sum", "__count"]
        )
        # First replies: one met, one missed, one open; solutions: all open, so no percentage.
        self.assertEqual(
            sorted(rows), [("first_reply", 0.5, 1, 1, 3), ("resolution", False, 0, 0, 3)]
        )

    def test_attainment_by_every_dimension(self):
        """Whatever a policy asks for, and where the request came from and went, is a dimension."""
        product = self.env["product.product"].create({"name": "Pump P1"})
        asset = self.env["crm.customer.asset"].create(
            {"product_id": product.id, "serial": "SN-1", "partner_id": self.acme.id}
        )
        self.policy.contract_level = " gold "
        contract = patch.object(
            type(self.env["crm.service.request"]),
            "_sla_contract_levels",
            lambda records: dict.fromkeys(records.ids, "gold"),
        )
        channel = self.env.ref("crm_service_levels.channel_chat")
        with contract:
            request = self._opened(
                "2024-03-01 10:00:00",
                severity="2",
                priority="2",
                type_id=self.fault.id,
                asset_id=asset.id,
                product_id=product.id,
                channel_id=channel.id,
            )
            self._answer(request, "2024-03-01 11:00:00")
        report = self.env["crm.service.sla.report"].with_user(self.leo)
        expected = {
            "company_id": self.company,
            "team_id": self.team,
            "user_id": self.rita,
            "type_id": self.fault,
            "severity": "2",
            "priority": request.priority,
            "customer_tier": False,
            "contract_level": "gold",
            "policy_id": self.policy,
            "commercial_partner_id": self.acme,
            "channel_id": channel,
            "product_id": product,
            "asset_id": asset,
            "level_highest": "3",  # it is about an asset
            "kind": "first_reply",
            "cause_id": self.env["crm.service.sla.cause"],
        }
        domain = [("request_id", "=", request.id), ("kind", "=", "first_reply")]
        for name, value in expected.items():
            rows = report._read_group(domain, [name], ["attainment:avg", "met:sum"])
            self.assertEqual(rows, [(value, 1.0, 1)], name)

    def test_the_report_shows_what_the_reader_may_see(self):
        request = self._opened("2024-03-01 10:00:00")
        report = self.env["crm.service.sla.report"]
        mine = [("request_id", "=", request.id)]
        self.assertEqual(len(report.with_user(self.rita).search(mine)), 2)
        request.company_id = self.env["res.company"].create({"name": "Other"})
        self.env.cr.flush()
        self.assertFalse(report.with_user(self.rita).search(mine))
        with self.assertRaises(AccessError):
            report.with_user(self.emma).search(mine)

    def test_a_row_opens_its_request(self):
        request = self._opened("2024-03-01 10:00:00")
        row = self.env["crm.service.sla.report"].search([("request_id", "=", request.id)], limit=1)
        self.assertEqual(row.action_open_request()["res_id"], request.id)

    # Query counts

    def test_queries_do_not_grow_with_requests(self):
        few, many = self._queries(5), self._queries(50)
        self.assertEqual([a >= b - 2 for a, b in zip(few, many, strict=True)], [True] * 4)

    def _queries(self, count):
        """Queries of creating, changing, answering and rebuilding."""
        values = {"name": "x", "partner_id": self.anna.id, "type_id": self.usage.id}
        requests = self.env["crm.service.request"]
        counts = []

        def measure(function):
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            result = function()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
            return result

        requests = measure(lambda: requests.create([dict(values) for _n in range(count)]))
        measure(lambda: requests.write({"priority": "3"}))
        measure(lambda: requests._service_answered(self._at("2030-01-01 00:00:00")))
        measure(lambda: requests._sla_reassign(recount=True))
        return counts
