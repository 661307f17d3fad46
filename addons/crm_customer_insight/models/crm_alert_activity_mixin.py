from odoo import models


class CrmAlertActivityMixin(models.AbstractModel):
    """The activity of an alert and the alert end together (C360-3). A part of ``mail.activity``."""

    _name = "crm.alert.activity.mixin"
    _description = "Activities of alerts"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Whoever does the activity of an alert ends the alert; the feedback becomes its note."""
        # what an alert plans is automated and about a customer: others cost no query
        mine = self.filtered(lambda a: a.automated and a.res_model == "res.partner").ids
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if mine and not self.env.context.get("alert_ends"):
            # sudo: the alert ends with its activity, whoever did it
            alerts = self.env["crm.customer.alert"].sudo()
            alerts.search([("activity_id", "in", mine), ("state", "!=", "done")])._activity_done(
                feedback
            )
        return result
