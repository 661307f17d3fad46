from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

from ..report import partner_roles

USER = "crm_customer_insight.group_insight_user"


class CrmPartnerRoleMixin(models.AbstractModel):
    """Roles of a business partner: customer, prospect, partner, supplier, competitor (C360-9).

    Several at once. They are those of the commercial entity, read from documents of the selected
    companies and never stored; partner and competitor are given by hand.
    """

    _name = "crm.partner.role.mixin"
    _description = "Roles of a contact"

    insight_role_ids = fields.Many2many(
        "crm.partner.role",
        string="Roles",
        compute="_compute_insight_role_ids",
        search="_search_insight_role_ids",
        groups=USER,
        help="Customer: invoiced. Prospect: never invoiced, with an open lead or quotation. "
        "Supplier: has billed us. Partner and competitor are given by hand.",
    )
    hand_role_ids = fields.Many2many(
        "crm.partner.role",
        "crm_partner_role_hand_rel",
        "partner_id",
        "role_id",
        string="Is also our",
        domain=[("by_hand", "=", True)],
        groups=USER,
        help="Partner or competitor.",
    )

    @api.depends_context("allowed_company_ids")
    @api.depends("commercial_partner_id", "commercial_partner_id.hand_role_ids")
    def _compute_insight_role_ids(self):
        entities = tuple(self.commercial_partner_id._origin.ids)
        found = {}
        if entities:
            self.env.flush_all()
            for partner_id, role_id in self.env.execute_query(
                partner_roles.links(self.env, entities)
            ):
                found.setdefault(partner_id, set()).add(role_id)
        roles = self.env["crm.partner.role"].search([("code", "!=", False)])
        for partner in self:
            own = found.get(partner.commercial_partner_id._origin.id, ())
            partner.insight_role_ids = roles.filtered(lambda role, own=own: role.id in own)

    def _search_insight_role_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        self._check_field_access(self._fields["insight_role_ids"], "read")
        self.env.flush_all()
        if operator == "any" and not isinstance(value, Query):
            value = self.env["crm.partner.role"]._search(value)
        if isinstance(value, Query):
            return self._role_domain(SQL("l.role_id IN %s", value.subselect()))
        ids = tuple(role_id for role_id in value if role_id)
        known = self._role_domain(SQL("l.role_id IN %s", ids)) if ids else Domain.FALSE
        return known | ~self._role_domain(SQL("TRUE")) if False in value else known

    def _role_domain(self, condition):
        links = SQL(
            "(SELECT l.partner_id FROM (%s) l WHERE %s)", partner_roles.links(self.env), condition
        )
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN %s", SQL.identifier(alias, "commercial_partner_id"), links
            )
        )

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Group by roles: a partner with two stands in both groups."""
        if groupby_spec != "insight_role_ids":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields[groupby_spec], "read")
        self.env.flush_all()
        joined = query.make_alias(alias, groupby_spec)
        query.add_join(
            "LEFT JOIN",
            joined,
            SQL("(%s)", partner_roles.links(self.env)),
            SQL(
                "%s = %s",
                SQL.identifier(alias, "commercial_partner_id"),
                SQL.identifier(joined, "partner_id"),
            ),
        )
        return SQL.identifier(joined, "role_id")
