from odoo import api, fields, models

from odoo.addons.crm_customer_insight.tools.person_data import PersonData


class CrmCompetitor(models.Model):
    """A competitor: what he sells at what price, and how we win against him (ROI-6)."""

    _name = "crm.competitor"
    _inherit = ["mail.thread"]
    _description = "Competitor"
    _order = "name, id"
    _person_data = PersonData(erase="keep")

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, required=True, precompute=True
    )
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", "Contact", index="btree_not_null")
    company_id = fields.Many2one("res.company", index="btree_not_null")
    website = fields.Char(related="partner_id.website")
    user_id = fields.Many2one("res.users", "Watched by")
    strengths = fields.Text()
    weaknesses = fields.Text()
    battle_card = fields.Html(
        help="What a salesperson says and asks when this competitor is in the race."
    )
    lead_ids = fields.Many2many(
        "crm.lead",
        "crm_lead_competitor_rel",
        "competitor_id",
        "lead_id",
        "Opportunities",
        groups="sales_team.group_sale_salesman,crm_campaign_roi.group_campaign_user",
        copy=False,
    )
    product_ids = fields.One2many("crm.competitor.product", "competitor_id", "Products")
    lead_count = fields.Integer("Races", compute="_compute_races")
    won_count = fields.Integer("Won", compute="_compute_races")
    lost_count = fields.Integer("Lost", compute="_compute_races")
    win_rate = fields.Float(
        "Win rate (%)",
        compute="_compute_races",
        help="Won ÷ (won + lost), empty while nothing is decided.",
    )

    @api.depends("partner_id")
    def _compute_name(self):
        for competitor in self:
            competitor.name = competitor.name or competitor.partner_id.name

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_races(self):
        """Opportunities in which he was met, as far as whoever reads may see them."""
        rows = self.env["crm.competitor.report"]._read_group(
            [("competitor_id", "in", self.ids)], ["competitor_id", "result"], ["__count"]
        )
        found = {(competitor.id, result): count for competitor, result, count in rows}
        for competitor in self:
            counts = [found.get((competitor.id, one), 0) for one in ("won", "lost", "open")]
            won, lost, _still_open = counts
            competitor.won_count, competitor.lost_count = won, lost
            competitor.lead_count = sum(counts)
            competitor.win_rate = won / (won + lost) * 100 if won + lost else False

    def action_open_races(self):
        """Open won and lost opportunities against this competitor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_competitor_report"
        )
        return {
            **action,
            "domain": [("competitor_id", "=", self.id)],
            "context": self.env.context.get("races", {}),
        }

    def action_print(self):
        """Print the battle card."""
        return self.env.ref("crm_campaign_roi.report_crm_competitor").report_action(self)
