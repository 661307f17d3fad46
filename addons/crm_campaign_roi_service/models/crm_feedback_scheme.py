from odoo import fields, models


class CrmFeedbackScheme(models.Model):
    """From when on somebody is satisfied (ROI-1, SVC-F)."""

    _inherit = "crm.feedback.scheme"

    satisfied_from = fields.Float(
        "Satisfied from (%)",
        default=80.0,
        help="For campaigns, where nobody is asked for a recommendation.",
    )

    _satisfied_range = models.Constraint(
        "CHECK(satisfied_from BETWEEN 0 AND 100)", "A percentage lies between 0 and 100."
    )
