from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, consteq, email_normalize, hmac

from odoo.addons.crm_campaign_roi.report.campaign_persons import Reference
from odoo.addons.crm_campaign_roi.tools import web_form
from odoo.addons.crm_customer_insight.tools.signed_link import join_token, split_token

SCOPE = "campaign-event"
#: How long after the event its links still say what became of the registration.
LATE = timedelta(days=1)


class CrmCampaignDelivery(models.Model):
    """Invitations to an event: a link of the recipient's own, by which he registers (ROI-1).

    The token says when it ends and is signed with the secret of the database over that, the row
    and its event; it is stored nowhere.
    """

    _inherit = "crm.campaign.delivery"

    @api.model
    def _merged_references(self):
        """Of two registrations that stand, the one who came, else the first is the person's."""
        registrations = Reference(
            "event_registration",
            "campaign_delivery_id",
            answered=SQL("a.state <> 'cancel'"),
            stands=SQL("a.state <> 'cancel'"),
            alike=(),
            best=SQL("array_position(ARRAY['done', 'open'], a.state::text), a.create_date"),
        )
        return [*super()._merged_references(), registrations]

    @api.model
    def _event_signature(self, row_id, event_id, expires):
        # sudo: the secret is used, not shown
        return hmac(self.sudo().env, SCOPE, (row_id, event_id, expires))

    @api.model
    def _event_url(self, row_id, event):
        """Address by which the person of the row registers for *event*."""
        ends = event.date_end + LATE
        expires = int(ends.replace(tzinfo=timezone.utc).timestamp())
        token = join_token(expires, self._event_signature(row_id, event.id, expires))
        return f"{event.get_base_url()}/campaign/event/{row_id}/{token}"

    @api.model
    def _by_event_token(self, row_id, token):
        """``(row, expired)``; an empty row unless *token* was signed for it.

        The signature is compared in constant time, and also when there is no such row.
        """
        # sudo: visitors have no right to campaigns; the token is the right, checked here
        row = self.sudo().browse(row_id).exists()
        event = row.wave_id.event_id
        expires, signature = split_token(token)
        good = consteq(self._event_signature(row_id, event.id or 0, expires), signature)
        if not good or not event:
            return row.browse(), False
        now = fields.Datetime.now().replace(tzinfo=timezone.utc).timestamp()
        return row, expires <= now

    def _event_person(self):
        """Name and address of the recipient, as far as they are known."""
        partner, lead = self.partner_id, self.lead_id
        return {
            "name": partner.name or lead.contact_name or lead.partner_name or "",
            "email": partner.email or lead.email_from or "",
            "phone": partner.phone or lead.phone or "",
        }

    def _event_registration(self):
        """His registration for the event, if there is one that was not cancelled."""
        domain = [("campaign_delivery_id", "=", self.id), ("state", "!=", "cancel")]
        return self.env["event.registration"].search(domain, limit=1)

    def _event_page_values(self):
        """Plain values of the page: nothing but what whoever was given the link may see.

        Of the recipient that is the name, not the addresses.
        """
        person = self._event_person()
        event = self.wave_id.event_id
        lang = self.partner_id.lang or self.env.lang
        return {
            "event_name": event.name,
            "event_when": event._campaign_when(lang),
            "event_zone": event.date_tz,
            "event_where": event.address_inline,
            "is_registered": bool(self._event_registration()),
            "is_open": event.event_registrations_open,
            "other_page": event._campaign_page(self),
            "person": {"name": person["name"]},
            "is_reachable": bool(email_normalize(person["email"])),
        }

    def _event_register(self, given):
        """Register the recipient, once however often it is asked.

        :param given: what he typed: name, email (else his own), phone
        :raises UserError: when the name or a usable address is missing, or nobody may register
        """
        self.lock_for_update()
        found = self._event_registration()
        if found:
            return found
        event = self.wave_id.event_id
        if event._campaign_page(self) or not event.event_registrations_open:
            raise UserError(self.env._("The registration is closed."))
        return self.env["event.registration"].create(self._event_values(event, given))

    def _event_values(self, event, given):
        typed = web_form.clean(given)
        name, email = typed["name"], typed["email"] or self._event_person()["email"]
        if not name:
            raise UserError(self.env._("Please enter your name."))
        if not email_normalize(email):
            raise UserError(self.env._("Please enter your e-mail address."))
        return {
            "event_id": event.id,
            "name": name,
            "email": email,
            "phone": typed["phone"],
            "partner_id": self.partner_id.id,
            **self._event_marks(),
        }

    def _event_marks(self):
        """Where a registration comes from: row, campaign, source, medium."""
        wave = self.wave_id
        mailing = self._event_mailing()
        return {
            "campaign_delivery_id": self.id,
            "utm_campaign_id": wave.campaign_id.id,
            "utm_source_id": mailing.source_id.id,
            "utm_medium_id": mailing.medium_id.id or wave.channel_id.medium_id.id,
        }

    def _event_mailing(self):
        if self.res_model != "mailing.trace":
            return self.env["mailing.mailing"]
        return self.env["mailing.trace"].browse(self.res_id).exists().mass_mailing_id
