import json

from odoo import fields, models
from odoo.tools import SQL

from ..report import campaign_funnel
from ..report import campaign_progress as sql
from .crm_campaign_money_mixin import ROLES

#: Campaigns with more targets are counted by jobs and buttons, not while somebody waits.
LARGE = 50_000


class CrmCampaignTallyMixin(models.AbstractModel):
    """What a campaign has come to, counted (ROI-1): at once, or for large ones kept.

    Kept counts are those of the last run of the jobs that send waves and read responses, or of the
    button; the flow says of which moment.
    """

    _name = "crm.campaign.tally.mixin"
    _description = "Counts of a campaign"

    counted = fields.Json(copy=False, readonly=True, groups=ROLES)
    counted_at = fields.Datetime("Counted on", copy=False, readonly=True, groups=ROLES)

    def _counts(self):
        """``{"waves": {id: {state: number}}, "groups": {id: members}, "figures": {name: number}}``

        Ids are text, as JSON has them. Who does not look at the campaign's company counts anew.
        """
        return self._kept_counts() or self._count()

    def _kept_counts(self):
        """The same if it is kept, with ``"funnel"``: the row of the funnel's persons; else None."""
        self.ensure_one()
        mine = not self.company_id or self.company_id in self.env.companies
        return (self.counted or None) if mine else None

    def _count(self):
        """The same, of this moment."""
        self.env.flush_all()
        waves = {}
        for wave, state, count in self.env["crm.campaign.delivery"]._read_group(
            [("campaign_id", "=", self.id)], ["wave_id", "state"], ["__count"]
        ):
            waves.setdefault(str(wave.id), {})[state] = count
        self.response_group_ids.invalidate_recordset(["member_count"])
        self.invalidate_recordset(["target_count", "control_count", "response_count"])
        [reached] = self.env.execute_query_dict(sql.reached(self.id))
        return {
            "waves": waves,
            "groups": {str(group.id): group.member_count for group in self.response_group_ids},
            "figures": {
                "targets": self.target_count,
                "control": self.control_count,
                **reached,
                "responded": self.response_count,
            },
        }

    def _to_keep(self):
        [funnel] = self.env.execute_query(campaign_funnel.persons(self.id))
        return {**self._count(), "funnel": funnel}

    def _keep_counts(self):
        """Count large campaigns and keep that; of others nothing is kept."""
        self.env.flush_all()
        large = {key for (key,) in self.env.execute_query(sql.large(self.ids, LARGE))}
        for campaign in self:
            counts = json.dumps(campaign._to_keep()) if campaign.id in large else None
            self.env.cr.execute(
                SQL(
                    "UPDATE utm_campaign SET counted = %(counts)s::jsonb, counted_at = %(now)s"
                    " WHERE id = %(id)s AND (counted IS NOT NULL OR %(counts)s IS NOT NULL)",
                    counts=counts,
                    now=fields.Datetime.now() if counts else None,
                    id=campaign.id,
                )
            )
        self.invalidate_recordset(["counted", "counted_at"])
