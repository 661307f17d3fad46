import base64
import re
from datetime import datetime

from odoo.fields import Command
from odoo.tests import new_test_user

from .common_service import ServiceCase


class PortalCase(ServiceCase):
    """Two customers with log-ins; what belongs to Acme must never reach Beta.

    ========  ===================================================
    anna      contact of Acme with a log-in
    alan      another contact of Acme with a log-in
    bert      contact of Beta with a log-in
    ========  ===================================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna.phone = "+49 30 1234567"
        cls.anna_user = cls._customer("anna_portal", cls.anna)
        cls.alan = cls._contact("Alan", cls.acme, "alan@acme.example.com")
        cls.alan_user = cls._customer("alan_portal", cls.alan)
        cls.beta = cls.env["res.partner"].create({"name": "Beta", "is_company": True})
        cls.bert = cls._contact("Bert", cls.beta, "bert@beta.example.com")
        cls.bert_user = cls._customer("bert_portal", cls.bert)
        cls.team.write({"collection_capacity": 1, "collection_lead_hours": 0})
        cls.pump = cls.env["product.product"].create({"name": "Pump P1"})
        cls.asset = cls.env["crm.customer.asset"].create(
            {
                "product_id": cls.pump.id,
                "serial": "SN-1",
                "partner_id": cls.acme.id,
                "contact_id": cls.anna.id,
            }
        )
        cls.manual = cls._file("manual.txt", cls.asset)
        cls.asset.portal_document_ids = [Command.link(cls.manual.id)]
        cls.request = cls._request(asset_id=cls.asset.id, team_id=cls.team.id)

    @classmethod
    def _contact(cls, name, company, email):
        return cls.env["res.partner"].create(
            {"name": name, "parent_id": company.id, "email": email, "phone": "+49 30 7654321"}
        )

    @classmethod
    def _customer(cls, login, partner):
        return new_test_user(
            cls.env,
            login,
            groups="base.group_portal",
            partner_id=partner.id,
            name=partner.name,
            email=partner.email,
        )

    @classmethod
    def _file(cls, name, record=None, content=b"content"):
        return cls.env["ir.attachment"].create(
            {
                "name": name,
                "datas": base64.b64encode(content),
                "res_model": record._name if record else False,
                "res_id": record.id if record else False,
            }
        )

    def _say(self, body, author=None, files=(), subtype="mail.mt_comment", **values):
        """A message on the request: of a colleague unless *author* says otherwise."""
        request = self.request if author else self.request.with_user(self.rita)
        if author:
            values["author_id"] = author.id
        return request.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid=subtype,
            attachments=list(files),
            **values,
        )

    def _slot(self):
        """A free slot of the team, as ``collection.Slot``."""
        return self.team._collection_slots()[0]

    def _booked(self, request=None, **values):
        slot = self._slot()
        return self.env["crm.service.collection"].create(
            {
                "request_id": (request or self.request).id,
                "slot_start": slot.start,
                "slot_end": slot.end,
                "contact_name": "Anna",
                "phone": "+49 30 1234567",
                "address": "Street 1, Berlin",
                **values,
            }
        )

    @staticmethod
    def _now():
        return datetime.now().replace(microsecond=0)


class PageMixin:
    """Opening pages and sending their forms as a browser without scripts does."""

    def _login(self, user=None):
        self.authenticate(user and user.login, user and user.login)

    def _csrf(self, page):
        return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)

    def _send(self, page_url, post_url, files=None, **values):
        """Send a form of *page_url* to *post_url*; the answer after redirects."""
        token = self._csrf(self.url_open(page_url).text)
        return self.url_open(post_url, data={"csrf_token": token, **values}, files=files)
