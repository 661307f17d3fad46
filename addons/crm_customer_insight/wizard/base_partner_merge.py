from odoo import api, models

from ..report import person_merge


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _insight_merge_tables(self):
        """Models whose rows follow a merged contact by their ``_person_data``; declaring it is
        all that a model has to do."""
        return person_merge.tables(self.env)

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge keyed tables first: core would fail on their unique indexes or delete rows."""
        self.env["crm.contact.number"]._drain()
        self.env.flush_all()
        customers = (src_partners | dst_partner).commercial_partner_id.ids
        for model in self._insight_merge_tables():
            person_merge.merge(model, src_partners.ids, dst_partner.id)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["crm.contact.number"]._remember(dst_partner, dependents=True)
        dst_partner._remember_commercial_change()
        # Documents moved in SQL from these customers to those of the contact that stays.
        self.env["crm.customer.dirty"]._note_partners({*customers, dst_partner.id})
        return result
