from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

#: How a wave reaches people; glue adds methods with ``selection_add``.
METHODS = [
    ("mail", "E-mail"),
    ("letter", "Letter"),
    ("task", "Task for the salesperson"),
    ("link", "Link"),
]
STATES = [
    ("draft", "Draft"),
    ("ready", "Ready"),
    ("running", "Running"),
    ("paused", "Paused"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]


class CrmCampaignWave(models.Model):
    """One measure of a campaign: who gets what, through which channel, when (ROI-1).

    Its persons are targets of the campaign; each gets one row (``crm.campaign.delivery``).
    """

    _name = "crm.campaign.wave"
    _inherit = ["mail.thread"]
    _description = "Campaign wave"
    _order = "campaign_id, sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    campaign_id = fields.Many2one(
        "utm.campaign", "Campaign", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    campaign_phase = fields.Selection(related="campaign_id.phase", string="Phase of the campaign")
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True, index=True
    )

    # How
    method = fields.Selection(METHODS, required=True, default="mail")
    channel_id = fields.Many2one(
        "crm.contact.channel",
        "Channel",
        compute="_compute_channel_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="Permission, pressure and cost are those of this channel.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, index="btree_not_null"
    )
    email_from = fields.Char(
        "Sender", default=lambda self: self.env.user.email_formatted, help="Name and address."
    )
    subject = fields.Char()
    body_html = fields.Html("Text", sanitize="email_outgoing")

    # Who
    variant = fields.Char("Only variant", help="Empty: every variant of the campaign.")
    after_wave_id = fields.Many2one(
        "crm.campaign.wave",
        "After wave",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('campaign_id', '=', campaign_id), ('id', '!=', id)]",
        help="Each person is asked about so many days after that wave has reached him.",
    )
    wait_days = fields.Integer("Days after", default=7)

    # When
    date_planned = fields.Datetime("Not before", help="Empty: as soon as the wave is started.")
    use_local_hour = fields.Boolean("At the recipient's hour")
    local_hour = fields.Float(default=9.0, help="By the clock where the recipient lives.")
    throttle = fields.Integer("At most per hour", help="0: as many as possible.")
    patience_days = fields.Integer(
        "Patience (days)",
        default=3,
        help="How long the wave waits for quiet hours or contact pressure to pass before it leaves "
        "somebody out.",
    )

    delivery_ids = fields.One2many("crm.campaign.delivery", "wave_id", "Deliveries", copy=False)

    _throttle_positive = models.Constraint(
        "CHECK(throttle >= 0 AND wait_days >= 0 AND patience_days >= 0)",
        "Days and numbers per hour are not negative.",
    )
    _hour_range = models.Constraint(
        "CHECK(local_hour >= 0 AND local_hour < 24)", "An hour is between 0:00 and 23:59."
    )

    @api.depends("method")
    def _compute_channel_id(self):
        """The channel of the method, as long as nobody has chosen another one."""
        codes = self._method_channels()
        channels = {
            channel.code: channel
            for channel in self.env["crm.contact.channel"].search(
                [("code", "in", list(codes.values()))]
            )
        }
        for wave in self:
            wave.channel_id = channels.get(codes.get(wave.method)) or wave.channel_id

    @api.model
    def _method_channels(self):
        """``{method: code of the channel}``, extended by glue."""
        return {"mail": "email", "letter": "letter", "task": "phone", "link": "web"}

    @api.constrains("after_wave_id", "campaign_id")
    def _check_after_wave_id(self):
        if self._has_cycle("after_wave_id"):
            raise ValidationError(self.env._("A wave cannot come after itself."))
        for wave in self:
            if wave.after_wave_id and wave.after_wave_id.campaign_id != wave.campaign_id:
                raise ValidationError(
                    self.env._("%(wave)s comes after a wave of another campaign.", wave=wave.name)
                )

    # -- who -----------------------------------------------------------------------------------

    def _condition_sql(self):
        """SQL of the ids of the targets who fit: all who are to be treated, of the wave's variant.

        Response groups narrow it (``super()``). With an earlier wave, it is asked about each target
        ``wait_days`` after that wave has reached him.
        """
        self.ensure_one()
        variant = SQL("AND variant = %s", self.variant) if self.variant else SQL()
        return SQL(
            """
            SELECT id FROM crm_campaign_target
            WHERE campaign_id = %s AND state = 'in' AND arm = 'treated' %s
            """,
            self.campaign_id.id,
            variant,
        )

    def action_open_deliveries(self):
        """Open the rows of the wave's persons."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_delivery"
        )
        return {**action, "domain": [("wave_id", "=", self.id)], "context": {}}
