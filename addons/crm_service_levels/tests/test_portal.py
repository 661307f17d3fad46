from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common_portal import PageMixin, PortalCase

#: Everything that the page of a request gets.
SHOWN = {
    *("asset", "can_close", "can_collect", "can_reopen", "can_write", "closed", "collections"),
    *("complaint", "contact", "course", "date", "description", "expected", "feedback", "files"),
    *("id", "links", "messages", "most_files", "most_megabytes", "name", "next", "number"),
    *("product", "received", "stage", "state", "stations", "type", "url"),
}


@tagged("post_install", "-at_install")
class TestPortal(PageMixin, PortalCase, HttpCase):
    """SVC-T: a customer follows his requests and assets on the portal."""

    def setUp(self):
        super().setUp()
        self.url = f"/my/requests/{self.request.id}"
        self.env.flush_all()

    def _page(self, url=None):
        page = self.url_open(url or self.url)
        self.assertEqual(page.status_code, 200)
        return page.text

    def _comment(self):
        """Newest message that a person wrote on the request."""
        return self.request.message_ids.filtered(lambda one: one.message_type == "comment")[:1]

    # What is shown

    def test_the_home_page_counts_with_one_query_each(self):
        self._login(self.anna_user)
        self.assertIn("/my/requests", self._page("/my"))
        portal = self.env["crm.service.portal"].with_user(self.anna_user)
        names = ["service_request_count", "service_asset_count"]
        self.assertEqual(
            portal._counts(names), {"service_request_count": 1, "service_asset_count": 1}
        )
        self._request(name="Second")
        self.env.flush_all()
        self.env.invalidate_all()
        portal._counts(names)
        with self.assertQueryCount(2):
            portal._counts(names)
        self.assertEqual(portal._counts(["other"]), {})

    def test_the_list_shows_own_and_the_companys_requests(self):
        self._request(name="Asked by Alan", partner_id=self.alan.id)
        self._request(name="Of Beta", partner_id=self.bert.id)
        self._request(name="Archived", active=False)
        self._login(self.anna_user)
        page = self._page("/my/requests")
        self.assertIn("Pump does not start", page)
        self.assertIn("Asked by Alan", page)
        self.assertNotIn("Of Beta", page)
        self.assertNotIn("Archived", page)
        self.assertNotIn("Asked by Alan", self._page("/my/requests?filterby=mine"))
        self.assertIn("Nothing found", self._page("/my/requests?filterby=closed"))
        self.assertIn("Pump does not start", self._page("/my/requests?search=SN-1"))
        self.assertIn("Nothing found", self._page("/my/requests?search=zzz"))
        self.assertIn(self.request.number, self._page("/my/requests?filterby=no&sortby=no"))

    def test_list_queries_do_not_grow_with_the_rows(self):
        portal = self.env["crm.service.portal"].with_user(self.anna_user)

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            portal._request_page()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(15):
            self._request(name=f"Number {number}", asset_id=self.asset.id)
        self.assertEqual(len(portal._request_page()["rows"]), 16)
        self.assertLessEqual(queries(), few)

    def test_page_queries_do_not_grow_with_the_conversation(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.request._portal_values()
            return self.env.cr.sql_log_count - before

        self._say("First", files=[("a.txt", b"a")])
        self._say("Second", author=self.anna)
        queries()
        few = queries()
        for number in range(10):
            self._say(f"Ours {number}", files=[(f"{number}.txt", b"b")])
            self._say(f"Yours {number}", author=self.anna)
        self.assertEqual(len(self.request._portal_values()["messages"]), 22)
        self.assertLessEqual(queries(), few)

    def test_the_page_shows_what_was_said_and_nothing_internal(self):
        supplier = self.env["res.partner"].create({"name": "Supplier", "email": "s@s.example.com"})
        self._say("We look at it", files=[("plan.txt", b"plan")])
        self._say("Thank you", author=self.anna)
        self._say("Alan agrees", author=self.alan)
        self._say("Secret note", subtype="mail.mt_note")
        self._say("Judgement of the squad", subtype="crm_service_levels.mt_service_judgement")
        self._say("The part costs us 3", author=supplier)
        hidden = self._say("Hidden later")
        hidden.is_internal = True
        self.request.write({"solution": "Internal solution", "user_id": self.rob.id})
        self._login(self.anna_user)
        page = self._page()
        for text in ("We look at it", "Thank you", "Alan agrees", "plan.txt", "SN-1"):
            self.assertIn(text, page)
        for text in ("Secret note", "Judgement", "costs us", "Hidden later", "Internal solution"):
            self.assertNotIn(text, page)

    def test_values_are_plain_and_named(self):
        """A new field of the request does not reach the page by itself."""
        values = self.request._portal_values()
        self.assertEqual(set(values), SHOWN)
        self.assertFalse([v for v in values.values() if hasattr(v, "_name")])

    def test_stations_follow_the_request(self):
        def line():
            return [(s["code"], s["status"]) for s in self.request._portal_values()["stations"]]

        self.assertEqual(line()[0], ("received", "current"))
        self.request.action_take()
        self.assertEqual(line()[:2], [("received", "done"), ("work", "current")])
        self.request.action_wait()
        self.assertEqual(line()[1], ("work", "current"))
        self.assertIn("your answer", self.request._portal_values()["next"])
        self.request.action_solve()
        self.assertEqual(line()[2], ("solved", "current"))
        self.request.action_close()
        self.assertEqual([status for _code, status in line()], ["done"] * 4)

    def test_the_expected_time_only_where_the_team_tells_it(self):
        policy = self.env["crm.service.sla.policy"].search([])
        policy.active = False
        self.assertIsNone(self.request._portal_expected())
        promised = fields.Datetime.add(fields.Datetime.now(), days=2)
        self.request.date_promised = promised
        expected = {"date": promised, "promised": True, "late": False}
        self.assertEqual(self.request._portal_expected(), expected)
        self.request.date_promised = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.assertTrue(self.request._portal_expected()["late"])
        self._login(self.anna_user)
        self.assertIn("are late", self._page())

    def test_the_deadline_is_told_where_the_team_wants_it(self):
        """A solution promised within eight hours, around the clock, is expected by then."""
        self.env["crm.service.sla.policy"].search([]).active = False
        target = {"kind": "resolution", "hours": 8, "calendar_kind": "always"}
        self.env["crm.service.sla.policy"].create(
            {"name": "Eight hours", "target_ids": [Command.create(target)]}
        )
        request = self._request(team_id=self.team.id)
        due = fields.Datetime.add(request.date_open, hours=8)
        self.assertFalse(self.team.portal_expected)
        self.assertIsNone(request._portal_expected())
        self.team.portal_expected = True
        expected = {"date": due, "promised": False, "late": False}
        self.assertEqual(request._portal_expected(), expected)
        self.env.flush_all()
        self._login(self.anna_user)
        self.assertIn("Expected until", self._page(f"/my/requests/{request.id}"))
        with freeze_time(fields.Datetime.add(due, seconds=1)):
            self.assertIsNone(request._portal_expected())
        request.action_solve()
        self.assertIsNone(request._portal_expected())

    # Orders and bills

    def _order(self, partner):
        self.pump.write({"type": "consu", "invoice_policy": "order", "list_price": 100})
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"product_id": self.pump.id, "tax_ids": False})],
            }
        )
        order.action_confirm()
        return order

    def _billed(self, order):
        bill = order._create_invoices()
        bill.action_post()
        return bill

    def test_an_order_has_stations_like_a_parcel(self):
        order = self._order(self.anna)

        def line():
            return [(row["code"], row["status"]) for row in order._service_portal_stations()]

        names = ("confirmed", "delivered", "invoiced", "paid")
        course = [line()]
        order.order_line.qty_delivered = 1
        course.append(line())
        bill = self._billed(order)
        course.append(line())
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        wizard.create({})._create_payments()
        course.append(line())
        marks = [
            ("done", "current", "ahead", "ahead"),
            ("done", "done", "current", "ahead"),
            ("done", "done", "done", "current"),
            ("done", "done", "done", "done"),
        ]
        self.assertEqual(course, [list(zip(names, row, strict=True)) for row in marks])
        self.assertEqual(order._service_portal_stations()[0]["date"], order.date_order)

    def test_quotations_and_cancelled_orders_have_no_stations(self):
        order = self.env["sale.order"].create({"partner_id": self.anna.id})
        self.assertEqual(order._service_portal_stations(), [])
        order.action_cancel()
        self.assertEqual(order._service_portal_stations(), [])

    def test_the_customer_follows_order_and_bill_and_nobody_elses(self):
        order, theirs = self._order(self.anna), self._order(self.bert)
        bill, other = self._billed(order), self._billed(theirs)
        self.request.write({"sale_order_id": order.id, "invoice_id": bill.id})
        self.env.flush_all()
        self._login(self.anna_user)
        page = self._page()
        for record in (order, bill):
            self.assertIn(record.name, page)
            self.assertIn(record.access_url, page)
        page = self._page(order.access_url)
        self.assertIn("o_service_order", page)
        self.assertIn("Billed", page)
        self.assertIn(bill.name, page)
        self.assertIn(bill.name, self._page(bill.access_url))
        self.assertIn(bill.name, self._page("/my/invoices"))
        self.assertNotIn(other.name, self._page("/my/invoices"))
        for record in (theirs, other):
            page = self.url_open(record.access_url)
            self.assertNotIn(record.name, page.text)
            self.assertTrue(page.url.endswith("/my"))

    def test_documents_of_another_customer_are_not_named_on_the_request(self):
        theirs = self._order(self.bert)
        self.request.write({"sale_order_id": theirs.id, "invoice_id": self._billed(theirs).id})
        self.assertEqual(self.request._portal_values()["links"], [])

    def test_a_stage_has_its_own_name_for_customers(self):
        self.request.stage_id.portal_name = "We are on it"
        self.assertEqual(self.request._portal_values()["stage"], "We are on it")

    def test_a_complaint_tells_its_result_after_the_reply_only(self):
        complaint = self._request(type_id=self.complaint.id)
        values = complaint._portal_values()["complaint"]
        self.assertEqual(values["stations"][0]["status"], "current")
        complaint.complaint_id._set({"validity": "valid", "validity_reason": "The seal was bad"})
        self.assertEqual(complaint._portal_values()["complaint"]["reason"], "")
        complaint.complaint_id._set({"replied_on": fields.Datetime.now()})
        values = complaint._portal_values()["complaint"]
        self.assertEqual((values["accepted"], values["reason"]), (True, "The seal was bad"))

    def test_an_anonymous_complaint_is_on_nobodys_page(self):
        complaint = self._request(type_id=self.complaint.id, name="Anonymous words")
        portal = self.env["crm.service.portal"].with_user(self.anna_user)
        self.assertTrue(portal._request(complaint.id))
        complaint.partner_id = False
        complaint.complaint_id._set({"anonymous": True})
        self.assertFalse(portal._request(complaint.id))

    def test_a_merged_request_leads_to_the_one_that_goes_on(self):
        target = self._request(name="Goes on")
        self.request._merge_into(target)
        self._login(self.anna_user)
        page = self.url_open(self.url)
        self.assertTrue(page.url.endswith(f"/my/requests/{target.id}"))

    # What is sent

    def test_an_answer_with_files_reopens_what_waited(self):
        self.request.action_wait()
        self._login(self.anna_user)
        sent = self._send(
            self.url,
            f"{self.url}/answer",
            files=[("files", ("photo.txt", b"pixels")), ("files", ("", b""))],
            text="It leaks <b>here</b>\nsince Monday",
        )
        self.assertIn("Your message has reached us", sent.text)
        message = self._comment()
        self.assertEqual(message.author_id, self.anna)
        self.assertIn("&lt;b&gt;here&lt;/b&gt;", message.body)
        self.assertEqual(message.attachment_ids.mapped("name"), ["photo.txt"])
        self.assertEqual(message.attachment_ids.raw, b"pixels")
        self.assertEqual(self.request.state, "open")
        self.assertTrue(self.request.date_last_customer_message)
        file = message.attachment_ids
        got = self.url_open(f"{self.url}/file/{file.id}")
        self.assertEqual(got.content, b"pixels")
        self.assertIn("attachment", got.headers["Content-Disposition"])

    def test_files_beyond_the_limit_are_named_and_the_text_is_kept(self):
        self.team.write({"mail_files": 1, "mail_megabytes": 1})
        self._login(self.anna_user)
        count = len(self.request.message_ids)
        sent = self._send(
            self.url,
            f"{self.url}/answer",
            files=[("files", ("large.bin", b"x" * (1024 * 1024 + 1)))],
            text="Text that must not be lost",
        )
        self.assertIn("large.bin", sent.text)
        self.assertIn("at most 1 MB", sent.text)
        self.assertIn("Text that must not be lost", sent.text)
        self.request.invalidate_recordset()
        self.assertEqual(len(self.request.message_ids), count)

    def test_an_empty_answer_is_none(self):
        self._login(self.anna_user)
        sent = self._send(self.url, f"{self.url}/answer", text="  ")
        self.assertIn("Please write something", sent.text)

    def test_a_customer_closes_and_reopens(self):
        self.request.action_take()
        self.request.action_solve()
        self._login(self.anna_user)
        self._send(self.url, f"{self.url}/close")
        self.assertEqual(self.request.state, "closed")
        self._send(self.url, f"{self.url}/reopen", text="It leaks again")
        self.assertEqual((self.request.state, self.request.reopen_count), ("open", 1))
        self.assertIn("It leaks again", self._comment().body)

    def test_an_old_request_is_not_reopened(self):
        self.request.action_solve()
        self.request.action_close()
        old = fields.Datetime.subtract(fields.Datetime.now(), days=15)
        self.request.write({"date_closed": old, "date_solved": old})
        self._login(self.anna_user)
        sent = self._send("/my/requests/new", f"{self.url}/reopen", text="Again")
        self.assertIn("open a new one", sent.text)
        self.assertEqual(self.request.state, "closed")

    def test_one_tap_satisfaction(self):
        self.request.action_solve()
        self._login(self.anna_user)
        page = self._page()
        shown = self.request._portal_feedback()
        self.assertTrue(shown["open"])
        self.assertIn("o_service_rate", page)
        points = shown["choices"][-1][0]
        sent = self._send(self.url, f"{self.url}/rate", points=points)
        self.assertEqual(sent.status_code, 200)
        self.assertIn("/feedback/", sent.url)
        self.assertEqual(self.request.feedback_answer_ids.line_ids.points, points)
        self.assertEqual(self.request._portal_feedback()["given"], points)
        self._send(self.url, f"{self.url}/rate", points=99)
        self.assertEqual(self.request.feedback_answer_ids.line_ids.points, points)

    def test_a_new_request_from_the_portal(self):
        """SVC-L1: portal form with type, asset and files."""
        self._login(self.anna_user)
        page = self._page(f"/my/requests/new?asset={self.asset.id}")
        self.assertRegex(page, rf'value="{self.asset.id}" selected')
        values = {
            "type_id": self.fault.id,
            "asset_id": self.asset.id,
            "name": "It  leaks",
            "description": "Water & oil",
        }
        files = [("files", ("photo.txt", b"pixels"))]
        sent = self._send("/my/requests/new", "/my/requests/new", files=files, **values)
        self.assertIn("We have your request", sent.text)
        made = self.env["crm.service.request"].search([], order="id desc", limit=1)
        self.assertEqual(
            (made.name, made.partner_id, made.asset_id, made.type_id, made.product_id),
            ("It leaks", self.anna, self.asset, self.fault, self.pump),
        )
        self.assertEqual(made.channel_id.code, "web")
        self.assertIn("Water &amp; oil", made.description)
        self.assertIn("photo.txt", self._page(f"/my/requests/{made.id}"))
        again = self._send("/my/requests/new", "/my/requests/new", **values)
        self.assertTrue(again.url.split("?")[0].endswith(f"/my/requests/{made.id}"))

    def test_a_new_request_takes_only_what_may_be_chosen(self):
        private = self.env["crm.service.type"].create({"name": "Ours", "portal_published": False})
        theirs = self.asset.copy({"partner_id": self.beta.id, "serial": "SN-2"})
        portal = self.env["crm.service.portal"].with_user(self.anna_user)
        made = portal._open_request(
            {
                "name": "Odd",
                "description": "Odd",
                "type_id": private.id,
                "asset_id": theirs.id,
                "product_id": self.pump.id,
            }
        )
        self.assertFalse(made.type_id or made.asset_id or made.product_id)

    def test_a_form_without_a_text_keeps_what_was_typed(self):
        self._login(self.anna_user)
        sent = self._send("/my/requests/new", "/my/requests/new", name="Only this", description="")
        self.assertIn("Only this", sent.text)
        self.assertIn("describe it", sent.text)

    def test_too_much_at_once_is_refused(self):
        self._login(self.anna_user)
        hits = self.env["crm.service.portal.hit"]
        for _number in range(30):
            self.assertTrue(hits._allow("write", self.request.id, 30))
        sent = self._send(self.url, f"{self.url}/answer", text="Once more")
        self.assertIn("a lot at once", sent.text)
        self.assertIn("Once more", sent.text)

    # Assets

    def test_assets_with_warranty_documents_and_requests(self):
        self._login(self.anna_user)
        page = self._page("/my/assets?search=SN-1")
        self.assertIn("Pump P1", page)
        page = self._page(f"/my/assets/{self.asset.id}")
        for text in ("manual.txt", "SN-1", "Pump does not start", "Report a problem"):
            self.assertIn(text, page)
        got = self.url_open(f"/my/assets/{self.asset.id}/file/{self.manual.id}")
        self.assertEqual(got.content, b"content")

    def _warranted(self):
        """Sold on 2026-03-15: 24 months on parts, 12 on labor, nothing on travel."""
        self.env["crm.service.warranty.rule"].create(
            {
                "name": "Pumps",
                "product_id": self.pump.id,
                "start": "delivery",
                "months_parts": 24,
                "months_labor": 12,
            }
        )
        self.asset.delivered_on = "2026-03-15"

    def test_the_customer_is_told_until_when_there_is_warranty(self):
        """Parts until 2028-03-15, labor a year less; without a rule nothing is said to be over."""
        self.assertEqual(
            self.asset._portal_warranty(),
            {"warranty_kind": "", "warranty": "", "warranty_until": None},
        )
        self._login(self.anna_user)
        url = f"/my/assets/{self.asset.id}"
        self.assertIn("Warranty: please ask us", self._page(url))
        self._warranted()
        days = [date(2028, 3, 15), date(2027, 3, 15)]
        for today, kind in (("2027-06-01", "active"), ("2028-03-16", "expired")):
            self.asset.invalidate_recordset()
            with freeze_time(today):
                values = self.asset._portal_values()
            self.assertEqual((values["warranty_kind"], values["warranty_until"]), (kind, days[0]))
            self.assertEqual([day for _cover, day in values["covers"]], days)
        self.asset.invalidate_recordset()
        self.env.flush_all()
        page = self._page(url)
        for day in ("03/15/2028", "03/15/2027"):
            self.assertIn(day, page)
        self.assertIn("03/15/2028", self._page())

    def test_an_asset_that_was_sold_on_takes_its_requests_nowhere(self):
        self.asset.write({"partner_id": self.beta.id, "contact_id": self.bert.id})
        beta = self.env["crm.service.portal"].with_user(self.bert_user)
        self.assertEqual(beta._asset_requests(beta._asset(self.asset.id)), [])
        self.assertIsNone(self.request._portal_values()["asset"])
