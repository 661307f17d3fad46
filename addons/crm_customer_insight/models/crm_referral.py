from odoo import api, fields, models

from ..tools.person_data import PersonData


class CrmReferral(models.Model):
    """Who recommended us to whom, and what we gave for it (C360-4).

    Kept in step with "Referred by" on leads and contacts: one per lead, and one per contact that
    was not referred through a lead. What referrals brought is in ``crm.referral.report``.
    """

    _name = "crm.referral"
    _description = "Referral"
    _order = "date desc, id desc"
    _rec_name = "referrer_id"
    _person_data = PersonData(
        merge="keep_best",
        key=("lead_id",),
        where="lead_id IS NULL",
        order="date, id",
        person=("partner_id", "referrer_id"),
        erase="blank",
        blank=("note", "reward_note"),
    )

    referrer_id = fields.Many2one(
        "res.partner", "Referred by", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Referred contact", ondelete="cascade", index="btree_not_null"
    )
    lead_id = fields.Many2one("crm.lead", ondelete="cascade")
    # compute_sudo: analysts read all referrals, and no leads
    referred_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_referred_id",
        compute_sudo=True,
        help="Whom we got to know.",
    )
    user_id = fields.Many2one(
        "res.users", "Salesperson", compute="_compute_referred_id", compute_sudo=True
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, index=True)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    note = fields.Char()
    reward_note = fields.Char("Reward", help="What the referrer got, or was promised.")
    rewarded = fields.Boolean("Reward given")

    _lead_uniq = models.UniqueIndex(
        "(lead_id) WHERE lead_id IS NOT NULL", "This lead has a referral already."
    )
    _partner_uniq = models.UniqueIndex(
        "(partner_id) WHERE partner_id IS NOT NULL AND lead_id IS NULL",
        "This contact has a referral already.",
    )
    _something_referred = models.Constraint(
        "CHECK(lead_id IS NOT NULL OR partner_id IS NOT NULL)",
        "A referral needs the lead or the contact it brought.",
    )
    _not_oneself = models.Constraint(
        "CHECK(partner_id IS NULL OR partner_id != referrer_id)", "Nobody refers himself."
    )

    @api.depends("partner_id", "lead_id.partner_id", "lead_id.user_id", "partner_id.user_id")
    def _compute_referred_id(self):
        for referral in self:
            referral.referred_id = referral.partner_id or referral.lead_id.partner_id
            referral.user_id = referral.lead_id.user_id or referral.partner_id.user_id

    @api.model_create_multi
    def create(self, vals_list):
        referrals = super().create(vals_list)
        if not self.env.context.get("referral_from_source"):
            referrals._write_back()
        return referrals

    def write(self, vals):
        res = super().write(vals)
        if "referrer_id" in vals and not self.env.context.get("referral_from_source"):
            self._write_back()
        return res

    @api.model
    def _before_person_merge(self, sources, target):
        """A referral between contacts that become one was none."""
        merged = [*sources, target]
        # sudo: whoever may merge contacts need not see all referrals
        self.sudo().search([("partner_id", "in", merged), ("referrer_id", "in", merged)]).unlink()
        contacts = self.env["res.partner"].browse(merged)
        contacts.filtered(lambda contact: contact.referrer_id in contacts).with_context(
            referral_from_source=True
        ).referrer_id = False
        self.env.flush_all()

    def _write_back(self):
        """Show the referrer on the lead or contact too."""
        for referral in self.with_context(referral_from_source=True):
            (referral.lead_id or referral.partner_id).referrer_id = referral.referrer_id

    @api.model
    def _sync(self, records, field):
        """Keep one referral per lead or contact with a referrer; drop those without one.

        :param records: leads or contacts whose ``referrer_id`` was just set
        :param field: ``lead_id`` or ``partner_id``, what the records are on the referral
        """
        # sudo: whoever may say who referred a customer need not see all referrals
        referrals = self.sudo().with_context(referral_from_source=True)
        domain = [(field, "in", records.ids)]
        if field == "partner_id":
            domain.append(("lead_id", "=", False))
        existing = {referral[field].id: referral for referral in referrals.search(domain)}
        referrals.create(
            [
                {
                    "referrer_id": record.referrer_id.id,
                    field: record.id,
                    "company_id": record.company_id.id,
                }
                for record in records
                if record.referrer_id and record.id not in existing
            ]
        )
        for record in records.filtered(lambda record: record.id in existing):
            existing[record.id]._follow(record.referrer_id)

    def _follow(self, referrer):
        if not referrer:
            self.unlink()
        elif self.referrer_id != referrer:
            self.referrer_id = referrer
