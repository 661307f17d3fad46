from odoo import fields, models


class CrmKeyAccountMember(models.Model):
    """A colleague in the team of a key account; sees the account's figures and history (C360-2)."""

    _name = "crm.key.account.member"
    _description = "Key account team member"
    _order = "account_id, sequence, id"
    _rec_name = "user_id"

    account_id = fields.Many2one("crm.key.account", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="account_id.company_id")
    user_id = fields.Many2one(
        "res.users",
        "Colleague",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('share', '=', False)]",
    )
    role = fields.Selection(
        [
            ("manager", "Account manager"),
            ("sales", "Sales"),
            ("technical", "Technical"),
            ("service", "Service"),
            ("sponsor", "Executive sponsor"),
            ("finance", "Finance"),
        ],
        required=True,
        default="sales",
    )
    sequence = fields.Integer(default=10)
    note = fields.Char()

    _account_user_role_uniq = models.UniqueIndex(
        "(account_id, user_id, role)", "This colleague has this role in the team already."
    )
