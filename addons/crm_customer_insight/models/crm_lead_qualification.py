from odoo import api, fields, models

from ..tools import qualification

MAN_ANSWERS = [("unknown", "Unknown"), ("no", "No"), ("partly", "Partly"), ("yes", "Yes")]
MAN_FIELDS = ("man_money", "man_authority", "man_need")


class CrmLead(models.Model):
    """Qualification by money, authority and need; decision chain of the deal (C360-2).

    The stored figures depend on columns of the lead alone and are computed before the insert, so
    creating a lead costs no further query.
    """

    _inherit = "crm.lead"

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

    stakeholder_ids = fields.One2many("crm.lead.stakeholder", "lead_id", "Decision chain")
    chain_state = fields.Selection(
        [("none", "Not recorded"), ("partial", "Incomplete"), ("complete", "Complete")],
        "Decision chain state",
        compute="_compute_chain",
    )
    chain_missing = fields.Char("Missing in the decision chain", compute="_compute_chain")

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
