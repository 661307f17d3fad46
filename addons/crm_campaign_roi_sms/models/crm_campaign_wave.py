import re

from odoo import api, fields, models
from odoo.tools.mail import TEXT_URL_REGEX, plaintext2html

from odoo.addons.crm_campaign_roi.models.crm_campaign_block import PLACE

from ..report import wave_messages as sql
from ..tools.sms_parts import parts


class CrmCampaignWave(models.Model):
    """Waves by text message, through Odoo's SMS mailings (ROI-1)."""

    _inherit = "crm.campaign.wave"

    method = fields.Selection(
        selection_add=[("sms", "Text message")], ondelete={"sms": "set default"}
    )
    sms_stop_link = fields.Boolean("Opt-out link", default=True)
    sms_parts = fields.Integer(
        "Parts planned and sent",
        compute="_compute_sms_parts",
        help="Each part of a message is paid for by the rate of the channel.",
    )

    @api.depends("delivery_ids")
    def _compute_sms_parts(self):
        domain = [("wave_id", "in", self.ids), ("state", "in", ("planned", "sent"))]
        found = dict(
            self.env["crm.campaign.delivery"]._read_group(domain, ["wave_id"], ["sms_parts:sum"])
        )
        for wave in self:
            wave.sms_parts = found.get(wave._origin, 0)

    @api.model
    def _method_channels(self):
        return {**super()._method_channels(), "sms": "sms"}

    @api.model
    def _executors(self):
        return {**super()._executors(), "sms": self._send_mails}

    def _missing(self):
        missing = super()._missing()
        if self.method == "sms" and not (self.body_sms or "").strip():
            missing.append(self.env._("It has no message."))
        return missing

    def _texts_with_places(self):
        if self.method != "sms":
            return super()._texts_with_places()
        return [self.body_sms, *self.content_ids.mapped("body_sms")]

    def action_cancel(self):
        """Messages that wait for the gateway are taken back, too."""
        result = super().action_cancel()
        # sudo: the queue of messages belongs to the job that sends it; the role was asked above
        messages = self.env["sms.sms"].sudo()
        waiting = messages.search(
            [("mailing_id.wave_id", "in", self.ids), ("state", "=", "outgoing")]
        )
        waiting.action_set_canceled()
        self._take_traces()
        return result

    # -- texts ---------------------------------------------------------------------------------

    def _personal_texts(self, variant, model, res_ids):
        """As mails have them, of messages."""
        if self.method != "sms":
            return super()._personal_texts(variant, model, res_ids)
        content = self._content(variant)
        holder = content if content.body_sms else self
        bodies = holder._render_text("body_sms", model, res_ids)
        places = self._places(model, res_ids)
        title = self.subject or self.name
        return {
            res_id: (title, self._put_in_places(bodies[res_id], places[res_id]))
            for res_id in res_ids
        }

    def _put_in_places(self, text, texts):
        """*text* (plain) with ``{placeholder: text}`` put in."""
        return PLACE.sub(lambda match: str(texts.get(match[1], "")), str(text or ""))

    def _as_preview(self, subject, text):
        """A message has no subject, and its lines are those of a plain text."""
        if self.method != "sms":
            return super()._as_preview(subject, text)
        return False, plaintext2html(text)

    def _preview_to(self, person):
        if self.method != "sms":
            return super()._preview_to(person)
        return person.phone_sanitized or person.phone

    def _form_link(self, url):
        """In a message the link is written out."""
        return url if self.method == "sms" else super()._form_link(url)

    # -- mailings ------------------------------------------------------------------------------

    def _mailing_changing(self):
        if self.method == "sms":
            return ("subject", "body_plaintext", "sms_allow_unsubscribe")
        return super()._mailing_changing()

    def _mailing_values(self, variant, model):
        values = super()._mailing_values(variant, model)
        if self.method != "sms":
            return values
        content = self._content(variant)
        return {
            **values,
            "subject": values["subject"] or self.name,
            "mailing_type": "sms",
            "body_plaintext": content.body_sms or self.body_sms,
            "body_html": False,
            "body_arch": False,
            "sms_allow_unsubscribe": self.sms_stop_link,
            "medium_id": self.env.ref("mass_mailing_sms.utm_medium_sms").id,
        }

    @api.model
    def _trace_reasons(self):
        return {
            **super()._trace_reasons(),
            "sms_blacklist": "blacklisted",
            "sms_optout": "denied",
            "sms_duplicate": "duplicate",
            "sms_number_format": "wrong_number",
        }

    def _take_traces(self):
        """Parts and cost are those of the messages as they were sent."""
        messages = self.filtered(lambda wave: wave.method == "sms")
        result = super()._take_traces()
        if messages:
            self.env.cr.execute(sql.take_parts(messages.ids))
            self._rows_changed()
        return result

    def action_open_mailings(self):
        """Open the SMS mailings with Odoo's figures."""
        action = super().action_open_mailings()
        if self.method != "sms":
            return action
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "mass_mailing_sms.mailing_mailing_action_sms"
            ),
            "domain": action["domain"],
            "context": {},
        }

    # -- plan ----------------------------------------------------------------------------------

    def _revisions(self):
        """A number that is none is something else than no number."""
        found = super()._revisions()
        return [*found, sql.name_wrong_numbers()] if self.method == "sms" else found

    def _decide(self, now):
        """Messages are counted in parts before they are sent."""
        super()._decide(now)
        if self.method != "sms":
            return
        self._rows_changed()
        rows = [row_id for [row_id] in self.env.execute_query(sql.planned())]
        found = self._count_parts(self.env["crm.campaign.delivery"].browse(rows))
        self.env.cr.execute(sql.note_parts(found))

    def _count_parts(self, deliveries):
        """``{row id: parts}`` of the messages as they would go out: personal, with short links."""
        # sudo: how long links are is no secret, and only asked
        lengths = self.env["mailing.mailing"].sudo().get_sms_link_replacements_placeholders()
        stop = f"\n{lengths['unsubscribe']}" if self.sms_stop_link else ""
        return {
            row_id: parts(re.sub(TEXT_URL_REGEX, lengths["link"], text) + stop)
            for row_id, (_title, text) in self._texts_of(deliveries).items()
        }
