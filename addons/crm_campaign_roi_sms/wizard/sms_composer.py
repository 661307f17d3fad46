from odoo import models

from ..tools.sms_parts import parts


class SmsComposer(models.TransientModel):
    """Personal blocks are put into the messages of a wave, for all recipients at once (ROI-5)."""

    _inherit = "sms.composer"

    def _prepare_body_values(self, records):
        bodies = super()._prepare_body_values(records)
        # sudo: the blocks belong to the mailing that the user is allowed to send
        wave = self.mailing_id.sudo().wave_id
        if self._is_mass_sms() and (wave.block_ids or wave._own_places()):
            texts = wave._places(records._name, records.ids)
            bodies = {
                res_id: wave._put_in_places(body, texts[res_id]) for res_id, body in bodies.items()
            }
        return bodies

    def _prepare_mass_sms(self, records, sms_record_values):
        """The parts of a message are counted when its links have their final length."""
        messages = super()._prepare_mass_sms(records, sms_record_values)
        if self.mailing_id.sudo().wave_id:  # sudo: as above
            found = {sms.id: parts(sms.body or "") for sms in messages}
            # sudo: as above, of the traces
            traces = self.env["mailing.trace"].sudo().search([("sms_id_int", "in", messages.ids)])
            for number, same in traces.grouped(lambda trace: found[trace.sms_id_int]).items():
                same.sms_parts = number
        return messages
