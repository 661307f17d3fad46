from odoo import fields, models
from odoo.exceptions import AccessError

from ..report import digest_figures

ANALYST = "crm_customer_insight.group_insight_analyst"


class DigestDigest(models.Model):
    """Customer figures in the periodic mail: won, lost, worth most, reachable."""

    _inherit = "digest.digest"

    kpi_insight_new_customers = fields.Boolean("New customers")
    kpi_insight_new_customers_value = fields.Integer(
        "New customers: figure", compute="_compute_kpi_insight_new_customers_value"
    )
    kpi_insight_tier_a_revenue = fields.Boolean("Revenue of tier A customers")
    kpi_insight_tier_a_revenue_value = fields.Monetary(
        "Revenue of tier A: figure", compute="_compute_kpi_insight_tier_a_revenue_value"
    )
    kpi_insight_lost_customers = fields.Boolean("Customers lost this month")
    kpi_insight_lost_customers_value = fields.Integer(
        "Customers lost: figure", compute="_compute_kpi_insight_lost_customers_value"
    )
    kpi_insight_permission_share = fields.Boolean("Customers with a recorded permission (%)")
    kpi_insight_permission_share_value = fields.Float(
        "Share with a permission: figure", compute="_compute_kpi_insight_permission_share_value"
    )

    def _compute_kpi_insight_new_customers_value(self):
        """Customers of the company whose first purchase is in the period."""
        self._compute_insight_figure("new_customers")

    def _compute_kpi_insight_tier_a_revenue_value(self):
        """Invoiced in the period, net of credit notes, to customers who are in tier A today."""
        self._compute_insight_figure("tier_a_revenue")

    def _compute_kpi_insight_lost_customers_value(self):
        """Customers lost at the end of the period who were not lost the month before."""
        self._compute_insight_figure("lost_customers")

    def _compute_kpi_insight_permission_share_value(self):
        """Customers who bought at least once and for whom a permission was recorded, in percent."""
        self._compute_insight_figure("permission_share")

    def _compute_insight_figure(self, name):
        if not self.env.user.has_group(ANALYST):
            raise AccessError(
                self.env._("Do not have access, skip this data for user's digest email")
            )
        start, end, companies = self._get_kpi_compute_parameters()
        figures = getattr(digest_figures, name)(self.env, start, end, companies)
        for digest in self:
            company = digest.company_id or self.env.company
            digest[f"kpi_insight_{name}_value"] = figures.get(company.id, 0)

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm_customer_insight.menu_insight_root").id
        snapshots = f"crm_customer_insight.crm_customer_snapshot_digest_action?menu_id={menu}"
        for name in ("new_customers", "tier_a_revenue", "lost_customers"):
            actions[f"kpi_insight_{name}"] = snapshots
        return actions
