from odoo import api, models
from odoo.exceptions import UserError

from ..report import campaign_overlap as sql

#: More audiences make a matrix that nobody reads.
MOST = 15


class CrmCampaignAudience(models.Model):
    """Who is in several audiences (ROI-1)."""

    _inherit = "crm.campaign.audience"

    @api.model
    @api.readonly
    def get_overlap(self, audience_ids):
        """How many persons each two of the audiences share, in one query.

        :return: ``{"audiences": [{id, name, contacts, leads}], "cells": [{a, b, contacts,
            leads}]}`` with a cell for each two who share somebody
        :raises UserError: when more than :data:`MOST` are asked for, or one cannot be found
        """
        audiences = self.browse(audience_ids).exists()
        audiences.check_access("read")
        if len(audiences) > MOST:
            raise UserError(self.env._("Compare at most %s audiences.", MOST))
        if bad := next((audience for audience in audiences if audience.problem), None):
            raise UserError(self.env._("%(name)s: %(problem)s", name=bad.name, problem=bad.problem))
        parts = [(audience.id, audience._members_sql()) for audience in audiences]
        self.env.flush_all()
        rows = self.env.execute_query(sql.overlap(parts)) if parts else []
        own = {a: (contacts, leads) for a, b, contacts, leads in rows if a == b}
        return {
            "audiences": [
                {
                    "id": audience.id,
                    "name": audience.name,
                    "contacts": own.get(audience.id, (0, 0))[0],
                    "leads": own.get(audience.id, (0, 0))[1],
                }
                for audience in audiences
            ],
            "cells": [
                {"a": a, "b": b, "contacts": contacts, "leads": leads}
                for a, b, contacts, leads in rows
                if a != b
            ],
        }

    def action_overlap(self):
        """Show who is in several of these audiences."""
        return {
            "type": "ir.actions.client",
            "tag": "crm_campaign_overlap",
            "name": self.env._("Overlap of audiences"),
            "params": {"audience_ids": self.ids},
        }
