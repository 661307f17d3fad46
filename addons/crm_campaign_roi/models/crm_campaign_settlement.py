from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import approval

#: What is entered; everything else is written by methods.
ENTERED = {"worked", "lessons", "line_ids"}
#: Share of the plan by which the actual cost may differ without a reason.
TOLERANCE = 0.1


class CrmCampaignSettlement(models.Model):
    """Plan and actual cost of a finished campaign, with reasons and lessons (ROI-1).

    Closing it settles the campaign: its costs stay as they are, and what documents change later is
    shown beside them (*late*).
    """

    _name = "crm.campaign.settlement"
    _description = "Settlement of a campaign"
    _order = "id desc"
    _rec_name = "campaign_id"

    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Settled")], default="draft", required=True, readonly=True
    )
    line_ids = fields.One2many("crm.campaign.settlement.line", "settlement_id", "By cost kind")
    planned = fields.Monetary(compute="_compute_totals")
    actual = fields.Monetary(compute="_compute_totals")
    difference = fields.Monetary(compute="_compute_totals")
    late = fields.Monetary(related="campaign_id.cost_late")
    worked = fields.Text("What worked")
    lessons = fields.Text("What we do differently next time")
    closed_by = fields.Many2one("res.users", "Closed by", readonly=True)
    closed_on = fields.Datetime("Closed on", readonly=True)

    _campaign_uniq = models.UniqueIndex("(campaign_id)", "A campaign is settled once.")

    @api.depends("line_ids.planned", "line_ids.actual")
    def _compute_totals(self):
        for one in self:
            one.planned = sum(one.line_ids.mapped("planned"))
            one.actual = sum(one.line_ids.mapped("actual"))
            one.difference = one.actual - one.planned

    def write(self, vals):
        """Reasons and lessons, until it is settled.

        :raises UserError: when it is settled, or figures are to be entered by hand
        """
        settled = self.filtered(lambda one: one.state == "done")
        if not self.env.su and (settled or set(vals) - ENTERED):
            raise UserError(
                self.env._("The figures come from plan and cost; what is settled stays.")
            )
        return super().write(vals)

    def action_open_late_costs(self):
        """Open what came after the settlement."""
        self.ensure_one()
        return self.campaign_id.action_open_late_costs()

    def action_refresh(self):
        """Read plan and actual cost again; reasons that were given stay."""
        self.check_access("write")
        for one in self.filtered(lambda settlement: settlement.state == "draft"):
            one.campaign_id.action_fill_costs()
            # sudo: the figures are written by this method only
            one.sudo()._fill_lines()

    def _fill_lines(self):
        campaign = self.campaign_id._of_all_companies()
        plan = {line.kind_id.id: line.amount for line in campaign.budget_ids}
        spent = {
            kind: found.get("actual", 0.0)
            for (_campaign, kind), found in campaign._cost_by_kind().items()
        }
        rows = approval.differences(plan, spent, TOLERANCE)
        known = {line.kind_id.id: line for line in self.line_ids}
        for kind, (planned, actual, _difference, far) in rows.items():
            values = {"planned": planned, "actual": actual, "far": far}
            if kind in known:
                known[kind].write(values)
            else:
                self.line_ids.create({"settlement_id": self.id, "kind_id": kind, **values})
        self.line_ids.filtered(lambda line: line.kind_id.id not in rows).unlink()

    def action_close(self):
        """Settle the campaign.

        :raises UserError: when a large difference has no reason, or money is still committed
        """
        self.env["utm.campaign"]._check_manager()
        for one in self:
            one._check_close()
            # sudo: the state moves by this method only
            one.sudo().write(
                {"state": "done", "closed_by": self.env.uid, "closed_on": fields.Datetime.now()}
            )
            one.campaign_id._set_phase("settled")

    def _check_close(self):
        self.action_refresh()
        if missing := self.line_ids.filtered(lambda line: line.far and not line.reason):
            names = ", ".join(line.kind_id.name or self.env._("Other") for line in missing)
            raise UserError(self.env._("Say why plan and cost differ so much: %s", names))
        spent = self.campaign_id._spent()
        if spent.get("committed"):
            raise UserError(
                self.env._(
                    "Something is committed that was not paid yet: enter the bill, cancel what was "
                    "ordered or remove it."
                )
            )
