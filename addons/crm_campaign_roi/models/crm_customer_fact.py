from odoo import api, models

from odoo.addons.crm_customer_insight.tools.facts import Fact, Param

from ..report import campaign_facts as sql


class CrmCustomerFact(models.AbstractModel):
    """Facts that campaigns know about customers (ROI-1)."""

    _inherit = "crm.customer.fact"

    @api.model
    def _facts(self):
        return [*super()._facts(), *self._campaign_facts()]

    @api.model
    def _campaign_facts(self):
        group = self.env._("Campaigns")
        kinds = self.env["crm.campaign.response.kind"]._all()
        options = tuple((kind.code, kind.name) for kind in kinds)
        kind = (Param("kind", self.env._("Response"), "selection", options),)

        def campaigns(code, label, build, **more):
            return Fact(
                code, label, group, "many2one", build, level="contact", figure=True, many=True,
                comodel="utm.campaign", **more,
            )  # fmt: skip

        return [
            campaigns("campaign_target", self.env._("Target of campaign"), sql.targets),
            campaigns("campaign_reached", self.env._("Got a wave of campaign"), sql.reached),
            campaigns(
                "campaign_response",
                self.env._("Responded to campaign"),
                sql.responded,
                params=kind,
            ),
            campaigns(
                "campaign_silent",
                self.env._("Did not respond to campaign"),
                sql.silent,
                params=kind,
                help=self.env._("Got a wave of it and did nothing, or not what is asked for."),
            ),
        ]
