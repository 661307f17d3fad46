import io
from base64 import b64encode

from lxml import html
from PIL import Image
from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common_voice import VoiceCase

REPORT = "crm_service_levels.report_work_order"


@tagged("post_install", "-at_install")
class TestWorkOrder(VoiceCase):
    """SVC-L5: the work order on paper, to be signed by hand or signed on the tablet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._request(user=cls.rita, user_id=cls.rita.id, description="<p>It leaks.</p>")
        cls.order.solution = "<p>Between us: he dropped it.</p>"
        cls.env["crm.service.effort"].create(
            [
                {
                    "request_id": cls.order.id,
                    "user_id": cls.rita.id,
                    "minutes": minutes,
                    "name": name,
                    "date": day,
                }
                for minutes, name, day in (
                    (45, "New seal", "2026-03-03"),
                    (15, "Looked at it", "2026-03-02"),
                )
            ]
        )

    def _words(self, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.rita)
        body, _kind = reports._render_qweb_html(REPORT, self.order.ids)
        tree = html.fromstring(body)
        for style in tree.xpath("//style | //script | //head"):
            style.drop_tree()
        return " ".join(tree.text_content().split()), body.decode()

    def _sign(self):
        image = io.BytesIO()
        Image.new("RGB", (60, 20), "white").save(image, "PNG")
        answer = self._answered({self.recommend: 10}, self.order)
        answer.sudo()._sign("Anna Acme", b64encode(image.getvalue()))
        return b64encode(image.getvalue()).decode()

    def test_work_in_the_order_of_its_days_and_together(self):
        order = self.order.with_user(self.rita)._work_order()
        rows = [(row["what"], row["minutes"]) for row in order["work"]]
        self.assertEqual(rows, [("Looked at it", 15), ("New seal", 45)])
        self.assertEqual(order["minutes"], 60)

    def test_paper_has_what_the_customer_may_read(self):
        words, _body = self._words()
        for part in (self.order.number, "Anna", "It leaks.", "New seal", "Together60"):
            self.assertIn(part, words)
        self.assertIn("Name and signature", words)
        self.assertNotIn("Between us", words)
        self.assertNotIn("60.00", words)

    def test_parts_of_confirmed_orders_without_prices(self):
        seal = self.env["product.product"].create({"name": "Seal ring", "list_price": 12.5})
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.acme.id,
                    "service_request_id": self.order.id,
                    "order_line": [Command.create({"product_id": seal.id, "product_uom_qty": 3})],
                }
                for _number in range(2)
            ]
        )
        orders[0].action_confirm()
        words, _body = self._words()
        self.assertIn("Seal ring 3.00 Units", words)
        self.assertEqual(words.count("Seal ring"), 1)
        self.assertNotIn("12.5", words)

    def test_signature_of_the_tablet_is_on_it(self):
        image = self._sign()
        words, body = self._words()
        self.assertIn(f"data:image/png;base64,{image}", body)
        self.assertIn("Anna Acme", words)
        self.assertNotIn("Name and signature", words)

    def test_whoever_may_not_read_the_request_prints_nothing(self):
        with self.assertRaises(AccessError):
            self._words(self.emma)

    def test_pdf(self):
        self._sign()
        reports = self.env["ir.actions.report"].with_user(self.rita)
        with self.allow_pdf_render():
            content, kind = reports.with_context(force_report_rendering=True)._render_qweb_pdf(
                REPORT, self.order.ids
            )
        self.assertEqual(kind, "pdf")
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        self.assertIn("Anna", text)
