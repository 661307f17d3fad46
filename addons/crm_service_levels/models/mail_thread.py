import logging
from ast import literal_eval

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools import intake

_logger = logging.getLogger(__name__)
REQUEST = "crm.service.request"
TEAM = "crm.service.team"
#: Headers that people read: names, subject, names of files.
READ = {"subject", "from", "to", "cc", "reply-to", "content-type", "content-disposition"}


class MailThread(models.AbstractModel):
    """The gateway's part of the intake of requests (SVC-L1): where a mail goes, and what kind of
    mail it is. Mails to other documents go their usual way.
    """

    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        """Mend character sets that would lose text or the whole mail, then read as always."""
        parts = list(message.walk()) if hasattr(message, "walk") else []
        said = next((part.get_param("charset") for part in parts if part.get_param("charset")), "")
        for part in parts:
            self._service_mend_headers(part, said if isinstance(said, str) else "")
            charset = part.get_param("charset")
            if part.get_content_maintype() == "text" and isinstance(charset, str):
                mended = intake.mended_charset(charset)
                if mended != charset.lower():
                    part.set_param("charset", mended)
        return super().message_parse(message, save_original=save_original)

    @api.model
    def _service_mend_headers(self, part, charset):
        for name, raw in part.raw_items():
            if name.lower() in READ and isinstance(raw, str):
                mended = intake.mended_header(raw, charset)
                if mended != "".join(raw.splitlines()):
                    part.replace_header(name, mended)

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """A report that our mail about a request is late, or that it arrived, is no bounce."""
        ours, action = message_dict["bounced_message"], intake.delivery_action(email_message)
        if ours.model != REQUEST or action in ("", "failed"):
            return super()._routing_handle_bounce(email_message, message_dict)
        if action == "delayed":
            request = self.env[REQUEST].sudo().browse(ours.res_id)  # sudo: as _service_route
            address = message_dict["bounced_email"]
            request._message_log(body=self.env._("A mail to %s is delayed.", address))
        return None

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        if not any(route[0] == REQUEST for route in routes):
            return routes
        kind, _ours = self._service_mail_facts(message, message_dict)
        return [
            self._service_route(route, message_dict, kind) if route[0] == REQUEST else route
            for route in routes
        ]

    @api.model
    def _service_route(self, route, message_dict, kind):
        """The place of a mail that was on its way to a request: the one it is about (by reference,
        or by number when the sender has to do with it), a follow-up, or a new one.
        """
        model, thread_id, values, user_id, alias = route
        requests = self.env[REQUEST].sudo()  # sudo: the mail decides, whoever fetches it
        found = requests.browse(thread_id).exists() if thread_id else requests
        found = (found or requests._service_by_subject(message_dict))._service_at_work()
        if kind == intake.REPLY and not found:
            return self._service_away_route(route, message_dict)
        if found and kind not in (intake.REPLY, intake.MACHINE) and found._service_too_old():
            values = {**(values or {}), "followed_up_id": found.id}
            message_dict.pop("parent_id", None)
            found = requests
        return model, found.id or False, values, user_id, alias

    @api.model
    def _service_away_route(self, route, message_dict):
        """Out-of-office answers to nothing we know are noted on the team, not lost."""
        values = route[2] or {}
        if isinstance(values, str):
            values = literal_eval(values)
        team = self.env[TEAM].sudo().browse(values.get("team_id"))  # sudo: as _service_route
        if not team.exists():
            return route
        message_dict["is_internal"] = True
        return TEAM, team.id, None, route[3], route[4]

    @api.model
    def _service_mail_facts(self, message, message_dict):
        """``(kind of mail, it comes from one of our addresses)``, asked once for each mail."""
        if "service_mail" not in message_dict:
            sender = email_normalize(message_dict.get("email_from")) or ""
            kind = intake.mail_kind(message, message_dict.get("subject"), sender)
            ours = self._service_is_ours(sender)
            message_dict["service_mail"] = (kind or (intake.MACHINE if ours else ""), ours)
        return message_dict["service_mail"]

    @api.model
    def _service_is_ours(self, address):
        """Whether a mail comes from one of our own addresses: it would be answered for ever."""
        # sudo: addresses of the gateway are asked for every mail
        return bool(address and self.env["mail.alias.domain"].sudo()._find_aliases([address]))

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        if any(route[0] in (REQUEST, TEAM) for route in routes or ()):
            kind, ours = self._service_mail_facts(message, message_dict)
            context = {"service_mail_kind": kind, "service_mail_ours": ours}
            self = self.with_context(**context)  # noqa: PLW0642 (core's way)
            now = fields.Datetime.to_string(fields.Datetime.now())
            message_dict["date"] = min(message_dict.get("date") or now, now)
        message_dict.pop("service_mail", None)
        return super()._message_route_process(message, message_dict, routes)
