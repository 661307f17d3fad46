from datetime import datetime
from types import SimpleNamespace
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date, Datetime
from odoo.tests import tagged

from ..models import crm_campaign_link_mixin, crm_campaign_orphan
from .common_campaign import MODULE
from .test_deals import DealCase


class LinkCase(DealCase):
    """Spring has a code; what is logged of documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spring.code = "SPRING26"
        cls.Link = cls.env["crm.campaign.link"]
        cls.Orphan = cls.env["crm.campaign.orphan"]

    def log(self, document):
        """``[(campaign, before, how)]`` of a document, the first link first."""
        links = self.Link.search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)], order="id"
        )
        return [(link.campaign_id.title, link.before_id.title, link.how) for link in links]

    @classmethod
    def lead(cls, **values):
        return cls.env["crm.lead"].create(
            {"name": "Pumps", "partner_id": cls.alma.id, "company_id": cls.company.id, **values}
        )

    @classmethod
    def touched(cls, partner, campaign, day="2026-03-05"):
        """The ledger says that *partner* got *campaign* on *day*."""
        cls.env["crm.touchpoint"].create(
            {
                "res_model": "mailing.trace",
                "res_id": 10**8 + partner.id + 1000 * campaign.id,
                "event": "sent",
                "kind": "mailing",
                "direction": "out",
                "date": f"{day} 10:00:00",
                "campaign_id": campaign.id,
                "company_id": cls.company.id,
                "partner_id": partner.id,
                "commercial_partner_id": partner.commercial_partner_id.id,
            }
        )


@tagged("post_install", "-at_install")
class TestLinks(LinkCase):
    """ROI-2: every assignment of a document to a campaign is logged, with how and by whom."""

    abroad = False

    def test_by_hand_and_changed_by_hand(self):
        lead = self.lead(campaign_id=self.spring.id)
        lead.campaign_id = self.summer
        lead.campaign_id = False
        self.assertEqual(
            self.log(lead),
            [
                ("Spring", False, "hand"),
                ("Summer", "Spring", "hand"),
                (False, "Summer", "hand"),
            ],
        )
        link = self.Link.search([("res_id", "=", lead.id), ("res_model", "=", "crm.lead")])[0]
        self.assertEqual((link.user_id, link.company_id), (self.env.user, self.company))
        self.assertEqual(link.document_name, "Pumps")

    def test_writing_the_same_campaign_logs_nothing(self):
        lead = self.lead(campaign_id=self.spring.id)
        lead.campaign_id = self.spring
        self.assertEqual(len(self.log(lead)), 1)
        self.assertEqual(self.log(self.lead()), [])

    def test_from_the_lead_to_the_order_to_the_invoice_to_the_credit_note(self):
        lead = self.lead(campaign_id=self.spring.id, type="opportunity")
        order = self.sold(self.spring, opportunity_id=lead.id)
        move = self.bill(order, "2026-03-20")
        refund = move._reverse_moves([{"invoice_date": "2026-04-01"}])
        for document in (order, move, refund):
            self.assertEqual(self.log(document), [("Spring", False, "inherited")], document)
        reason = self.Link.search([("res_model", "=", "account.move"), ("res_id", "=", move.id)])
        self.assertEqual(reason.reason, order.display_name)

    def test_a_payment_gets_the_campaign_of_its_invoice(self):
        move = self.bill(self.sold(self.spring), "2026-03-20")
        self.pay(move, 25.0, "2026-03-28")
        payment = self.env["account.payment"].search([("partner_id", "=", self.alma.id)])
        self.Link._fill_payments()
        self.assertEqual(self.Link._fill_payments(), 0)
        self.assertEqual(self.log(payment), [("Spring", False, "inherited")])

    def test_a_code_links(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.alma.id,
                "company_id": self.company.id,
                "campaign_code": " spring26 ",
            }
        )
        self.assertEqual(order.campaign_id, self.spring)
        self.assertEqual(self.log(order), [("Spring", False, "code")])
        lead = self.lead()
        lead.campaign_code = "SPRING26"
        self.assertEqual(self.log(lead), [("Spring", False, "code")])

    def test_a_wrong_code_is_told(self):
        for code in ("SPRUNG", "SPRING__", "%"):
            with self.assertRaisesRegex(UserError, "No campaign has the code"):
                self.lead(campaign_code=code)
        order = self.env["sale.order"].new(
            {"partner_id": self.alma.id, "company_id": self.company.id, "campaign_code": "SPRUNG"}
        )
        self.assertIn("SPRUNG", order._onchange_campaign_code()["warning"]["message"])

    def test_a_salesperson_names_a_code(self):
        sam = self.make_user("sam_links", "sales_team.group_sale_salesman")
        lead = (
            self.env["crm.lead"].with_user(sam).create({"name": "X", "campaign_code": "SPRING26"})
        )
        self.assertEqual(self.log(lead), [("Spring", False, "code")])
        self.assertFalse(self.Link.with_user(sam).has_access("read"))

    def test_a_visitor_who_came_by_a_link(self):
        """The cookie of the campaign says so; that of another campaign does not."""
        served = SimpleNamespace(cookies={"odoo_utm_campaign": self.spring.name})
        with patch.object(crm_campaign_link_mixin, "request", served):
            lead = self.lead(campaign_id=self.spring.id)
            other = self.lead(campaign_id=self.summer.id)
        self.assertEqual(self.log(lead), [("Spring", False, "utm")])
        self.assertEqual(self.log(other), [("Summer", False, "hand")])

    def test_who_links_may_say_how(self):
        lead = self.lead()
        lead.with_context(
            campaign_link_how="call", campaign_link_reason="Call 7"
        ).campaign_id = self.spring
        self.assertEqual(self.log(lead), [("Spring", False, "call")])

    def test_nobody_edits_the_log(self):
        marketer = self.make_user("mara_links", f"{MODULE}.group_campaign_user")
        links = self.Link.with_user(marketer)
        self.assertTrue(links.has_access("read"))
        for operation in ("write", "create", "unlink"):
            self.assertFalse(links.has_access(operation), operation)

    def test_queries_do_not_grow_with_documents(self):
        def count(number):
            leads = self.env["crm.lead"].create([{"name": f"L{n}"} for n in range(number)])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            leads.write({"campaign_id": self.spring.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertEqual(count(3), count(30))


@tagged("post_install", "-at_install")
class TestOrphans(LinkCase):
    """ROI-2: documents without campaign are found, accepted or refused."""

    def proposals(self):
        """``{(kind, id): (campaign, because)}`` of what is proposed for alma's documents."""
        self.Orphan._fill()
        rows = self.Orphan.search([("partner_id", "=", self.alma.id), ("state", "=", "proposed")])
        return {(row.res_model, row.res_id): (row.campaign_id.title, row.because) for row in rows}

    def test_the_opportunity_and_the_order_know(self):
        lead = self.lead(campaign_id=self.spring.id, type="opportunity")
        order = self.sold(self.env["utm.campaign"], opportunity_id=lead.id)
        self.assertEqual(self.proposals(), {("sale.order", order.id): ("Spring", "lead")})

    def test_who_got_the_campaign_before_within_its_window(self):
        """Sent on 5 March: an order of 10 March fits, one of 4 March and one of June do not."""
        self.touched(self.contact, self.spring)
        fits = self.sold(self.env["utm.campaign"], day="2026-03-10")
        self.sold(self.env["utm.campaign"], day="2026-03-04")
        self.sold(self.env["utm.campaign"], day="2026-06-01")
        self.assertEqual(self.proposals(), {("sale.order", fits.id): ("Spring", "target")})

    def test_the_campaign_got_last_is_proposed(self):
        self.touched(self.alma, self.spring, "2026-03-05")
        self.touched(self.alma, self.summer, "2026-03-08")
        order = self.sold(self.env["utm.campaign"], day="2026-03-10")
        self.assertEqual(self.proposals(), {("sale.order", order.id): ("Summer", "target")})

    def test_a_wave_that_was_sent_counts_one_that_was_not_does_not(self):
        target = self.env["crm.campaign.target"].create(
            {"campaign_id": self.spring.id, "partner_id": self.alma.id}
        )
        wave = self.env["crm.campaign.wave"].create(
            {"name": "First", "campaign_id": self.spring.id}
        )
        delivery = self.env["crm.campaign.delivery"].create(
            {
                "wave_id": wave.id,
                "campaign_id": self.spring.id,
                "target_id": target.id,
                "partner_id": self.alma.id,
                "state": "left_out",
            }
        )
        order = self.sold(self.env["utm.campaign"], day="2026-03-10")
        self.assertEqual(self.proposals(), {})
        delivery.write({"state": "sent", "sent_at": Datetime.to_datetime("2026-03-06 08:00:00")})
        self.assertEqual(self.proposals(), {("sale.order", order.id): ("Spring", "target")})

    def test_windows_that_closed_long_ago_are_not_searched(self):
        """The window of Spring two years before: 1 March to 31 May 2024."""
        self.touched(self.alma, self.spring, "2024-03-05")
        self.sold(self.env["utm.campaign"], day="2024-03-10")
        self.spring.date_published = "2024-03-01"
        self.assertEqual(self.spring.window_end, Date.to_date("2024-05-31"))
        self.assertEqual(self.proposals(), {})

    def test_accepted_in_bulk_and_logged(self):
        self.touched(self.alma, self.spring)
        orders = self.sold(self.env["utm.campaign"]) | self.sold(self.env["utm.campaign"], 5)
        self.assertEqual(len(self.proposals()), 2)
        marketer = self.make_user("mara_orphans", f"{MODULE}.group_campaign_user")
        rows = self.Orphan.search([("partner_id", "=", self.alma.id)])
        rows.with_user(marketer).action_accept()
        self.assertEqual(orders.campaign_id, self.spring)
        self.assertEqual(self.log(orders[0]), [("Spring", False, "hand")])
        link = self.Link.search([("res_model", "=", "sale.order"), ("res_id", "=", orders[0].id)])
        self.assertEqual(link.user_id, marketer)
        self.assertEqual(link.reason, "Repaired: The customer got the campaign before")
        self.assertEqual(set(rows.mapped("state")), {"accepted"})
        self.assertEqual(self.proposals(), {})

    def test_refused_stays_refused(self):
        self.touched(self.alma, self.spring)
        self.sold(self.env["utm.campaign"])
        self.proposals()
        row = self.Orphan.search([("partner_id", "=", self.alma.id)])
        row.action_refuse()
        self.assertEqual(self.proposals(), {})
        self.assertEqual((row.state, row.user_id), ("refused", self.env.user))
        row.action_reconsider()
        self.assertEqual(len(self.proposals()), 1)

    def test_what_got_another_campaign_meanwhile_is_not_overwritten(self):
        self.touched(self.alma, self.spring)
        order = self.sold(self.env["utm.campaign"])
        self.proposals()
        order.campaign_id = self.summer
        with self.assertRaisesRegex(UserError, "belongs to Summer by now"):
            self.Orphan.search([("partner_id", "=", self.alma.id)]).action_accept()

    # -- searched when it is opened ------------------------------------------------------------

    def searcher(self):
        return self.Orphan.with_user(self.make_user("mara_search", f"{MODULE}.group_campaign_user"))

    def test_the_menu_searches_and_says_when(self):
        """Found by the click, not by the job of the night."""
        self.touched(self.alma, self.spring)
        order = self.sold(self.env["utm.campaign"])
        menu = self.env.ref(f"{MODULE}.menu_campaign_orphans")
        self.assertEqual(menu.action.code, "action = model.action_open_orphans()")
        orphans = self.searcher()
        with patch.object(Datetime, "now", lambda *args: datetime(2026, 3, 15, 7, 30)):
            orphans.action_open_orphans()
        searched = orphans.get_searched()
        self.assertEqual(searched, {"at": "2026-03-15 07:30:00", "today": False, "later": 0})
        row = self.Orphan.search([("partner_id", "=", self.alma.id)])
        self.assertEqual(
            (row.res_id, row.campaign_id, row.state), (order.id, self.spring, "proposed")
        )
        self.assertTrue(orphans.action_search()["today"])

    def test_what_is_too_much_for_a_click_is_left_to_the_job(self):
        """Two open documents, one at a time: the job is called at once, the list stays."""
        self.touched(self.alma, self.spring)
        self.sold(self.env["utm.campaign"])
        self.sold(self.env["utm.campaign"], 5)
        self.env["ir.config_parameter"].set_param(crm_campaign_orphan.SEARCHED, False)
        job = self.env.ref(f"{MODULE}.ir_cron_campaign_link")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
        orphans = self.searcher()
        with patch.object(crm_campaign_orphan, "AT_ONCE", 1):
            searched = orphans.action_search()
        self.assertEqual((searched["at"], searched["today"]), ("", False))
        self.assertGreaterEqual(searched["later"], 2)
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
        self.assertEqual(after - before, 1)
        self.assertFalse(self.Orphan.search([("partner_id", "=", self.alma.id)]))
        self.Link._cron_fill()
        self.assertEqual(len(self.Orphan.search([("partner_id", "=", self.alma.id)])), 2)

    def test_what_is_as_it_was_is_not_written_again(self):
        """``xmin`` is the transaction that wrote a row last, ``cmin`` the statement in it."""
        self.touched(self.alma, self.spring)
        self.sold(self.env["utm.campaign"])

        def written():
            self.env.cr.execute("SELECT id, xmin, cmin, ctid FROM crm_campaign_orphan ORDER BY id")
            return self.env.cr.fetchall()

        self.Orphan._fill()
        before = written()
        self.Orphan._fill()
        self.assertTrue(before)
        self.assertEqual(written(), before)

    def test_salespeople_repair_nothing(self):
        sam = self.make_user("sam_orphans", "sales_team.group_sale_salesman")
        for method in ("action_open_orphans", "action_search", "get_searched"):
            with self.assertRaises(AccessError):
                getattr(self.Orphan.with_user(sam), method)()

    def test_other_companies_see_nothing(self):
        self.touched(self.alma, self.spring)
        self.sold(self.env["utm.campaign"])
        self.proposals()
        mia = self.make_user("mia_orphans", f"{MODULE}.group_campaign_user")
        mia.write(
            {
                "company_ids": [Command.set(self.company_eur.ids)],
                "company_id": self.company_eur.id,
            }
        )
        rows = self.Orphan.with_user(mia).search([("partner_id", "=", self.alma.id)])
        self.assertFalse(rows)
