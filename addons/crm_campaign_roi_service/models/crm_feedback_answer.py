from odoo import models


class CrmFeedbackAnswer(models.Model):
    """Feedback that the touch ledger reads (C360-1)."""

    _inherit = "crm.feedback.answer"

    # The ledger reads what changed since its last fill.
    _insight_fill_idx = models.Index("(write_date, id)")
