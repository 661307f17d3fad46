from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import distribution as tool

WAYS = [
    ("round_robin", "By turns"),
    ("load", "To whom has least to do"),
    ("territory", "By territory"),
    ("tier", "By tier of the customer"),
]


class CrmCampaignDistribution(models.Model):
    """Rule by which persons of a response group are shared among salespeople (ROI-1)."""

    _name = "crm.campaign.distribution"
    _description = "Distribution rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company.")
    way = fields.Selection(WAYS, required=True, default="round_robin")
    keep_owner = fields.Boolean(
        "Own salesperson first",
        default=True,
        help="Whoever has a salesperson already stays with him.",
    )
    line_ids = fields.One2many(
        "crm.campaign.distribution.line", "distribution_id", "Salespeople", copy=True
    )
    last_user_id = fields.Many2one(
        "res.users", "Last in turn", readonly=True, copy=False, ondelete="set null"
    )

    def _give(self, persons):
        """``{person key: user id or None}``, and whose turn it is next is remembered.

        :param persons: list of :class:`~..tools.distribution.Person`
        :raises UserError: when the rule names nobody
        """
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("The rule “%s” names no salespeople.", self.name))
        given = tool.distribute(
            persons, self._sellers(), self.way, self.keep_owner, self.last_user_id.id
        )
        kept = {person.key for person in persons if self.keep_owner and person.owner}
        turns = [user for key, user in given.items() if user and key not in kept]
        if turns:
            # sudo: marketers use rules which administrators write; whose turn it is changes
            self.sudo().last_user_id = turns[-1]
        return given

    def _sellers(self):
        loads = self._loads()
        return [
            tool.Seller(
                line.user_id.id,
                loads.get(line.user_id.id, 0),
                line.most or None,
                frozenset(line.country_ids.ids),
                frozenset(line.state_ids.ids),
                frozenset((line.tiers or "").upper()),
            )
            for line in self.line_ids
            if line.user_id.active
        ]

    def _loads(self):
        """``{user id: open opportunities}``, whoever may see them."""
        # sudo: the load of colleagues decides, not what the viewer may see of it
        leads = self.env["crm.lead"].sudo()
        rows = leads._read_group(
            [
                ("user_id", "in", self.line_ids.user_id.ids),
                ("won_status", "=", "pending"),
                ("type", "=", "opportunity"),
            ],
            ["user_id"],
            ["__count"],
        )
        return {user.id: count for user, count in rows}
