from odoo import api, models

from odoo.addons.crm_customer_insight.tools.facts import Fact, Param

from ..report import survey_facts as sql


class CrmCustomerFact(models.AbstractModel):
    """Surveys that contacts answered, and how (ROI-1)."""

    _inherit = "crm.customer.fact"

    @api.model
    def _facts(self):
        return [*super()._facts(), self._survey_fact()]

    @api.model
    def _survey_fact(self):
        options = (
            ("rated_high", self.env._("Satisfied")),
            ("rated_low", self.env._("Not satisfied")),
        )
        return Fact(
            "survey_answered",
            self.env._("Answered survey"),
            self.env._("Surveys"),
            "many2one",
            sql.answered,
            level="contact",
            figure=True,
            many=True,
            comodel="survey.survey",
            params=(Param("rating", self.env._("Rating"), "selection", options),),
            help=self.env._("Answers are rated by the limits on the wave that asked for them."),
        )
