from datetime import timedelta

from odoo import api, fields, models

from .crm_campaign_money_mixin import ROLES


class CrmCampaignMarketingMixin(models.AbstractModel):
    """The plan a campaign hangs from, its material, its templates and its place in time."""

    _name = "crm.campaign.marketing.mixin"
    _description = "Campaign in the marketing plan"

    plan_id = fields.Many2one(
        "crm.marketing.plan",
        "Marketing plan",
        index="btree_not_null",
        ondelete="restrict",
        groups=ROLES,
    )
    material_ids = fields.Many2many(
        "crm.campaign.material",
        "crm_campaign_material_rel",
        "campaign_id",
        "material_id",
        groups=ROLES,
    )

    def _template_dates(self):
        """Today, and as long as the template says."""
        today = fields.Date.context_today(self)
        if not (self.date_start and self.date_end):
            return {"date_start": today, "date_end": False}
        length = self.date_end - self.date_start
        return {"date_start": today, "date_end": today + length}

    @api.model
    def get_timeline(self, first, last, group):
        """Campaigns between two days for the timeline view.

        :param first: first day shown, ISO
        :param last: last day shown, ISO
        :param group: ``kind_id``, ``user_id``, ``parent_id`` or ``plan_id``
        :return: list of ``{id, title, phase, start, end, group: [id, name] or False}``
        """
        self._check_timeline(group)
        campaigns = self.search(
            [
                ("is_auto_campaign", "=", False),
                ("is_template", "=", False),
                ("date_start", "!=", False),
                ("date_start", "<=", last),
                "|",
                ("date_end", ">=", first),
                "&",
                ("date_end", "=", False),
                ("date_start", ">=", fields.Date.to_date(first) - timedelta(days=1)),
            ],
            order="date_start, id",
        )
        campaigns.mapped(f"{group}.display_name")
        return [campaign._timeline_row(group) for campaign in campaigns]

    def _check_timeline(self, group):
        if group not in ("kind_id", "user_id", "parent_id", "plan_id"):
            raise ValueError(group)
        self._check_money_role()

    def _timeline_row(self, group):
        of = self[group]
        return {
            "id": self.id,
            "title": self.title,
            "phase": self.phase,
            "start": self.date_start.isoformat(),
            "end": (self.date_end or self.date_start).isoformat(),
            "group": [of.id, of.display_name] if of else False,
        }
