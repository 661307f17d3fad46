from odoo import fields, models
from odoo.fields import Domain

from ..report import campaign_waves as sql


class MailingMailing(models.Model):
    """A mailing may be that of a wave and a variant (ROI-1)."""

    _inherit = "mailing.mailing"

    wave_id = fields.Many2one(
        "crm.campaign.wave", index="btree_not_null", ondelete="set null", readonly=True
    )
    wave_variant = fields.Char("Variant of the wave", readonly=True)

    def _wave_recipients(self, column, model):
        """Domain of the contacts or leads who are ready for these mailings, or had them."""
        self.check_access("read")
        self.env.flush_all()
        now = fields.Datetime.now()
        return Domain("id", "in", sql.mail_recipients(self.ids, column, model, now))
