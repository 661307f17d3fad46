from odoo import api, fields, models

MARKETER = "crm_campaign_roi.group_campaign_user"


class CrmCampaignLeadPermission(models.TransientModel):
    """What a lead without a contact allowed: it becomes a contact that has the permission (ROI-1).

    Permissions are those of contacts, who have rights, history and erasure. A lead whose address
    a contact has is that contact.
    """

    _name = "crm.campaign.lead.permission"
    _description = "Permission of a lead"

    @api.model
    def _origins(self):
        permissions = self.env["crm.contact.permission"]
        return permissions._fields["origin"]._description_selection(self.env)

    @api.model
    def _default_lead_id(self):
        """The lead that is open, or that of the delivery: marketers do not open leads."""
        model, key = (self.env.context.get(name) for name in ("active_model", "active_id"))
        if model == "crm.campaign.delivery":
            return self.env[model].browse(key).lead_id
        return self.env["crm.lead"].browse(key if model == "crm.lead" else ())

    lead_id = fields.Many2one(
        "crm.lead",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self._default_lead_id(),
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", compute="_compute_partner_id", compute_sudo=False
    )
    channel_id = fields.Many2one(
        "crm.contact.channel",
        required=True,
        domain="[('needs_permission', '=', True)]",
        default=lambda self: self.env.ref("crm_customer_insight.crm_contact_channel_email", False),
    )
    origin = fields.Selection("_origins", "Source", required=True, default="spoken")
    origin_note = fields.Char(
        "Evidence", required=True, help="Where the proof is: document, call, mail …"
    )
    date = fields.Datetime(
        "Since", required=True, default=fields.Datetime.now, help="When it was said."
    )

    @api.depends("lead_id")
    def _compute_partner_id(self):
        for wizard in self:
            wizard.partner_id = wizard.lead_id._find_matching_partner()

    def action_record(self):
        """Record the permission; make a contact of the lead where there is none.

        :raises AccessError: for whoever neither works on the lead nor is a marketer, and for
            contacts whose permissions others record
        """
        self.ensure_one()
        self.lead_id.check_access("read" if self.env.user.has_group(MARKETER) else "write")
        permissions = self.env["crm.contact.permission"]
        partner = self.partner_id
        if not partner:
            partner = self.lead_id._create_customer()
            # sudo: the contact is new and of this lead, whoever will look after it
            permissions = permissions.sudo()
        permissions.create({**self._permission_values(), "partner_id": partner.id})
        # sudo: marketers only read leads; whether this one may be told was asked above
        self.lead_id.sudo().partner_id = partner
        return {"type": "ir.actions.act_window_close"}

    def _permission_values(self):
        return {
            "channel_id": self.channel_id.id,
            "state": "granted",
            "origin": self.origin,
            "origin_note": self.origin_note,
            "date": self.date,
        }
