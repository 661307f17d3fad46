from odoo import api, fields, models
from odoo.exceptions import AccessError

FORECAST_ROLES = (
    "crm_campaign_roi.group_campaign_user,crm_campaign_roi.group_campaign_controller,"
    "crm_campaign_roi.group_campaign_planner"
)
#: Who may say what a campaign will sell.
EXPECTING_ROLES = "crm_campaign_roi.group_campaign_user,crm_campaign_roi.group_campaign_planner"
#: What planners may change of a campaign, beside marketers.
PLANNER_FIELDS = {
    "product_ids",
    "mix_ids",
    "expected_reach",
    "forecast_by_hand",
    "expected_response",
    "expected_conversion",
    "expected_quantity",
    "expected_weight",
}


class CrmCampaignForecastMixin(models.AbstractModel):
    """What a campaign will sell (ROI-4): persons, own figures, product mix, demand by week."""

    _name = "crm.campaign.forecast.mixin"
    _description = "Forecast of a campaign"

    currency_id = fields.Many2one("res.currency")  # the campaign's, which Odoo relates
    mix_ids = fields.One2many(
        "crm.campaign.mix", "campaign_id", "Expected product mix", copy=True, groups=FORECAST_ROLES
    )
    expected_reach = fields.Integer(
        "Persons to reach",
        help="Counts until targets are chosen, and where nobody is addressed by name.",
        groups=FORECAST_ROLES,
    )
    forecast_by_hand = fields.Boolean(
        "Own figures",
        help="The figures below instead of the experience with campaigns of the kind.",
        groups=FORECAST_ROLES,
    )
    expected_response = fields.Float("Expected response (%)", groups=FORECAST_ROLES)
    expected_conversion = fields.Float(
        "Expected conversion (%)", help="Of those who respond.", groups=FORECAST_ROLES
    )
    expected_quantity = fields.Float("Expected units per buyer", default=1.0, groups=FORECAST_ROLES)
    expected_weight = fields.Integer(
        "Own figures are worth (persons)",
        default=100,
        help="The more persons, the narrower the range and the less the running campaign moves it.",
        groups=FORECAST_ROLES,
    )
    demand_ids = fields.One2many(
        "crm.campaign.demand", "campaign_id", "Expected demand", groups=FORECAST_ROLES
    )
    demand_count = fields.Integer(
        "Waiting for a planner", compute="_compute_demand", groups=FORECAST_ROLES
    )
    demand_units = fields.Float("Expected units", compute="_compute_demand", groups=FORECAST_ROLES)
    demand_revenue = fields.Monetary(
        "Forecast revenue", compute="_compute_demand", groups=FORECAST_ROLES
    )
    forecast_word = fields.Char(
        "Why there is no forecast", compute="_compute_forecast_word", groups=FORECAST_ROLES
    )

    _own_figures = models.Constraint(
        "CHECK(expected_response BETWEEN 0 AND 99 AND expected_conversion BETWEEN 0 AND 99 "
        "AND expected_quantity >= 0 AND expected_weight >= 0 AND expected_reach >= 0)",
        "Expected shares are below 100 %, expected quantities not negative.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_demand(self):
        """Sums of the demand that is expected or was, and how much waits for a planner."""
        sums, waiting = {}, {}
        if self.env.su or self.env.user.has_groups(FORECAST_ROLES):
            demand = self.env["crm.campaign.demand"]
            own = [("campaign_id", "in", self.ids), ("state", "!=", "withdrawn")]
            sums = {
                campaign.id: rest
                for campaign, *rest in demand._read_group(
                    own, ["campaign_id"], ["expected:sum", "expected_revenue:sum"]
                )
            }
            waiting = dict(
                demand._read_group([*own, ("to_decide", "=", True)], ["campaign_id"], ["__count"])
            )
        for campaign in self:
            units, revenue = sums.get(campaign._origin.id, (0.0, 0.0))
            campaign.demand_units, campaign.demand_revenue = units, revenue
            campaign.demand_count = waiting.get(campaign._origin, 0)

    @api.depends(
        "phase", "kind_id", "date_start", "product_ids", "mix_ids", "expected_reach",
        "forecast_by_hand", "expected_response", "expected_conversion", "expected_quantity",
    )  # fmt: skip
    def _compute_forecast_word(self):
        """The first thing that is missing, in words; empty when there is a forecast."""
        campaigns = self._origin
        words = self._forecast_words()
        # sudo: planners may know how many targets there are, not who they are
        found = self.env["crm.campaign.demand"].sudo()._missing(campaigns.sudo())
        for campaign in self:
            campaign.forecast_word = words.get(found.get(campaign._origin.id), "")

    def _forecast_words(self):
        return {
            "over": self.env._("The campaign is over or was given up."),
            "start": self.env._("Say when the campaign starts."),
            "persons": self.env._("Choose the targets, or say how many persons are to be reached."),
            "experience": self.env._(
                "No finished campaign of this kind sold anything yet: enter own figures."
            ),
            "products": self.env._("Choose the promoted products."),
        }

    @api.model
    def _check_forecast_role(self):
        """:raises AccessError: for all but marketers and planners"""
        if not (self.env.su or self.env.user.has_groups(EXPECTING_ROLES)):
            raise AccessError(
                self.env._("What campaigns will sell is said by marketers and planners.")
            )
        self._check_companies()

    def _planner_fields(self):
        """What planners may change of a campaign; extended by addons with ``super()``."""
        return PLANNER_FIELDS

    def _check_plan_role(self, names):
        """Planners may say what is sold, everything else of the plan is the marketers'."""
        if names <= self._planner_fields():
            return self._check_forecast_role()
        return super()._check_plan_role(names)

    def _phase_moved(self, phase):
        result = super()._phase_moved(phase)
        # sudo: who moves a campaign needs no right to its demand
        self.env["crm.campaign.demand"].sudo()._refresh(self.sudo())
        return result

    def action_refresh_forecast(self):
        """Compute the expected demand anew; decisions stay."""
        self._check_forecast_role()
        self.check_access("read")
        # sudo: nobody has the right to write demand; the role was asked above
        self.env["crm.campaign.demand"].sudo()._refresh(self.sudo())
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_demand(self):
        """Open the expected demand."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_demand"
        )
        return {**action, "domain": [("campaign_id", "=", self.id)], "context": {}}

    def action_open_forecast_error(self):
        """Open forecast and actual of the weeks that are over."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_demand_accuracy"
        )
        return {**action, "domain": [("campaign_id", "=", self.id)], "context": {}}
