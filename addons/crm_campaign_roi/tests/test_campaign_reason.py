"""Why a campaign was chosen, changed or removed by hand (ROI-2), on the forms of documents."""

from odoo.tests import Form, HttpCase, tagged

from .test_links import LinkCase


class ReasonCase(LinkCase):
    """Who sells changes the campaign of what he sells."""

    def last(self, document):
        """(campaign, before, how, reason) of the last link of a document."""
        domain = [("res_model", "=", document._name), ("res_id", "=", document.id)]
        link = self.Link.search(domain, order="id desc", limit=1)
        return (link.campaign_id.title, link.before_id.title, link.how, link.reason)

    def documents(self):
        """A lead, an opportunity, an order and an invoice of Spring."""
        lead = self.lead(campaign_id=self.spring.id, type="lead")
        opportunity = self.lead(campaign_id=self.spring.id, type="opportunity")
        order = self.sold(self.spring)
        return (lead, opportunity, order, self.bill(self.sold(self.spring), "2026-03-20"))


@tagged("post_install", "-at_install")
class TestReason(ReasonCase):
    """ROI-2: with the reason, nothing is overwritten silently."""

    def test_a_form_asks_for_the_reason_when_a_campaign_is_replaced_or_removed(self):
        for document in self.documents():
            for campaign in (self.summer, self.env["utm.campaign"]):
                before = document.campaign_id.title
                with self.subTest(document=document), self.debug_mode():
                    form = Form(document)
                    self.assertFalse(form.campaign_change)
                    form.campaign_id = campaign
                    self.assertEqual(form.campaign_change, "replaced")
                    with self.assertRaisesRegex(AssertionError, "campaign_reason is a required"):
                        form.save()
                    form.campaign_reason = " He named the fair "
                    form.save()
                self.assertEqual(document.campaign_id, campaign)
                expected = (campaign.title, before, "hand", "He named the fair")
                self.assertEqual(self.last(document), expected)

    def test_the_first_campaign_needs_no_reason_and_may_have_one(self):
        for reason in (False, "He showed the leaflet"):
            order = self.sold(self.env["utm.campaign"])
            form = Form(order)
            form.campaign_id = self.spring
            self.assertEqual(form.campaign_change, "given")
            if reason:
                form.campaign_reason = reason
            form.save()
            self.assertEqual(self.last(order), ("Spring", False, "hand", reason))

    def test_a_new_document_may_have_a_reason(self):
        lead = self.lead(campaign_id=self.spring.id, campaign_reason="Met at the fair")
        self.assertEqual(self.last(lead), ("Spring", False, "hand", "Met at the fair"))

    def test_back_to_what_it_was_asks_nothing(self):
        order = self.sold(self.spring)
        form = Form(order)
        form.campaign_id = self.summer
        form.campaign_id = self.spring
        self.assertFalse(form.campaign_change)
        form.save()
        self.assertEqual(len(self.log(order)), 1)

    def test_a_code_is_its_own_reason(self):
        order = self.sold(self.summer)
        form = Form(order)
        form.campaign_code = "spring26"
        self.assertEqual(form.campaign_id, self.spring)
        self.assertFalse(form.campaign_change)
        form.save()
        self.assertEqual(self.last(order), ("Spring", "Summer", "code", "spring26"))

    def test_by_hand_against_the_code_needs_a_reason(self):
        order = self.sold(self.env["utm.campaign"], campaign_code="SPRING26")
        form = Form(order)
        form.campaign_id = self.summer
        self.assertEqual(form.campaign_change, "replaced")
        form.campaign_reason = "Wrong leaflet"
        form.save()
        self.assertEqual(self.last(order), ("Summer", "Spring", "hand", "Wrong leaflet"))

    def test_programs_go_on_without_a_reason_and_the_log_says_so(self):
        for document in self.documents():
            document.write({"campaign_id": self.summer.id})
            self.assertEqual(
                self.last(document), ("Summer", "Spring", "hand", "Changed without a reason")
            )
            document.write({"campaign_id": False})
            self.assertEqual(
                self.last(document), (False, "Summer", "hand", "Changed without a reason")
            )

    def test_a_program_may_give_its_reason(self):
        lead = self.lead(campaign_id=self.spring.id)
        lead.write({"campaign_id": self.summer.id, "campaign_reason": "Import of May"})
        self.assertEqual(self.last(lead), ("Summer", "Spring", "hand", "Import of May"))

    def test_an_import_may_give_its_reason(self):
        result = self.env["crm.lead"].load(
            ["name", "campaign_id", "campaign_reason"], [["Pond", "Spring", "List of the fair"]]
        )
        lead = self.env["crm.lead"].browse(result["ids"])
        self.assertEqual(self.last(lead), ("Spring", False, "hand", "List of the fair"))

    def test_the_reason_is_of_the_log_not_of_the_document(self):
        lead = self.lead(campaign_id=self.spring.id)
        lead.write({"campaign_reason": "Of nothing"})
        self.assertFalse(lead.campaign_reason)
        self.assertEqual(len(self.log(lead)), 1)


@tagged("post_install", "-at_install")
class TestReasonTour(ReasonCase, HttpCase):
    """ROI-2: the same in a browser."""

    def test_a_salesperson_says_why(self):
        sam = self.make_user("sam_reason", "sales_team.group_sale_salesman")
        order = self.sold(self.spring, user_id=sam.id)
        self.start_tour(f"/odoo/orders/{order.id}", "crm_campaign_roi_reason", login="sam_reason")
        self.assertEqual(
            self.last(order), ("Summer", "Spring", "hand", "The customer named the summer fair")
        )
