from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..report import campaign_progress as sql
from .crm_campaign_money_mixin import ROLES

#: How many next steps the board shows.
STEPS = 5


class CrmCampaignResponseMixin(models.AbstractModel):
    """Responses of a campaign, its flow and its progress (ROI-1)."""

    _name = "crm.campaign.response.mixin"
    _inherit = ["crm.campaign.wave.mixin"]
    _description = "Campaign responses"

    response_ids = fields.One2many(
        "crm.campaign.response", "campaign_id", "Responses", copy=False, groups=ROLES
    )
    response_group_ids = fields.One2many(
        "crm.campaign.response.group",
        "campaign_id",
        "Response groups",
        copy=False,
        groups=ROLES,
    )
    response_count = fields.Integer(
        "Targets who responded", compute="_compute_response_count", groups=ROLES
    )

    @api.depends("response_ids")
    def _compute_response_count(self):
        """Persons, not responses; that a mail arrived or came back is none of theirs."""
        self.env.flush_all()
        counts = dict(self.env.execute_query(sql.responders(self._origin.ids)))
        for campaign in self:
            campaign.response_count = counts.get(campaign._origin.id, 0)

    def action_fill_responses(self):
        """Bring the responses up to date with what is in the touch ledger."""
        self._check_marketer()
        # sudo: the ledger is filled from documents that marketers need not see
        self.env["crm.touchpoint"].sudo()._fill()
        # sudo: rows that follow the ledger are written by no user
        self.env["crm.campaign.response"].sudo()._fill(self)
        self.invalidate_recordset(["response_ids", "response_count"])
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_responses(self):
        """Open the responses of the targets."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_response"
        )
        context = {
            "default_campaign_id": self.id,
            "search_default_filter_own": 1,
            "search_default_group_partner": 1,
        }
        return {**action, "domain": [("campaign_id", "=", self.id)], "context": context}

    def action_usual_groups(self):
        """Add the usual response groups to the waves that have none."""
        self._check_marketer()
        self.env["crm.campaign.response.group"]._make_usual(self.wave_ids)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _copied_waves(self, waves, copy):
        """Groups are copied with the waves that they are about, and lead to the copies.

        Those of the whole campaign, too: a wave to one of them would go to everybody.
        """
        result = super()._copied_waves(waves, copy)
        groups = self.env["crm.campaign.response.group"].search([("campaign_id", "=", self.id)])
        for group in groups:
            wave = waves.get(group.wave_id)
            twin = group.copy({"wave_id": wave.id if wave else False, "campaign_id": copy.id})
            for following in group.next_wave_ids:
                if following in waves:
                    waves[following].response_group_id = twin
        return result

    # -- flow and progress ---------------------------------------------------------------------

    @api.readonly
    def get_flow(self):
        """Waves, response groups and figures of the campaign, for its picture.

        The same number of queries whatever the number of persons.
        """
        self.ensure_one()
        self._check_flow_role()
        self.check_access("read")
        self.env.flush_all()
        waves = self.wave_ids.sorted(lambda wave: (wave.sequence, wave.id))
        counts = self._counts()
        return {
            "waves": self._flow_waves(waves, counts["waves"]),
            "groups": self._flow_groups(counts["groups"]),
            "figures": self._flow_figures(counts["figures"]),
            "goals": self._goals(),
            "counted_at": self._flow_moment(counts),
            "steps": self._flow_steps(waves, counts["groups"]),
        }

    def _check_flow_role(self):
        if not (self.env.su or self.env.user.has_groups(ROLES)):
            raise AccessError(self.env._("The flow of campaigns is for marketers and controllers."))
        self._check_companies()

    def _flow_moment(self, counts):
        """When kept counts were made, in UTC; nothing for those of this moment."""
        kept = counts == self.counted and self.counted_at
        return fields.Datetime.to_string(kept) if kept else ""

    def _flow_waves(self, waves, counts):
        methods = dict(waves._fields["method"]._description_selection(self.env))
        states = dict(waves._fields["state"]._description_selection(self.env))
        return [
            {
                "id": wave.id,
                "name": wave.name,
                "method": wave.method,
                "method_label": methods[wave.method],
                "state": wave.state,
                "state_label": states[wave.state],
                "after_id": wave.after_wave_id.id,
                "group_id": wave.response_group_id.id,
                "audience": ", ".join(wave.audience_ids.mapped("name")),
                "wait_days": wave.wait_days if wave.after_wave_id else 0,
                "date": fields.Datetime.to_string(wave.date_planned) if wave.date_planned else "",
                "counts": counts.get(str(wave.id), {}),
            }
            for wave in waves
        ]

    def _flow_groups(self, counts):
        return [
            {
                "id": group.id,
                "name": group.name,
                "wave_id": group.wave_id.id,
                "count": counts.get(str(group.id), 0),
                "days": group.within_days,
            }
            for group in self.response_group_ids.sorted(lambda group: (group.sequence, group.id))
        ]

    def _flow_figures(self, counts):
        """What the strip of cards says; what is not known is None."""
        return {
            "currency_id": self.currency_id.id,
            **counts,
            "target_responses": self.target_responses or None,
            "cost": self.cost_actual,
            "budget": self.budget_total or None,
            "return": None if self.return_word else self.campaign_return,
            "return_word": self.return_word,
            "deals": self.deal_count,
        }

    def _flow_steps(self, waves, groups):
        """What is due next: decisions that are waited for, the settlement, waves to start and to
        come in the order of time, and groups of whom nothing was made. Nothing once it is settled.
        """
        if self.phase in ("settled", "cancelled"):
            return []
        steps = [*self._decisions_due(), *self._waves_due(waves), *self._groups_untouched(groups)]
        return steps[:STEPS]

    def _decisions_due(self):
        waiting = self.waiting_approval_id
        steps = [
            {
                "model": waiting._name,
                "id": waiting.id,
                "name": waiting.change_id.reason or self.title,
                "state": "waiting",
                "date": "",
                "who": waiting.approver_id.name,
            }
            for waiting in waiting
        ]
        if self.phase == "finished":
            done = {"model": self._name, "id": self.id, "name": self.env._("Settlement")}
            steps.append({**done, "state": "finished", "date": ""})
        return steps

    def _groups_untouched(self, counts):
        """Groups with members, to whom no wave goes and who were not handed over."""
        handed = self.env["crm.campaign.handover"]._read_group(
            [("campaign_id", "=", self.id)], ["group_id"]
        )
        used = {group.id for (group,) in handed} | set(self.wave_ids.response_group_id.ids)
        return [
            {
                "model": group._name,
                "id": group.id,
                "name": f"{group.wave_id.name}: {group.name}" if group.wave_id else group.name,
                "state": "untouched",
                "date": "",
                "count": counts[str(group.id)],
            }
            for group in self.response_group_ids.sorted(lambda group: (group.sequence, group.id))
            if group.id not in used and counts.get(str(group.id))
        ]

    def _waves_due(self, waves):
        states = ("draft", "ready", "running", "paused")
        due = waves.filtered(lambda wave: wave.state in states)
        rows = dict(self.env.execute_query(sql.next_due(due.ids))) if due else {}
        steps = [
            {
                "model": wave._name,
                "id": wave.id,
                "name": wave.name,
                "state": wave.state,
                "date": fields.Datetime.to_string(rows.get(wave.id) or wave.date_planned or "")
                or "",
            }
            for wave in due
        ]
        return sorted(steps, key=lambda step: step["date"] or "9")
