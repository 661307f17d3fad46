from odoo import fields, models

from ..tools.person_data import PersonData


class CrmFactRefusal(models.Model):
    """A fact that a contact was asked for and did not tell: not now, or not at all (C360-6)."""

    _name = "crm.fact.refusal"
    _description = "Fact not told"
    _order = "date desc, id desc"
    _rec_name = "attribute_id"
    _person_data = PersonData(merge="keep_best", key=("attribute_id",), order="until DESC")

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True, readonly=True
    )
    attribute_id = fields.Many2one(
        "crm.profile.attribute", "Fact", required=True, ondelete="cascade", index=True,
        readonly=True,
    )  # fmt: skip
    answer = fields.Selection(
        [("later", "Not now"), ("declined", "Does not want to say")], required=True, readonly=True
    )
    date = fields.Date("Asked on", required=True, readonly=True)
    until = fields.Date("Not before", required=True, help="It is not asked before this day.")
    user_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _partner_attribute_uniq = models.UniqueIndex("(partner_id, attribute_id)")
