from odoo import models
from odoo.fields import Domain

from ..tools import returns
from ..tools.goals import Goal, is_set

#: Unit of each target figure; ``target_…`` is the field that holds it.
UNITS = {
    "responses": "number",
    "leads": "number",
    "won": "number",
    "revenue": "money",
    "return": "percent",
}


class CrmCampaignGoalMixin(models.AbstractModel):
    """Target figures of a campaign beside what came of them (ROI-1)."""

    _name = "crm.campaign.goal.mixin"
    _description = "Target figures and what came of them"

    def _goals(self):
        """A row for each target figure that was set: target, actual, share, and what it opens.

        Amounts are in the campaign's currency, the return in percent; ``share`` is actual ÷
        target. What cannot be told is None, with a word that says why.
        """
        self.ensure_one()
        labels = self._goal_labels()
        return [
            {
                "code": code,
                "kind": kind,
                "label": labels[code],
                **self._goal_shown(Goal(code, self[f"target_{code}"], *self._goal_actual(code))),
                **self._goal_records(code),
            }
            for code, kind in UNITS.items()
            if is_set(self[f"target_{code}"])
        ]

    def _goal_shown(self, goal):
        return {
            "target": goal.target,
            "actual": goal.actual,
            "word": goal.word,
            "share": goal.share,
            "bar": goal.bar,
        }

    def _goal_labels(self):
        return {
            "responses": self.env._("Responses"),
            "leads": self.env._("Leads"),
            "won": self.env._("Deals won"),
            "revenue": self.env._("Revenue"),
            "return": self.env._("Return"),
        }

    def _goal_actual(self, code):
        """(actual figure or None, word that stands for it), as the other screens count it."""
        if code == "responses":
            return self._responded(), ""
        if code in ("leads", "won"):
            domain = self._lead_domain() if code == "leads" else self._won_domain()
            return self._lead_sums(domain)[0], ""
        if code == "revenue":
            word = "" if self.deal_count else self._return_words()[returns.NO_SALES]
            return (None if word else self.revenue), word
        return (None if self.return_word else self.campaign_return), self.return_word or ""

    def _responded(self):
        """Targets who responded; of large campaigns as they were counted last."""
        kept = self._kept_counts()
        return kept["figures"]["responded"] if kept else self.response_count

    def _goal_records(self, code):
        """Which records the actual figure counts."""
        if code == "responses":
            domain = Domain("campaign_id", "=", self.id) & Domain("funnel_step", "=", "responded")
            return {"model": "crm.campaign.target", "domain": list(domain)}
        if code in ("leads", "won"):
            domain = self._lead_domain() if code == "leads" else self._won_domain()
            return {"model": "crm.lead", "domain": list(domain)}
        return {"model": "crm.campaign.deal", "domain": list(self._deal_domain())}
