from odoo import api, fields, models
from odoo.fields import Domain

USER = "crm_customer_insight.group_insight_user"


class CrmSegmentPartnerMixin(models.AbstractModel):
    """Leaves of decision trees and look-alike scores on contacts."""

    _name = "crm.segment.partner.mixin"
    _description = "Look-alike score of a contact"

    insight_lookalike_score = fields.Integer(
        "Look-alike score",
        compute="_compute_insight_lookalike_score",
        search="_search_insight_lookalike_score",
        groups=USER,
        help="The highest score of all attribute analyses, from 1 to 100; 0: nothing is known.",
    )
    segment_profile_leaf = fields.Char(
        "Leaf of a segment's profile",
        store=False,
        search="_search_segment_profile_leaf",
        groups=USER,
    )

    @api.depends_context("company", "uid")
    def _compute_insight_lookalike_score(self):
        rows = self.env["crm.lookalike.score"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
                ("lookalike_id.active", "=", True),
            ],
            ["partner_id"],
            ["score:max"],
        )
        best = {partner.id: round(score) for partner, score in rows}
        for partner in self:
            partner.insight_lookalike_score = best.get(partner.commercial_partner_id.id, 0)

    def _search_insight_lookalike_score(self, operator, value):
        if operator not in (">", ">="):
            return NotImplemented
        self._check_field_access(self._fields["insight_lookalike_score"], "read")
        rows = self.env["crm.lookalike.score"]._search(
            [("score", operator, value), ("company_id", "=", self.env.company.id)]
        )
        return Domain("commercial_partner_id", "in", rows.subselect("partner_id"))

    def _search_segment_profile_leaf(self, operator, value):
        """Customers of ``profile id:place of the leaf``."""
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["segment_profile_leaf"], "read")
        domains = []
        for text in value:
            profile_id, _colon, place = str(text).partition(":")
            if profile_id.isdigit() and place.isdigit():
                profile = self.env["crm.segment.profile"].browse(int(profile_id)).exists()
                leaf = profile._leaf(int(place))
                query = self.env["crm.customer.fact"]._select(
                    leaf["conditions"], profile.company_id
                )
                domains.append(Domain("id", "in", query))
        return Domain.OR(domains)
