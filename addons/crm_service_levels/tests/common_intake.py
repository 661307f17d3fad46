from email.message import EmailMessage
from email.policy import SMTP
from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common_service import ServiceCase

OURS = "service@intake.example.com"


class IntakeCase(ServiceCase):
    """Real RFC 822 messages go through the mail gateway to the alias of the team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.domain = cls.env["mail.alias.domain"].create({"name": "intake.example.com"})
        cls.company.alias_domain_id = cls.domain
        cls.team.write({"alias_name": "service", "alias_domain_id": cls.domain.id})
        cls.requests = cls.env["crm.service.request"]
        cls.ids = 0

    def setUp(self):
        super().setUp()
        self.sent = []

        def send(server, message, *args, **kwargs):
            self.sent.append(message)
            return message["Message-Id"]

        for name, new in (("send_email", send), ("_connect__", lambda *a, **k: None)):
            patcher = patch.object(IrMail_Server, name, new)
            patcher.start()
            self.addCleanup(patcher.stop)

    def build(self, text="The pump does not start.", sender="Anna <anna@acme.example.com>", **more):
        """A message; *more* are headers (``_`` for ``-``); ``files`` are ``(name, bytes)``."""
        files = more.pop("files", ())
        type(self).ids += 1
        message = EmailMessage(policy=SMTP)
        headers = {
            "From": sender,
            "To": OURS,
            "Subject": "Pump",
            "Date": "Mon, 04 Mar 2024 10:00:00 +0000",
            "Message-Id": f"<intake-{self.ids}@acme.example.com>",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        for name, value in headers.items():
            if value is not None:
                message[name] = value
        message.set_content(text)
        for name, content in files:
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        return message.as_bytes()

    def deliver(self, raw):
        """Hand *raw* bytes to the gateway; the requests that came of it."""
        before = self.requests.search([])
        self.env["mail.thread"].message_process(None, raw)
        self.env.flush_all()
        return self.requests.search([]) - before

    def mail(self, *args, **kwargs):
        return self.deliver(self.build(*args, **kwargs))

    def answers(self):
        """Acknowledgements that were posted."""
        return self.env["mail.message"].search(
            [("model", "=", "crm.service.request"), ("message_type", "=", "auto_comment")]
        )

    def notes(self, request):
        return " ".join(str(body) for body in request.message_ids.mapped("body"))
