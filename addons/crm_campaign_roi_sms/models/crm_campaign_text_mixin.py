from odoo import fields, models
from odoo.exceptions import AccessError


class CrmCampaignTextMixin(models.AbstractModel):
    """Texts of a campaign as text messages (ROI-1, ROI-5)."""

    _inherit = "crm.campaign.text.mixin"

    body_sms = fields.Text(
        "Message",
        help="{{ object.name }} stands for a field of the recipient, [[offer]] for a block.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "body_sms" in vals:
            self._check_placeholders()
        return result

    def _check_placeholders(self):
        """Only template editors may compute in messages, either."""
        result = super()._check_placeholders()
        if self.env.su or self.env.user.has_group("mail.group_mail_template_editor"):
            return result
        unsafe = self.env["mail.render.mixin"]._has_unsafe_expression_template_inline_template
        if any(unsafe(text, "res.partner") for text in self.mapped("body_sms") if text):
            raise AccessError(
                self.env._("Only mail template editors may compute in text messages.")
            )
        return result
