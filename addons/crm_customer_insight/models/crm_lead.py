from odoo import api, fields, models

from ..tools import qualification

MAN_ANSWERS = [("unknown", "Unknown"), ("no", "No"), ("partly", "Partly"), ("yes", "Yes")]
MAN_FIELDS = ("man_money", "man_authority", "man_need")
#: Fields that decide which country a number without prefix belongs to.
_REGION_FIELDS = frozenset(("country_id", "partner_id", "company_id"))


class CrmLead(models.Model):
    """Numbers, qualification by money, authority and need, decision chain and who recommended us
    (C360-1, C360-2, C360-4).

    The stored figures of the qualification depend on columns of the lead alone and are computed
    before the insert, so creating a lead costs no further query.
    """

    _name = "crm.lead"
    _inherit = ["crm.segment.lead.mixin", "crm.lead"]

    # Numbers
    contact_number_ids = fields.One2many(
        "crm.contact.number",
        "lead_id",
        "Numbers",
        bypass_search_access=True,
        groups="base.group_user",
        help="All telephone numbers. Those of the phone field follow it.",
    )

    # Qualification
    man_money = fields.Selection(
        MAN_ANSWERS, "Money", default="unknown", help="Can they pay for it?"
    )
    man_authority = fields.Selection(
        MAN_ANSWERS, "Authority", default="unknown", help="Do we speak with who decides?"
    )
    man_need = fields.Selection(MAN_ANSWERS, "Need", default="unknown", help="Do they need it?")
    man_notes = fields.Text("Qualification notes")
    man_score = fields.Integer(
        "MAN score",
        compute="_compute_man",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Mean of the known answers: no 0, partly 50, yes 100. Unknown answers do not count.",
    )
    man_known = fields.Integer(
        "MAN answers known",
        compute="_compute_man",
        store=True,
        precompute=True,
        aggregator=None,
        help="Of money, authority and need; with 0 there is no score.",
    )
    man_rating = fields.Selection(
        [
            ("open", "To qualify"),
            ("ready", "Ready"),
            ("develop", "Develop"),
            ("nurture", "Nurture"),
            ("stop", "Do not pursue"),
        ],
        "Qualification",
        compute="_compute_man",
        store=True,
        precompute=True,
        help="With all three known, by points (yes 1, partly ½): 2½ ready, 1½ develop, ½ nurture.",
    )

    # Decision chain
    stakeholder_ids = fields.One2many("crm.lead.stakeholder", "lead_id", "Decision chain")
    chain_state = fields.Selection(
        [("none", "Not recorded"), ("partial", "Incomplete"), ("complete", "Complete")],
        "Decision chain state",
        compute="_compute_chain",
    )
    chain_missing = fields.Char("Missing in the decision chain", compute="_compute_chain")

    # Referral
    referrer_id = fields.Many2one(
        "res.partner",
        "Recommended by",
        ondelete="set null",
        index="btree_not_null",
        help="The contact who recommended us; makes a referral.",
    )

    # By which the touch ledger finds what changed since the last fill.
    _insight_fill_idx = models.Index("(write_date, id)")

    @api.depends(*MAN_FIELDS)
    def _compute_man(self):
        for lead in self:
            answers = [lead[name] for name in MAN_FIELDS]
            lead.man_score = qualification.man_score(answers)
            lead.man_known = qualification.known_count(answers)
            lead.man_rating = qualification.man_rating(answers)

    @api.depends("stakeholder_ids.role")
    def _compute_chain(self):
        labels = dict(
            self.env["crm.lead.stakeholder"]._fields["role"]._description_selection(self.env)
        )
        for lead in self:
            roles = lead.stakeholder_ids.mapped("role")
            missing = qualification.missing_roles(roles)
            lead.chain_state = qualification.chain_state(roles)
            lead.chain_missing = ", ".join(labels[role] for role in missing)

    def _compute_phone(self):
        result = super()._compute_phone()
        self.env["crm.contact.number"]._remember(self)
        return result

    # Create and change

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        numbers, referred = [], []
        for lead, vals in zip(leads, vals_list, strict=True):
            if vals.get("phone") or vals.get("partner_id"):
                numbers.append(lead.id)
            if vals.get("referrer_id"):
                referred.append(lead.id)
        self.env["crm.contact.number"]._remember(self.browse(numbers))
        if referred:
            self.browse(referred)._sync_referrals()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if "phone" in vals or not _REGION_FIELDS.isdisjoint(vals):
            self.env["crm.contact.number"]._remember(self)
        if "referrer_id" in vals:
            self._sync_referrals()
        return result

    def _sync_referrals(self):
        """Have the referrals follow the field, unless they are what changed it."""
        if not self.env.context.get("referral_from_source"):
            self.env["crm.referral"]._sync(self, "lead_id")

    # Merge

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "referrer_id"]

    def _merge_dependences(self, opportunities):
        res = super()._merge_dependences(opportunities)
        self._merge_stakeholders(opportunities)
        return res

    def _merge_stakeholders(self, opportunities):
        """Take over the decision chains of merged deals, each person and role once."""
        seen = {(person.partner_id, person.role) for person in self.stakeholder_ids}
        moved = self.env["crm.lead.stakeholder"]
        for person in opportunities.stakeholder_ids:
            if (person.partner_id, person.role) not in seen:
                seen.add((person.partner_id, person.role))
                moved |= person
        moved.lead_id = self
