from odoo import fields, models


class CrmLifeEventPartnerMixin(models.AbstractModel):
    """Life events of a contact, and the note that an offer was sent (C360-2)."""

    _name = "crm.life.event.partner.mixin"
    _inherit = ["mail.thread"]
    _description = "Life events of contacts"

    life_event_ids = fields.One2many(
        "crm.life.event",
        "partner_id",
        "Life events",
        groups="crm_customer_insight.group_insight_user",
    )

    def _message_post_after_hook(self, message, msg_vals):
        """An offer written from the event's own composer is an offer made."""
        result = super()._message_post_after_hook(message, msg_vals)
        asked = self.env.context.get("crm_life_event_id")
        if isinstance(asked, int) and message.message_type in ("comment", "email_outgoing"):
            event = self.env["crm.life.event"].browse(asked)._filtered_access("write")
            if event.partner_id and event.partner_id <= message.partner_ids:
                event._mark_offered(self.env.ref("crm_customer_insight.crm_contact_channel_email"))
        return result
