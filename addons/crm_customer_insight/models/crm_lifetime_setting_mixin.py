from odoo import fields, models

from ..tools.lifetime_values import Rules
from .crm_lifetime_fit import SEGMENT_BY


class CrmLifetimeSettingMixin(models.AbstractModel):
    """How a company computes life-time values (ROI-3); a part of ``crm.value.setting``."""

    _name = "crm.lifetime.setting.mixin"
    _description = "Rules of the life-time value"

    lifetime_horizon_months = fields.Integer(
        "Horizon (months)",
        default=36,
        required=True,
        help="Life-time value counts what is expected in so many months.",
    )
    lifetime_discount_rate = fields.Float(
        "Discount rate a year",
        default=0.1,
        help="By how much a year money is worth less the later it comes.",
    )
    lifetime_minimum_customers = fields.Integer(
        "Customers needed",
        default=50,
        required=True,
        help="With fewer customers, nothing is estimated; smaller segments use the estimate "
        "of all customers.",
    )
    lifetime_segment_by = fields.Selection(
        SEGMENT_BY,
        "Parameters by",
        default="none",
        required=True,
        help="Customers of a country, industry … are estimated by themselves.",
    )
    lifetime_basis = fields.Selection(
        [("margin", "Margin"), ("revenue", "Revenue")],
        "Value in",
        default="margin",
        required=True,
        help="Margin: after credit notes and product cost, where costs are known for at least "
        "half of the revenue.",
    )

    _lifetime_limits = models.Constraint(
        "CHECK(lifetime_horizon_months BETWEEN 1 AND 120 AND lifetime_minimum_customers >= 2"
        " AND lifetime_discount_rate >= 0 AND lifetime_discount_rate <= 1)",
        "The horizon must be 1 to 120 months, the discount rate 0 to 100 %, and at least two "
        "customers are needed.",
    )

    def _lifetime_rules(self, holdout):
        """The rules for :mod:`..tools.lifetime_values`, with a hold-out of so many days."""
        return Rules(
            months=self.lifetime_horizon_months,
            rate=self.lifetime_discount_rate,
            minimum=self.lifetime_minimum_customers,
            basis=self.lifetime_basis,
            holdout=holdout,
        )
