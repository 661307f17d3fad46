from math import inf

from odoo import api, fields, models

from ..tools import authority
from .crm_service_squad_member import ROLES


class CrmServiceAuthority(models.Model):
    """Up to where somebody decides alone (SVC-L2). What is not written here needs an approval."""

    _name = "crm.service.authority"
    _description = "Authority limit"
    _order = "kind, company_id, amount, id"

    kind = fields.Selection(authority.KINDS, "For", required=True)
    unit = fields.Selection(
        [("money", "Money"), ("percent", "Percent"), ("minutes", "Minutes"), ("none", "None")],
        compute="_compute_unit",
    )
    group_id = fields.Many2one("res.groups", "Role")
    team_id = fields.Many2one("crm.service.team")
    squad_role = fields.Selection(ROLES, "Role in the squad")
    user_id = fields.Many2one("res.users", "Person", domain=[("share", "=", False)])
    unlimited = fields.Boolean("Without limit")
    amount = fields.Float("Up to", help="In the currency, in percent or in minutes.")
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    date_from = fields.Date("Valid from")
    date_to = fields.Date("Valid until")
    active = fields.Boolean(default=True)

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A limit cannot be negative.")
    _percent = models.Constraint(
        "CHECK(kind <> 'discount' OR amount <= 100)", "A discount is at most 100 percent."
    )
    _order_of_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_from IS NULL OR date_from <= date_to)",
        "Authority ends after it begins.",
    )

    @api.depends("kind")
    def _compute_unit(self):
        for line in self:
            line.unit = authority.UNITS.get(line.kind)

    @api.depends("kind", "amount", "unlimited")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            limit = self.env._("without limit") if line.unlimited else f"{line.amount:g}"
            line.display_name = f"{kinds.get(line.kind, '')}: {limit}"

    @api.model
    def _limits(self, kind, company, day):
        """Plain limits for *kind* in *company*, in the currency of the company."""
        # sudo: everybody's own authority follows from this table, which few may read
        rows = self.sudo().search([("kind", "=", kind), ("company_id", "in", [company.id, False])])
        return [row._as_plain(company, day) for row in rows]

    def _as_plain(self, company, day):
        amount = self.amount
        if authority.UNITS[self.kind] == "money" and self.currency_id != company.currency_id:
            amount = self.currency_id._convert(amount, company.currency_id, company, day)
        return authority.Limit(
            kind=self.kind,
            amount=inf if self.unlimited or self.unit == "none" else amount,
            company=self.company_id.id or 0,
            group=self.group_id.id or 0,
            team=self.team_id.id or 0,
            user=self.user_id.id or 0,
            role=self.squad_role or "",
            first=self.date_from or None,
            last=self.date_to or None,
        )
