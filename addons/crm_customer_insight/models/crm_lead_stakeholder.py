from odoo import fields, models

from ..tools.person_data import PersonData


class CrmLeadStakeholder(models.Model):
    """Who decides on a deal, in which role and with which attitude toward us (C360-2)."""

    _name = "crm.lead.stakeholder"
    _description = "Stakeholder of a deal"
    _order = "lead_id, sequence, id"
    _rec_name = "partner_id"
    _person_data = PersonData(
        merge="keep_best", key=("lead_id", "role"), order="attitude IS NULL, sequence, id"
    )

    lead_id = fields.Many2one("crm.lead", "Deal", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, ondelete="cascade", index=True
    )
    function = fields.Char("Job position", related="partner_id.function")
    role = fields.Selection(
        [
            ("decider", "Decider"),
            ("finance", "Finance"),
            ("technical", "Technical"),
            ("user", "User"),
            ("influencer", "Influencer"),
            ("gatekeeper", "Gatekeeper"),
        ],
        required=True,
        default="decider",
    )
    attitude = fields.Selection(
        [
            ("champion", "Champion"),
            ("supporter", "Supporter"),
            ("neutral", "Neutral"),
            ("critic", "Critic"),
            ("opponent", "Opponent"),
        ],
        help="Empty: not known yet.",
    )
    influence = fields.Selection(
        [("0", "Unknown"), ("1", "Low"), ("2", "Medium"), ("3", "High")], default="0"
    )
    note = fields.Char("Notes")

    _lead_partner_role_uniq = models.UniqueIndex(
        "(lead_id, partner_id, role)", "This person has this role in the deal already."
    )
