from odoo import fields, models


class CrmContactPermission(models.Model):
    """Whether a contact may be contacted through a channel, since when and by whose word (C360-2).

    The current permission is the active record of a contact and channel; earlier ones are kept
    archived as evidence.
    """

    _name = "crm.contact.permission"
    _description = "Contact permission"
    _order = "partner_id, channel_id, date desc, id desc"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(
        "crm.contact.channel", required=True, ondelete="cascade", index=True
    )
    state = fields.Selection(
        [("granted", "Granted"), ("denied", "Denied")], required=True, default="granted"
    )
    preferred = fields.Boolean("Preferred channel")
    quiet_from = fields.Float("Quiet from", help="Hour in the contact's time zone.")
    quiet_to = fields.Float("Quiet until", help="Hour in the contact's time zone.")
    origin = fields.Selection(
        [
            ("form", "Web form"),
            ("portal", "Portal"),
            ("spoken", "Told us"),
            ("written", "In writing"),
            ("contract", "Contract"),
            ("import", "Import"),
        ],
        "Source",
        required=True,
        default="spoken",
    )
    origin_note = fields.Char("Evidence", help="Where the proof is: document, call, mail …")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", "Recorded by", default=lambda self: self.env.user, index="btree_not_null"
    )
    active = fields.Boolean(default=True)

    _current_uniq = models.UniqueIndex(
        "(partner_id, channel_id) WHERE active",
        "A contact has one current permission per channel; archive the earlier one.",
    )
