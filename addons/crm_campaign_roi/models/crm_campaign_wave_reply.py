from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..report import campaign_waves as sql


class CrmCampaignWave(models.Model):
    """A wave that answers by itself whoever replied to an earlier one (ROI-1, ROI-5).

    It is a wave like any other, with its texts and personal blocks: each person gets one answer.
    What mailboxes send back by themselves, and bounces, are no replies.
    """

    _inherit = "crm.campaign.wave"

    auto_reply = fields.Boolean(
        "Automatic answer",
        copy=True,
        help="Goes once to everybody who replies to the mail of the earlier wave, as soon as the "
        "reply is here. An answer needs no permission for offers and is no pressure; blacklist and "
        "quiet hours hold. Replies must arrive in this system: use an address of its own as the "
        "sender.",
    )

    @api.onchange("auto_reply")
    def _onchange_auto_reply(self):
        if self.auto_reply:
            self.wait_days = 0
            self.response_group_id = False

    @api.constrains("auto_reply", "after_wave_id", "wait_days", "response_group_id", "method")
    def _check_auto_reply(self):
        for wave in self.filtered("auto_reply"):
            if not (wave.by_mail and wave.after_wave_id.by_mail):
                raise ValidationError(
                    self.env._("An automatic answer is a mail that comes after a mail.")
                )
            if wave.wait_days or wave.response_group_id:
                raise ValidationError(
                    self.env._("An automatic answer goes to everybody who replies, at once.")
                )

    def _condition_sql(self):
        """Only who has replied, if it is an automatic answer."""
        targets = super()._condition_sql()
        if not self.auto_reply:
            return targets
        return SQL(
            "SELECT c.id FROM (%s) c JOIN (%s) r ON r.target_id = c.id",
            targets,
            sql.repliers(self.after_wave_id),
        )

    def _may_grow(self, now):
        """People may reply until the campaign ends."""
        return self.auto_reply or super()._may_grow(now)

    def _is_marketing(self):
        """Somebody who wrote to us wants an answer."""
        return super()._is_marketing() and not self.auto_reply

    def _others(self, rows, now):
        """No campaign stands before an answer."""
        return {} if self.auto_reply else super()._others(rows, now)

    def _wake_answers(self):
        """Run the automatic answers to these waves in a moment."""
        domain = [("auto_reply", "=", True), ("state", "=", "running")]
        if self and self.search_count([*domain, ("after_wave_id", "in", self.ids)], limit=1):
            self._trigger()
