from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac
from odoo.tools.mail import email_normalize

from odoo.addons.crm_customer_insight.tools.signed_link import join_token, split_token

from ..tools.working_time import to_datetime, to_moment
from . import crm_service_hooks_mixin  # noqa: F401 (Odoo wants a parent defined before its child)

SCOPE = "service-guest"


class CrmServiceGuestMixin(models.AbstractModel):
    """Links to one request for people without log-in (SVC-T).

    The token says when it ends and is signed with the secret of the database over that, the
    request and its count of revocations; it is stored nowhere, and every mail carries a new one.
    The tokens of the portal's own mixin, which never end and open the whole conversation, are not
    used for requests.
    """

    _name = "crm.service.guest.mixin"
    _inherit = ["crm.service.hooks.mixin", "mail.thread.cc"]
    _description = "Guest link of a service request"

    guest_revision = fields.Integer(
        "Links revoked", readonly=True, copy=False, help="How often links were made void."
    )

    # Tokens

    @api.model
    def _guest_signature(self, request_id, revision, expires):
        # sudo: the secret is used, not shown
        return hmac(self.sudo().env, SCOPE, (request_id, revision, expires))

    def _guest_token(self):
        """New token; empty when the team gives out no links."""
        self.ensure_one()
        days = self.team_id._guest_days()
        if not days:
            return ""
        expires = int(to_moment(fields.Datetime.now() + timedelta(days=days)))
        return join_token(expires, self._guest_signature(self.id, self.guest_revision, expires))

    def _guest_url(self):
        """Address of the request for its customer; a secret of its recipient."""
        token = self._guest_token()
        return f"{self.get_base_url()}/service/{self.id}/{token}" if token else ""

    @api.model
    def _by_guest_token(self, request_id, token):
        """``(request, expired)``; an empty request unless *token* was signed for it.

        The signature is compared in constant time, and also when there is no such request.
        """
        # sudo: visitors have no right to requests; the token is the right, checked here
        found = self.sudo().browse(request_id).exists()
        expires, signature = split_token(token)
        revision = found.guest_revision if found else -1
        good = consteq(self._guest_signature(request_id, revision, expires), signature)
        if not good or not found._guest_may_enter():
            return found.browse(), False
        return found, to_datetime(expires) <= fields.Datetime.now()

    def _guest_may_enter(self):
        """Links are for requests with an address: who was erased has none any more."""
        known = self.active and self.email_normalized
        return bool(known and self.team_id._guest_days())

    def _guest_revoke(self):
        """Make every link that was given out void."""
        for request in self.sudo():  # sudo: who may call is checked by the caller
            request.guest_revision += 1

    def _service_changed(self, before):
        """A link opens the request of the customer it was sent to, not of the one put right."""
        res = super()._service_changed(before)
        changed = self._service_was(before, "partner_id")
        changed.filtered(lambda request: before[request.id]["partner_id"])._guest_revoke()
        return res

    # Sending

    def action_guest_send(self):
        """Mail the customer a new link."""
        self.check_access("write")
        for request in self:
            if not request.email_normalized:
                raise UserError(self.env._("The request has no e-mail address."))
            if not request._guest_token():
                raise UserError(self.env._("The team gives out no links without log-in."))
        self._guest_send()
        return self._guest_told(self.env._("A new link is on its way to the customer."))

    def action_guest_revoke(self):
        """Void all links, for example when a mail went to the wrong person."""
        self.check_access("write")
        self._guest_revoke()
        self._message_log_batch(
            {request.id: self.env._("All links without log-in were revoked.") for request in self}
        )
        return self._guest_told(self.env._("Links given out before do not work any more."))

    def _guest_told(self, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": text},
        }

    def _guest_send(self):
        """Mail new links to the address of each request.

        They are no messages of the conversation, so that the link is kept nowhere but on its way.
        """
        # sudo: the mail is written in the name of the team; it goes to the customer alone
        mails = self.env["mail.mail"].sudo()
        for request in self.sudo():  # sudo: as above
            told = request.with_context(lang=request._portal_lang())
            body = told.env["ir.qweb"]._render(
                "crm_service_levels.guest_link_mail", {"object": told, "url": told._guest_url()}
            )
            mails.create(
                {
                    "subject": told.env._("Your request %s", told.number),
                    "body_html": body,
                    "email_to": told.email_normalized,
                    "email_from": told._service_own_address(),
                    "auto_delete": True,
                }
            )

    @api.model
    def _guest_ask(self, email, number=""):
        """Somebody lost his link: send new ones to the address we know, if we know it.

        The answer is the same in each case; what is found is told by mail alone.
        """
        address = email_normalize(email or "")
        if not address:
            return
        domain = [("email_normalized", "=", address)]
        domain.append(("number", "=", number) if number else ("is_closed", "=", False))
        # sudo: the mail goes to the address of the request, whoever asks for it
        found = self.sudo().search(domain, order="id desc", limit=5)
        found.filtered(lambda request: request._guest_token())._guest_send()

    # Doors of the portal's own mixin that stay closed

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """The button of our mails is a link that ends; portal users get their own page."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        if not self:
            return groups
        groups = [group for group in groups if group[0] != "portal_customer"]
        own = f"{self.get_base_url()}{self.access_url}"
        for name, _takes, data in groups:
            if name == "portal":
                data.update(active=True, has_button_access=True, button_access={"url": own})
        # sudo: the link is for the recipient alone, whoever writes to him
        url = self.sudo()._guest_url()
        guest = [
            "service_guest",
            self._guest_takes,
            {"active": bool(url), "has_button_access": True},
        ]
        guest[2]["button_access"] = {"url": url}
        return [guest, *groups]

    def _guest_takes(self, recipient):
        """Whether a recipient of a mail is the customer and has no log-in."""
        if recipient["id"]:
            share = recipient["type"] not in ("user", "portal")
            return share and recipient["id"] == self.partner_id.id
        return recipient.get("email_normalized") == self.email_normalized

    def _portal_ensure_token(self):
        """Requests have no token that never ends."""
        return ""

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        return self.access_url

    def get_portal_url(self, suffix=None, report_type=None, download=None, query_string=None,
                       anchor=None):  # fmt: skip
        return urlsplit(self.access_url).path

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        """No token opens the conversation through the routes of the chatter."""
        kept = {name: None for name in kwargs if name in ("hash", "pid", "token")}
        return super()._get_thread_with_access(thread_id, mode=mode, **{**kwargs, **kept})

    def _sign_token(self, pid):
        return ""

    def _get_access_action(self, access_uid=None, force_website=False):
        """Who has no right to requests is sent to the page that shows what is his."""
        # sudo: only whether the recipient has a log-in of the portal
        user = self.env["res.users"].sudo().browse(access_uid) if access_uid else self.env.user
        if user.share or force_website:
            return {"type": "ir.actions.act_url", "url": self.access_url, "target": "self"}
        return super()._get_access_action(access_uid=access_uid, force_website=force_website)
