from odoo import fields, models


class CrmAssociationSettingMixin(models.AbstractModel):
    """How a company's rules of product association and reorders are found (ROI-5, C360-4)."""

    _name = "crm.association.setting.mixin"
    _description = "Settings of product association"

    basket_source = fields.Selection(
        [("order", "Confirmed orders"), ("invoice", "Posted invoices")],
        "Baskets are",
        default="order",
        required=True,
        help="An order is what somebody decided in one go; collective invoices join several of "
        "them. Choose invoices where sales are invoiced without an order.",
    )
    basket_months = fields.Integer(
        "Baskets of the last months",
        default=12,
        required=True,
        help="Calendar months that rules are found in, the month of the data date included.",
    )
    rule_min_baskets = fields.Integer(
        "Baskets with both",
        default=5,
        required=True,
        help="A pair counts from so many common baskets on.",
    )
    rule_min_support = fields.Float(
        "Least support",
        default=0.001,
        digits=(6, 5),
        help="Common baskets ÷ all baskets of the same part (company, segment, season).",
    )
    rule_min_confidence = fields.Float(
        "Least confidence",
        default=0.05,
        help="Common baskets ÷ baskets with the first product.",
    )
    rule_min_lift = fields.Float(
        "Least lift",
        default=1.2,
        help="Confidence ÷ share of all baskets with the product on offer; 1 means no connection.",
    )
    rule_significance = fields.Float(
        "Share of chance finds",
        default=0.05,
        digits=(6, 4),
        help="Rules count as significant when among those at least as sure at most this share is "
        "expected to be chance (Benjamini and Hochberg).",
    )
    reorder_months = fields.Integer(
        "Reorders from the last months",
        default=24,
        required=True,
        help="Calendar months that a customer's own purchase rhythm is read from.",
    )

    _association_months_positive = models.Constraint(
        "CHECK(basket_months BETWEEN 1 AND 120 AND reorder_months BETWEEN 1 AND 120)",
        "Baskets and reorders need 1 to 120 months.",
    )
    _association_limits_valid = models.Constraint(
        "CHECK(rule_min_baskets > 0 AND rule_min_support BETWEEN 0 AND 1"
        " AND rule_min_confidence BETWEEN 0 AND 1 AND rule_min_lift >= 1"
        " AND rule_significance > 0 AND rule_significance <= 1)",
        "Shares lie between 0 and 100 %, lift is 1 or more, baskets are 1 or more.",
    )
