"""The printed customer profile (C360-1): what stands on the paper, and for whom."""

import io
import shutil
import subprocess
import unicodedata

from lxml import html
from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_360 import Customer360Case

REPORT = "crm_customer_insight.report_customer_profile"
NO_FIGURES = "Not enough data"
HIDDEN = "You have no access to the figures"


class ProfileCase(Customer360Case):
    def html(self, user, partner):
        """The report's pages in the words that a reader sees, white space made single."""
        reports = self.env["ir.actions.report"].with_user(user)
        body, _type = reports._render_qweb_html(REPORT, partner.ids)
        tree = html.fromstring(body)
        for style in tree.xpath("//style | //script | //head"):
            style.drop_tree()
        return " ".join(tree.text_content().split())

    def value_part(self, user, partner):
        """What stands between the heading of the value and that of the open matters."""
        return self.html(user, partner).partition(" Value ")[2].partition(" Open matters ")[0]


@tagged("post_install", "-at_install")
class TestCustomerProfileReport(ProfileCase):
    def test_figures_of_a_customer(self):
        self._new_snapshot(self.customer)
        text = self.html(self.sandra, self.customer)
        self.assertIn("Nordwind Tier B", text)
        self.assertIn("1,000.00", text)
        # From 800 to 1,000 is a quarter more; the margin is 300 of 1,000.
        self.assertIn("+25 % on the year before", text)
        self.assertIn("30.0 %", text)
        self.assertIn("543", text)
        self.assertNotIn(HIDDEN, text)

    def test_customer_without_figures_is_not_worth_zero(self):
        for reader, words in ((self.manager, NO_FIGURES), (self.sandra, "No figures to show")):
            value = self.value_part(reader, self.customer)
            self.assertIn(words, value)
            self.assertNotIn("0", value)

    def test_figure_that_is_not_known_is_not_zero(self):
        # More was credited than sold: there is no margin, and too little to rate him by.
        self._new_snapshot(self.customer, revenue=-50.0, margin_rate=False, rfm=False)
        value = self.value_part(self.sandra, self.customer)
        self.assertIn(f"Margin {NO_FIGURES}", value)
        self.assertIn(f"RFM {NO_FIGURES}", value)
        self.assertIn("50.00", value)

    def test_open_matters_and_last_contacts_of_the_reader(self):
        order = self._new_order(self.customer, self.sandra, 250.0)
        self._new_touches(order, self.customer)
        text = self.html(self.sandra, self.customer)
        self.assertIn(order.name, text.partition("Open matters")[2].partition("Last contacts")[0])
        self.assertIn(order.name, text.partition("Last contacts")[2])
        for reader in (self.otto, self.manager):
            text = self.html(reader, self.customer)
            shown = order.name in text.partition("Open matters")[2]
            self.assertEqual(shown, reader == self.manager, reader.name)

    def test_several_customers_each_with_his_own_figures(self):
        self._new_snapshot(self.customer)
        self._new_snapshot(self.foreign, revenue=7000.0)
        text = self.html(self.manager, self.customer | self.foreign)
        mine, _name, other = text.partition("Ostwind")
        self.assertIn("1,000.00", mine)
        self.assertIn("7,000.00", other)
        self.assertNotIn("7,000.00", mine)

    def test_figures_of_a_colleagues_customer_stay_hidden(self):
        self._new_snapshot(self.foreign, revenue=7000.0)
        text = self.html(self.sandra, self.foreign)
        self.assertIn("Ostwind", text)
        for secret in ("7,000.00", "300.00", "Tier B", "543"):
            self.assertNotIn(secret, text)

    def test_employee_without_a_role_reads_no_figures(self):
        employee = new_test_user(self.env, "profile_employee", "base.group_user")
        self._new_snapshot(self.customer)
        text = self.html(employee, self.customer)
        self.assertIn(HIDDEN, text)
        self.assertNotIn("1,000.00", text)

    def test_customers_print_nothing_about_themselves(self):
        with self.assertRaises(AccessError):
            self.html(self.portal, self.portal.partner_id)

    def test_customer_of_a_company_that_the_reader_may_not_enter(self):
        self.foreign.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(AccessError):
            self.html(self.sandra, self.foreign)

    def test_words_of_others_are_no_markup(self):
        self.customer.name = "<script>alert(1)</script>"
        body, _type = (
            self.env["ir.actions.report"]
            .with_user(self.sandra)
            ._render_qweb_html(REPORT, self.customer.ids)
        )
        self.assertNotIn(b"<script>alert(1)", body)
        self.assertIn(b"&lt;script&gt;alert(1)", body)


@tagged("post_install", "-at_install")
class TestCustomerProfilePdf(ProfileCase):
    """The file that is printed."""

    def pdf(self, partner):
        reports = self.env["ir.actions.report"].with_user(self.manager)
        with self.allow_pdf_render():
            content, kind = reports.with_context(force_report_rendering=True)._render_qweb_pdf(
                REPORT, partner.ids
            )
        self.assertEqual(kind, "pdf")
        return content

    def words(self, content):
        return " ".join(
            " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split()
        )

    def test_pdf_with_figures(self):
        self._new_snapshot(self.customer)
        text = self.words(self.pdf(self.customer))
        self.assertIn("Nordwind", text)
        self.assertIn("1,000.00", text)

    def test_pdf_without_figures(self):
        self.assertIn(NO_FIGURES, self.words(self.pdf(self.customer)))

    def test_chinese_name_has_glyphs(self):
        self.customer.name = "上海机械有限公司"
        content = self.pdf(self.customer)
        # The file may name a character's radical, which looks the same; NFKC makes them one.
        self.assertIn("上海机械有限公司", unicodedata.normalize("NFKC", self.words(content)))
        fonts = subprocess.run(
            [shutil.which("pdffonts"), "-"], input=content, capture_output=True, check=True
        ).stdout.decode()
        self.assertIn("CJK", fonts)


@tagged("post_install", "-at_install")
class TestCustomerProfilePrint(ProfileCase, HttpCase):
    """What the print button of the 360 view fetches."""

    def test_print_button_fetches_the_report_by_the_readers_rights(self):
        self._new_snapshot(self.customer)
        self.authenticate("sandra_360", "sandra_360")
        action = self.make_jsonrpc_request(
            "/web/action/load",
            {"action_id": "crm_customer_insight.customer_profile_report_action"},
        )
        self.assertEqual((action["report_type"], action["report_name"]), ("qweb-pdf", REPORT))
        page = self.url_open(f"/report/html/{REPORT}/{self.customer.id}")
        self.assertIn("1,000.00", page.text)
        self.authenticate("portal_360", "portal_360")
        page = self.url_open(f"/report/html/{REPORT}/{self.customer.id}")
        self.assertNotIn("1,000.00", page.text)
        self.assertGreaterEqual(page.status_code, 400)
