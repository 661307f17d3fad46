"""Fills, appended touches, adoption and rights of the touch ledger (C360-1)."""

from contextlib import closing
from datetime import datetime, timedelta
from unittest.mock import patch

import psycopg2
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.safe_eval import safe_eval

from ..models import crm_touchpoint_fill
from ..report.touchpoint_providers import Provider
from ..report.touchpoint_upsert import batch_of
from . import touchpoint_common


def call(number, **values):
    """An event that a telephone exchange might append."""
    return {
        "res_model": "res.partner",
        "res_id": number,
        "event": "called",
        "kind": "call",
        "direction": "in",
        "date": datetime(2026, 5, 1, 9, 0),
        **values,
    }


@tagged("post_install", "-at_install")
class TestTouchpointAppend(touchpoint_common.TouchpointCase):
    def appended(self, *columns):
        found = self.Ledger.search([("event", "=", "called")], order="res_id")
        return [tuple(row[column] for column in columns) for row in found]

    def test_append_completes_customer_channel_cost_and_currency(self):
        self.set_rate("phone", 60.0, "2026-01-01")
        self.set_rate("phone", 70.0, "2026-06-01")
        company = self.env.company
        written = self.Ledger._append(
            [
                call(1, partner_id=self.anna.id, channel="phone", company_id=company.id),
                call(2, partner_id=self.anna.id, channel="phone", company_id=company.id, cost=5.0),
                call(
                    3, partner_id=self.anna.id, channel="phone", company_id=company.id, costed=False
                ),
                call(4, e164="+33140203040"),
            ]
        )
        phone = self.env.ref("crm_customer_insight.crm_contact_channel_phone")
        nobody, no_channel = self.env["res.partner"], self.env["crm.contact.channel"]
        no_currency = self.env["res.currency"]
        self.assertEqual(written, 4)
        # The rate of January holds in May; a given cost wins; what is not costed has none.
        self.assertEqual(
            self.appended("commercial_partner_id", "channel_id", "cost", "currency_id", "e164"),
            [
                (self.customer, phone, 60.0, company.currency_id, False),
                (self.customer, phone, 5.0, company.currency_id, False),
                (self.customer, phone, 0.0, company.currency_id, False),
                (nobody, no_channel, 0.0, no_currency, "+33140203040"),
            ],
        )

    def test_unknown_cost_is_empty_not_zero(self):
        self.Ledger._append([call(1, channel="phone", company_id=self.env.company.id)])
        self.assertEqual(
            self.env.execute_query(SQL("SELECT cost FROM crm_touchpoint WHERE event = 'called'")),
            [(None,)],
        )

    def test_append_twice_changes_nothing(self):
        event = call(1, partner_id=self.anna.id)
        self.assertEqual(self.Ledger._append([event]), 1)
        self.assertEqual(self.Ledger._append([event]), 0)
        self.assertEqual(self.appended("res_id"), [(1,)])

    def test_duplicates_in_one_call_and_corrections(self):
        first, second = call(1, name="first"), call(1, name="second")
        self.assertEqual(self.Ledger._append([first, second]), 1)
        self.assertEqual(self.appended("name"), [("second",)])
        self.assertEqual(self.Ledger._append([first]), 1)
        self.assertEqual(self.appended("name"), [("first",)])

    def test_taken_back_before_and_after(self):
        self.assertEqual(self.Ledger._append([call(1, voided=True)]), 0)
        self.Ledger._append([call(2)])
        self.Ledger._append([call(2, voided=True)])
        self.assertEqual(self.appended("res_id", "voided"), [(2, True)])

    def test_refused_values(self):
        for wrong in (
            {"kind": "gossip"},
            {"direction": "sideways"},
            {"date": False},
            {"colour": "red"},
            {"res_id": 0},
        ):
            with self.assertRaises(ValidationError):
                self.Ledger._append([call(1, **wrong)] if "res_id" not in wrong else [call(0)])
        self.assertEqual(self.Ledger._append([]), 0)
        self.assertEqual(self.appended("res_id"), [])

    def test_same_queries_for_one_and_a_thousand(self):
        self.Ledger._append([call(9999)])
        for count in (1, 1000):
            events = [call(number, partner_id=self.anna.id) for number in range(1, count + 1)]
            with self.assertQueryCount(1):
                self.Ledger._append(events)
        self.assertEqual(len(self.appended("id")), 1001)

    def test_changed_cost_is_told_with_customer_company_and_month(self):
        self.set_rate("phone", 60.0)
        company = self.env.company
        told = []
        with patch.object(
            type(self.Ledger), "_touchpoints_changed", lambda _self, cells: told.extend(cells)
        ):
            paid = call(1, partner_id=self.anna.id, channel="phone", company_id=company.id)
            self.Ledger._append([paid, call(2, partner_id=self.anna.id)])
            self.assertEqual(told, [[self.customer.id, company.id, "2026-05-01"]])
            told.clear()
            self.Ledger._append([paid])
            self.assertEqual(told, [])
            self.Ledger._append([{**paid, "partner_id": self.other.id}])
            self.assertEqual(
                sorted(told),
                sorted([[c.id, company.id, "2026-05-01"] for c in (self.customer, self.other)]),
            )
            told.clear()
            self.Ledger._append([{**paid, "partner_id": self.other.id, "voided": True}])
            self.assertEqual(told, [[self.other.id, company.id, "2026-05-01"]])


@tagged("post_install", "-at_install")
class TestTouchpointAdoption(touchpoint_common.TouchpointCase):
    def adopted(self, number):
        [row] = self.Ledger.search([("event", "=", "called"), ("res_id", "=", number)])
        return row.partner_id, row.commercial_partner_id, row.adopted

    def number(self, partner, e164):
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "INSERT INTO crm_contact_number (partner_id, raw, e164, kind, origin)"
                " VALUES (%s, %s, %s, 'main', 'manual') RETURNING id",
                partner.id,
                e164,
                e164,
            )
        )

    def test_by_address_and_by_number(self):
        self.number(self.bert, "+33140203040")
        self.Ledger._append(
            [
                call(1, email_normalized="anna@miller.example"),
                call(2, e164="+33140203040"),
                call(3, email_normalized="nobody@miller.example", e164="+33140203040"),
                call(4, email_normalized="nobody@miller.example"),
            ]
        )
        self.assertEqual(self.Ledger._adopt(), 3)
        nobody = self.env["res.partner"]
        self.assertEqual(self.adopted(1), (self.anna, self.customer, True))
        self.assertEqual(self.adopted(2), (self.bert, self.customer, True))
        self.assertEqual(self.adopted(3), (self.bert, self.customer, True))
        self.assertEqual(self.adopted(4), (nobody, nobody, False))
        self.assertEqual(self.Ledger._adopt(), 0)

    def test_shared_within_a_customer_goes_to_the_customer(self):
        self.bert.email = "anna@miller.example"
        self.Ledger._append([call(1, email_normalized="anna@miller.example")])
        self.Ledger._adopt()
        self.assertEqual(self.adopted(1), (self.customer, self.customer, True))

    def test_ambiguous_archived_and_colleagues_stay_out(self):
        self.number(self.bert, "+33140203040")
        self.number(self.other, "+33140203040")
        self.anna.active = False
        self.colleague.partner_id.email = "colleague@us.example"
        self.Ledger._append(
            [
                call(1, e164="+33140203040"),
                call(2, email_normalized="anna@miller.example"),
                call(3, email_normalized="colleague@us.example"),
            ]
        )
        self.assertEqual(self.Ledger._adopt(), 0)
        self.assertFalse(self.adopted(1)[0] + self.adopted(2)[0] + self.adopted(3)[0])

    def test_lead_gets_its_contact(self):
        lead = self.env["crm.lead"].create({"name": "Roof"})
        self.Ledger._append([call(1, lead_id=lead.id)])
        lead.partner_id = self.anna
        self.assertEqual(self.Ledger._adopt(), 1)
        self.assertEqual(self.adopted(1), (self.anna, self.customer, True))

    def test_adopted_lead_stays_adopted_when_it_is_read_again(self):
        lead = self.env["crm.lead"].create({"name": "Roof", "email_from": "carl@roof.example"})
        self.fill()
        carl = self.env["res.partner"].create({"name": "Carl", "email": "carl@roof.example"})
        self.fill()
        lead.name = "New roof"
        self.fill()
        self.assertEqual(
            self.rows(lead, "partner_id", "adopted", "name"), [(carl, True, "New roof")]
        )
        # Another address is another person.
        lead.email_from = "nobody@roof.example"
        self.fill()
        self.assertEqual(
            self.rows(lead, "partner_id", "adopted"), [(self.env["res.partner"], False)]
        )


@tagged("post_install", "-at_install")
class TestTouchpointFill(touchpoint_common.TouchpointCase):
    def leads(self, count):
        return self.env["crm.lead"].create(
            [{"name": f"Lead {n}", "partner_id": self.anna.id} for n in range(count)]
        )

    def state(self, code="crm_lead"):
        return self.env["crm.touchpoint.fill"].sudo().search([("provider", "=", code)])

    def test_state_tells_rows_time_and_how_far(self):
        self.leads(3)
        self.fill("crm_lead")
        state = self.state()
        self.assertEqual((state.row_count, state.last_id, state.error), (3, 0, False))
        self.assertTrue(state.watermark and state.last_run)
        self.fill("crm_lead")
        self.assertEqual(self.state().row_count, 0)

    def test_batches_add_up(self):
        self.env["ir.config_parameter"].set_param("crm_customer_insight.fill_batch", 4)
        leads = self.leads(10)
        self.assertEqual(self.Ledger._fill(["crm_lead"]), (10, True))
        self.assertEqual(len(self.rows(leads, "id")), 10)

    def test_stops_in_time_and_goes_on(self):
        self.env["ir.config_parameter"].set_param("crm_customer_insight.fill_batch", 4)
        leads = self.leads(10)
        # As in a run that commits: what it has read is certain.
        certain = patch.object(crm_touchpoint_fill, "LONGEST_TRANSACTION", timedelta())
        certain.start()
        self.addCleanup(certain.stop)
        # No time at all: one batch is done, so that every run gets on.
        self.assertEqual(self.Ledger._fill(["crm_lead"], seconds=1e-9), (4, False))
        self.assertTrue(self.state().last_id)
        self.assertEqual(self.Ledger._fill(["crm_lead"]), (6, True))
        self.assertEqual(len(self.rows(leads, "id")), 10)

    def test_a_run_in_the_callers_transaction_does_not_outrun_late_commits(self):
        self.leads(1)
        self.fill("crm_lead")
        certain = self.env.cr.now() - timedelta(days=1)
        self.assertEqual(
            self.state().watermark.replace(microsecond=0), certain.replace(microsecond=0)
        )
        # Began 20 hours ago, committed after the caller's transaction took its view.
        late = self.leads(1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET write_date = write_date - interval '20 hours' WHERE id = %s",
            [late.id],
        )
        with patch.object(crm_touchpoint_fill, "OVERLAP", timedelta()):
            self.fill("crm_lead")
        self.assertEqual(self.rows(late, "event"), [("created",)])
        # A place that was certain before is kept.
        self.env.cr.execute("UPDATE crm_touchpoint_fill SET watermark = %s", [self.env.cr.now()])
        self.env.invalidate_all()
        with patch.object(crm_touchpoint_fill, "OVERLAP", timedelta()):
            self.fill("crm_lead")
        self.assertGreater(self.state().watermark, certain + timedelta(hours=23))

    def test_sources_have_names_for_people(self):
        self.fill()
        fills = self.env["crm.touchpoint.fill"].sudo().search([])
        providers = {provider.code for provider in self.Ledger._touchpoint_providers()}
        self.assertEqual(set(fills.mapped("provider")), providers)
        labels = self.Ledger._touchpoint_provider_labels()
        self.assertEqual(providers - set(labels), set())
        self.assertEqual(self.state().display_name, "Leads and opportunities")
        # A provider whose addon is gone keeps its code.
        gone = fills.create({"provider": "gone"})
        self.assertEqual(gone.display_name, "gone")

    def test_queries_do_not_grow_with_the_rows(self):
        counts = []
        self.fill("crm_lead")
        for count in (20, 200):
            self.leads(count)
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.Ledger._fill(["crm_lead"])
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_failing_provider_keeps_its_error_and_stops_nobody(self):
        broken = Provider("broken", "res.partner", "res_partner", {"res_id": SQL("s.no_such")})
        good = self.Ledger._touchpoint_providers()
        lead = self.leads(1)
        with (
            patch.object(type(self.Ledger), "_touchpoint_providers", lambda _self: [broken, *good]),
            mute_logger(
                "odoo.sql_db", "odoo.addons.crm_customer_insight.models.crm_touchpoint_fill"
            ),
        ):
            self.Ledger._fill()
        self.assertIn("no_such", self.state("broken").error)
        self.assertEqual(self.rows(lead, "event"), [("created",)])

    def test_second_worker_skips_a_provider_that_is_being_filled(self):
        lead = self.leads(1)
        with closing(self.registry.cursor()) as other:
            other.execute(
                "SELECT pg_advisory_lock(hashtextextended('crm.touchpoint.fill:crm_lead', 0))"
            )
            self.assertEqual(self.Ledger._fill(["crm_lead"]), (0, True))
            other.execute("SELECT pg_advisory_unlock_all()")
        self.assertEqual(self.rows(lead, "event"), [])
        self.fill("crm_lead")
        self.assertEqual(self.rows(lead, "event"), [("created",)])

    def test_scheduled_jobs_run(self):
        lead = self.leads(1)
        with self.enter_registry_test_mode():
            self.env.ref("crm_customer_insight.ir_cron_touchpoint_fill").method_direct_trigger()
            self.env.ref("crm_customer_insight.ir_cron_touchpoint_sweep").method_direct_trigger()
        self.assertEqual(self.rows(lead, "event"), [("created",)])

    def test_new_rates_apply_to_the_past_when_read_again(self):
        self.Ledger._append([call(1)])
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.anna.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "user_id": self.seller.id,
            }
        )
        activity.action_done()
        self.fill()
        self.assertEqual(self.rows(activity, "cost"), [(0.0,)])
        self.set_rate("phone", 60.0)
        admin = new_test_user(self.env, "ledger_admin", "crm_customer_insight.group_insight_admin")
        self.press(self.state("mail_activity").with_user(admin), "action_fill_again")
        self.assertEqual(self.rows(activity, "cost"), [(60.0,)])

    def test_indexes_fit_the_providers(self):
        """Every provider's batch can be read in the order of an index, without a sort."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        for provider in self.Ledger._touchpoint_providers():
            query = batch_of(provider, ("-infinity", 0), datetime(2099, 1, 1), 10)
            plan = str(self.env.execute_query(SQL("EXPLAIN %s", query)))
            self.assertIn("_fill_idx", plan, provider.code)


@tagged("post_install", "-at_install")
class TestTouchpointRights(touchpoint_common.TouchpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.user_id = cls.seller
        cls.Ledger._append(
            [
                call(1, partner_id=cls.anna.id, company_id=cls.env.company.id),
                call(2, partner_id=cls.other.id),
                call(3, e164="+33140203040"),
            ]
        )

    def seen(self, user):
        found = self.env["crm.touchpoint"].with_user(user).search([("event", "=", "called")])
        return sorted(found.mapped("res_id"))

    def user(self, *groups):
        login = "ledger_" + groups[0].rpartition(".")[2]
        return new_test_user(self.env, login, ",".join(groups))

    def test_salesperson_sees_his_customers_only(self):
        self.assertEqual(self.seen(self.seller), [1])

    def test_analyst_sees_all(self):
        analyst = self.user("crm_customer_insight.group_insight_analyst")
        self.assertEqual(self.seen(analyst), [1, 2, 3])

    def test_employee_and_portal_see_nothing(self):
        for user in (self.colleague, self.user("base.group_portal")):
            with self.assertRaises(AccessError):
                self.seen(user)

    def test_other_company_sees_what_has_no_company(self):
        company = self.env["res.company"].create({"name": "Sister"})
        analyst = self.user("crm_customer_insight.group_insight_analyst")
        analyst.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        self.assertEqual(self.seen(analyst), [2, 3])

    def test_nobody_writes(self):
        admin = self.user("crm_customer_insight.group_insight_admin")
        rows = self.env["crm.touchpoint"].with_user(admin).search([])
        for change in (
            lambda: rows.write({"voided": True}),
            rows.unlink,
            lambda: rows.create(call(5)),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_only_administrators_fill(self):
        analyst = self.user("crm_customer_insight.group_insight_analyst")
        admin = self.user("crm_customer_insight.group_insight_admin")
        fills = self.env["crm.touchpoint.fill"]
        with self.assertRaises(AccessError):
            fills.with_user(analyst).action_fill_now()
        answer = self.press(fills.with_user(admin), "action_fill_now")
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual(answer["params"]["type"], "success")

    def test_source_opens_with_the_rights_of_the_user(self):
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "partner_id": self.anna.id, "user_id": self.colleague.id}
        )
        self.fill()
        row = self.Ledger.search([("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)])
        manager = self.user("sales_team.group_sale_manager")
        action = row.with_user(manager).action_open_source()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))
        with self.assertRaises(AccessError):
            row.with_user(self.seller).action_open_source()
        lead.unlink()
        with self.assertRaises(UserError):
            row.with_user(manager).action_open_source()

    def test_message_opens_its_document(self):
        message = self.anna.message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.anna.ids,
        )
        self.fill()
        row = self.Ledger.search([("res_model", "=", "mail.message"), ("res_id", "=", message.id)])
        action = row.with_user(self.seller).action_open_source()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", self.anna.id))

    def test_every_filter_and_grouping_of_the_search_view_works(self):
        ledger = self.env["crm.touchpoint"].with_user(self.seller)
        arch = etree.fromstring(ledger.get_view(view_type="search")["arch"])
        domains = [
            safe_eval(node.get("domain")) for node in arch.iter("filter") if node.get("domain")
        ]
        groups = [
            safe_eval(node.get("context"))["group_by"]
            for node in arch.iter("filter")
            if node.get("context")
        ]
        self.assertEqual((len(domains), len(groups)), (11, 7))
        for domain in domains:
            self.assertLessEqual(ledger.search_count(domain), 1)
        for group in groups:
            [row] = ledger.formatted_read_group([], [group], ["__count"])
            self.assertEqual(row["__count"], 1)

    def test_list_opens_by_an_index(self):
        """The newest page of the ledger needs no sort of the whole (default order)."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.Ledger._search([("voided", "=", False)], limit=80, order="date desc, id desc")
        plan = str(self.env.execute_query(SQL("EXPLAIN %s", query.select())))
        self.assertIn("crm_touchpoint_date_idx", plan)

    def test_source_is_unique_in_the_database(self):
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.Ledger.create([call(1), call(1)])
            self.env.flush_all()
