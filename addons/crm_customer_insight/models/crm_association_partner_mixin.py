from odoo import fields, models


class CrmAssociationPartnerMixin(models.AbstractModel):
    """What a contact allows suggestions to be made from (ROI-5)."""

    _name = "crm.association.partner.mixin"
    _description = "Suggestions to a contact"

    suggestions_from_browsing = fields.Boolean(
        "Suggestions from what he looks at",
        groups="base.group_user",
        copy=False,
        help="The contact has allowed us, on his page of suggestions, to remember the products he "
        "looks at in the portal. Without it, suggestions come from past purchases alone.",
    )
