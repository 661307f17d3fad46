from odoo import api, models

from odoo.addons.crm_customer_insight.tools.facts import Fact

from ..report import event_facts as sql


class CrmCustomerFact(models.AbstractModel):
    """Events that contacts registered for, attended or missed (ROI-1)."""

    _inherit = "crm.customer.fact"

    @api.model
    def _facts(self):
        return [*super()._facts(), *self._event_facts()]

    @api.model
    def _event_facts(self):
        group = self.env._("Events")

        def events(code, label, event):
            return Fact(
                code, label, group, "many2one", sql.events(event), level="contact", figure=True,
                many=True, comodel="event.event",
            )  # fmt: skip

        return [
            events("event_registered", self.env._("Registered for event"), "registered"),
            events("event_attended", self.env._("Attended event"), "attended"),
            events("event_absent", self.env._("Did not come to event"), "absent"),
        ]
