from dataclasses import replace

from odoo import fields, models

from odoo.addons.crm_customer_insight.tools.contact_policy import Reason

from ..report import open_complaints as sql


class CrmCampaignWave(models.Model):
    """Who has an open complaint is left out (ROI-1, SVC-C)."""

    _inherit = "crm.campaign.wave"

    skip_complaints = fields.Boolean(
        "Not with an open complaint",
        default=True,
        help="Customers of whom a complaint is open get nothing until it is closed.",
    )

    def _decisions(self, rows, asked):
        """Whoever complains wants an answer, not an offer."""
        found = super()._decisions(rows, asked)
        if not self.skip_complaints or not self._is_marketing():
            return found
        contacts = {row["partner_id"] for row in rows if row["partner_id"]}
        complaining = self._complaining(contacts)
        return {
            row["id"]: self._with_complaint(found[row["id"]])
            if row["partner_id"] in complaining
            else found[row["id"]]
            for row in rows
            if row["id"] in found
        }

    def _complaining(self, partner_ids):
        """Those of the contacts of whose customer a complaint is open, in one query."""
        if not partner_ids:
            return set()
        self.env["crm.service.complaint"].flush_model(["state", "request_id"])
        rows = self.env.execute_query(sql.complaining(list(partner_ids), self.company_id.id))
        return {partner_id for [partner_id] in rows}

    def _with_complaint(self, decision):
        """*decision*, with the complaint behind what stands against him anyhow."""
        standing = decision.reasons if decision.earliest is None else ()
        reasons = (*standing, Reason("open_complaint"))
        return replace(decision, allowed=False, earliest=None, reasons=reasons)
