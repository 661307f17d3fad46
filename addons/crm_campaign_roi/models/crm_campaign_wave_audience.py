from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ..report import campaign_targets as persons
from ..report import campaign_waves as sql
from .crm_campaign_money_mixin import ROLES


class CrmCampaignWave(models.Model):
    """A wave may go to an audience of its own, among the targets of its campaign (ROI-1).

    With a response group both hold. Nobody becomes a target by it: control group, duplicates and
    who was removed stay out.
    """

    _inherit = "crm.campaign.wave"

    audience_ids = fields.Many2many(
        "crm.campaign.audience",
        "crm_campaign_wave_audience_rel",
        "wave_id",
        "audience_id",
        "Audience",
        context={"active_test": False},
        groups=ROLES,
        help="Only the targets of the campaign who are in one of these, asked each time the wave "
        "is planned; empty: all targets.",
    )
    audience_note = fields.Char(
        "Who of the audience gets it", compute="_compute_audience_note", groups=ROLES
    )

    @api.depends("audience_ids", "campaign_id", "variant", "state")
    def _compute_audience_note(self):
        """Only while something can be changed: afterwards the deliveries say it."""
        for wave in self:
            asked = wave.audience_ids and wave.state in ("draft", "ready")
            wave.audience_note = wave._note_on_audience() if asked else False

    def _note_on_audience(self):
        try:
            [[found]] = self.env.execute_query(persons.count(self._audience_sql()))
            [[fitting]] = self.env.execute_query(sql.number(self._targets_sql()))
        except UserError as error:
            return str(error)
        counts = {
            "found": formatLang(self.env, found, 0),
            "fitting": formatLang(self.env, fitting, 0),
            "others": formatLang(self.env, max(0, found - fitting), 0),
        }
        if not self.campaign_id._origin._has_targets():
            return self.env._(
                "%(found)s persons are in the audience. Only those of them whom the campaign "
                "chooses as its targets get the wave; it has not chosen any yet.",
                **counts,
            )
        return self.env._(
            "%(fitting)s of the %(found)s persons in the audience may get the wave. The other "
            "%(others)s are no targets of the campaign, or are left out of it: they are not "
            "written to.",
            **counts,
        )

    def _audience_sql(self):
        """SQL of the rows (partner_id, lead_id) of the audience, as whoever answers for the
        campaign may see them.
        """
        # sudo: an audience that the viewer does not see narrows the wave all the same
        wave = self.sudo()
        owner = wave.campaign_id.user_id or wave.user_id or self.env.user
        audiences = wave.audience_ids._origin.with_user(owner).with_company(wave.company_id)
        members = persons.union([audience._members_sql() for audience in audiences])
        self.env.flush_all()
        return members

    def _targets_sql(self):
        """Only the targets who are in the audience."""
        targets = super()._targets_sql()
        # sudo: as above
        if not self.sudo().audience_ids:
            return targets
        return sql.among(targets, self._audience_sql())

    @api.model
    def _fixed_fields(self):
        return super()._fixed_fields() | {"audience_ids"}

    def _missing(self):
        """The audience must be one that can be asked."""
        try:
            self._audience_sql()
        except UserError as error:
            return [*super()._missing(), str(error)]
        return super()._missing()
