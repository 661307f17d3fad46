from odoo import api, fields, models

from ..report import profit_place


class CrmTierReasonMixin(models.AbstractModel):
    """Why a customer has his tier, in words and with its figures (ROI-3)."""

    _name = "crm.tier.reason.mixin"
    _description = "Reason of a tier"

    tier_why = fields.Char("Why this tier", compute="_compute_tier_why")

    @api.depends("tier", "profit", "revenue", "company_id", "month", "is_current")
    @api.depends_context("lang")
    def _compute_tier_why(self):
        self.flush_model()
        for snapshot in self:
            snapshot.tier_why = snapshot._tier_reason()

    def _tier_reason(self):
        if not self.tier:
            return self.env._("No tier: no profit in the period.")
        # sudo: the rules by which all are rated are no secret of their administrators
        settings = self.env["crm.value.setting"].sudo()._for_companies(self.company_id)
        setting = settings[self.company_id.id or 0]
        before = profit_place.brought_by_better(self.env, self, setting.tier_basis)
        shares = (setting.tier_a_share, setting.tier_b_share, setting.tier_c_share)
        basis = dict(setting._fields["tier_basis"]._description_selection(self.env))
        values = {"tier": self.tier, "basis": basis[setting.tier_basis].lower()}
        if before is None or self[setting.tier_basis] <= 0:
            return self.env._("Tier %(tier)s: no positive %(basis)s in the period.", **values)
        a, b, c = (f"{share * 100:g}" for share in shares)
        return self.env._(
            "Tier %(tier)s: customers with more %(basis)s bring %(share)s %% of it. "
            "A is below %(a)s %%, B below %(b)s %%, C below %(c)s %%, D the rest.",
            share=f"{before * 100:.1f}",
            a=a,
            b=b,
            c=c,
            **values,
        )
