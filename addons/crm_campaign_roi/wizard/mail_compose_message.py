from ast import literal_eval

from markupsafe import Markup

from odoo import models

from ..models.crm_campaign_block import PLACE

#: An automatic answer says so, and that it wants none (RFC 3834).
ANSWER = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


class MailComposeMessage(models.TransientModel):
    """Personal blocks are put into the mails of a wave, for a batch of recipients at once."""

    _inherit = "mail.compose.message"

    def _prepare_mail_values(self, res_ids):
        values = super()._prepare_mail_values(res_ids)
        # sudo: the blocks belong to the mailing that the user is allowed to send
        wave = self.mass_mailing_id.sudo().wave_id
        if self._is_mass_mailing() and (wave.block_ids or wave._own_places()):
            texts = self._block_texts(wave, list(values))
            for res_id, mail in values.items():
                mail.update(self._with_blocks(wave, mail, texts[res_id]))
        if wave.auto_reply:
            for mail in values.values():
                mail["headers"] = repr({**literal_eval(mail.get("headers") or "{}"), **ANSWER})
        return values

    def _block_texts(self, wave, res_ids):
        # Links in blocks are counted as those of the mailing.
        links = self.mass_mailing_id._get_link_tracker_values()
        return wave._places(self.model, res_ids, post_convert_links=links)

    def _with_blocks(self, wave, mail, texts):
        return {
            name: wave._put_in_blocks(mail[name], texts)
            for name in ("body", "body_html")
            if isinstance(mail.get(name), (str, Markup)) and PLACE.search(mail[name])
        }
