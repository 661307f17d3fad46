from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Key account, profile facts and referrals of a contact (C360-2, C360-4, C360-6)."""

    _inherit = "res.partner"

    # Key account
    key_account_ids = fields.One2many("crm.key.account", "partner_id", "Key accounts")
    key_account_id = fields.Many2one(
        "crm.key.account", "Key account", compute="_compute_key_account", compute_sudo=True
    )
    is_key_account = fields.Boolean(
        "Is a key account",
        compute="_compute_key_account",
        search="_search_is_key_account",
        compute_sudo=True,
    )
    key_account_member_ids = fields.Many2many(
        "res.users",
        string="Key account team",
        compute="_compute_key_account",
        search="_search_key_account_member_ids",
        compute_sudo=True,
        help="Owner and team of the customer's active key account.",
    )

    # Profile facts
    profile_value_ids = fields.One2many("crm.profile.value", "partner_id", "Profile facts")

    # Referrals
    referrer_id = fields.Many2one(
        "res.partner",
        "Recommended by",
        ondelete="set null",
        index="btree_not_null",
        help="The contact who recommended us; makes a referral.",
    )
    referral_ids = fields.One2many("crm.referral", "referrer_id", "Referrals made")
    referral_count = fields.Integer(compute="_compute_referral_count")

    @api.depends(
        "commercial_partner_id.key_account_ids.state",
        "commercial_partner_id.key_account_ids.user_id",
        "commercial_partner_id.key_account_ids.member_ids.user_id",
    )
    def _compute_key_account(self):
        active = {
            account.partner_id: account
            for account in self.commercial_partner_id.key_account_ids
            if account.state == "active"
        }
        for partner in self:
            account = active.get(partner.commercial_partner_id, self.env["crm.key.account"])
            partner.key_account_id = account
            partner.is_key_account = bool(account)
            partner.key_account_member_ids = account.user_id | account.member_ids.user_id

    def _search_is_key_account(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: whether a customer is a key account is shown to everybody
        accounts = self.env["crm.key.account"].sudo()._search([("state", "=", "active")])
        domain = Domain("commercial_partner_id", "in", accounts.subselect("partner_id"))
        wanted = {bool(flag) for flag in value}
        return Domain.OR([domain] * (True in wanted) + [~domain] * (False in wanted))

    def _search_key_account_member_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.key.account"]._team_partner_domain(list(value))

    def _compute_referral_count(self):
        counts = dict(
            self.env["crm.referral"]._read_group(
                [("referrer_id", "in", self.ids)], ["referrer_id"], ["__count"]
            )
        )
        for partner in self:
            partner.referral_count = counts.get(partner, 0)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        referred = [
            partner.id
            for partner, vals in zip(partners, vals_list, strict=True)
            if vals.get("referrer_id")
        ]
        if referred and not self.env.context.get("referral_from_source"):
            self.env["crm.referral"]._sync(self.browse(referred), "partner_id")
        return partners

    def write(self, vals):
        res = super().write(vals)
        if "referrer_id" in vals and not self.env.context.get("referral_from_source"):
            self.env["crm.referral"]._sync(self, "partner_id")
        return res

    def action_open_key_account(self):
        """Open the customer's key account, or the form to designate him."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Key account"),
            "res_model": "crm.key.account",
            "view_mode": "form",
            "views": [(False, "form")],
        }
        account = self.commercial_partner_id.key_account_ids[:1]
        if account:
            return {**action, "res_id": account.id}
        context = {
            "default_partner_id": self.commercial_partner_id.id,
            "default_user_id": self.user_id.id or self.env.uid,
        }
        return {**action, "context": context}

    def action_open_referrals(self):
        """Open the referrals the contact made."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_referral_action"
        )
        return {**action, "domain": [("referrer_id", "in", self.ids)], "context": {}}
