from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmCampaignTextMixin(models.AbstractModel):
    """A text with placeholders about its recipient, written by marketers (ROI-1).

    Texts are rendered by the job that sends them, with all rights. Whoever writes one must
    therefore not reach more by it than Odoo's own mailings let him.
    """

    _name = "crm.campaign.text.mixin"
    _description = "Text of a campaign"

    subject = fields.Char()
    body_html = fields.Html("Text", sanitize="email_outgoing")
    text_model = fields.Char(compute="_compute_text_model", help="Whose fields a text may name.")

    def _compute_text_model(self):
        self.text_model = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_placeholders()
        return records

    def write(self, vals):
        result = super().write(vals)
        if not {"subject", "body_html"}.isdisjoint(vals):
            self._check_placeholders()
        return result

    def _check_placeholders(self):
        """Only template editors may compute in texts, as in Odoo's mailings.

        :raises AccessError: when somebody else does
        """
        editor = self.env.user.has_group("mail.group_mail_template_editor")
        if editor or self.env.su:
            return
        render = self.env["mail.render.mixin"]
        for record in self:
            unsafe = render._has_unsafe_expression_template_qweb(record.body_html, "res.partner")
            inline = render._has_unsafe_expression_template_inline_template
            if unsafe or inline(record.subject, "res.partner"):
                raise AccessError(
                    self.env._(
                        "Only mail template editors may compute in texts. "
                        "You may use the fields of the recipient that are offered."
                    )
                )

    def _render_text(self, field, model, res_ids):
        """``{id: text}`` for recipients of *model*. :param field: ``subject`` or ``body_html``"""
        self.ensure_one()
        engine = "qweb" if field == "body_html" else "inline_template"
        # sudo: what may be computed was checked when it was written
        render = self.env["mail.render.mixin"].sudo()
        return render._render_template(
            self[field] or "", model, list(res_ids), engine=engine, options={"post_process": True}
        )
