from odoo import api, models

from odoo.addons.crm_customer_insight.tools.churn import Reason, Signal

from ..report import churn_signals as sql


class CrmCustomerChurn(models.Model):
    """Complaints and low satisfaction as signs of risk and reasons of losses (ROI-3)."""

    _inherit = "crm.customer.churn"

    @api.model
    def _churn_signals(self):
        return [
            *super()._churn_signals(),
            Signal(
                "complaint",
                self.env._("Complaint"),
                self.env._("Open complaints: %(amount)s"),
                sql.open_complaints,
            ),
            Signal(
                "satisfaction",
                self.env._("Low satisfaction"),
                self.env._("Satisfaction of the last answer: %(amount)s of 100"),
                sql.low_satisfaction,
            ),
        ]

    @api.model
    def _churn_reasons(self):
        return [
            *super()._churn_reasons(),
            Reason("complaint", self.env._("Complaint"), sql.complaints),
            Reason("satisfaction", self.env._("Low satisfaction"), sql.dissatisfaction),
        ]
