import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: Where a block is put in: ``[[offer]]``.
PLACE = re.compile(r"\[\[\s*([a-z0-9_]+)\s*\]\]")


class CrmCampaignBlock(models.Model):
    """A part of a wave's text that depends on facts about the recipient (ROI-1, ROI-5).

    Of the blocks with one placeholder the first one whose conditions hold is put in; when none
    holds the place stays empty.
    """

    _name = "crm.campaign.block"
    _inherit = ["crm.campaign.text.mixin"]
    _description = "Personal block"
    _order = "wave_id, sequence, id"

    wave_id = fields.Many2one("crm.campaign.wave", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="wave_id.company_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(
        "Placeholder",
        required=True,
        default="offer",
        help="Write it into the text in double brackets: [[offer]].",
    )
    conditions = fields.Json(
        default=lambda self: {"operator": "and", "conditions": []},
        help="Without any the block is for everybody.",
    )

    @api.constrains("name", "conditions")
    def _check_block(self):
        for block in self:
            if not PLACE.fullmatch(f"[[{block.name}]]"):
                raise ValidationError(
                    self.env._("A placeholder has small letters, digits and underscores only.")
                )
            self.env["crm.customer.fact"]._parse(block.conditions)

    def _text_field(self):
        """The field that holds the text, by the method of the wave; extended by glue."""
        return "body_html"

    def _is_for_all(self):
        return not (self.conditions or {}).get("conditions")

    def _fitting(self, partner_ids):
        """``{block: ids of the contacts for whom its conditions hold}``, one query per block."""
        return {block: block._fitting_one(partner_ids) for block in self}

    def _fitting_one(self, partner_ids):
        if self._is_for_all() or not partner_ids:
            return set(partner_ids)
        facts = self.env["crm.customer.fact"]
        found = facts._select(self.conditions, self.wave_id.company_id, "contact")
        domain = Domain("id", "in", list(partner_ids)) & Domain("id", "in", found)
        return set(self.env["res.partner"].with_context(active_test=False).search(domain).ids)

    def _texts(self, model, res_ids):
        """``{recipient id: {placeholder: text}}`` in a number of queries per block, not recipient.

        Conditions are about contacts: leads without one get the blocks that are for everybody.
        """
        texts = {res_id: {} for res_id in res_ids}
        is_contact = model == "res.partner"
        fitting = self._fitting(res_ids) if is_contact else {}
        for block in self:
            everybody = set(res_ids) if block._is_for_all() else set()
            open_ids = [
                res_id
                for res_id in res_ids
                if res_id in fitting.get(block, everybody) and block.name not in texts[res_id]
            ]
            if open_ids:
                field = block._text_field()
                for res_id, text in block._render_text(field, model, open_ids).items():
                    texts[res_id][block.name] = text
        return texts
