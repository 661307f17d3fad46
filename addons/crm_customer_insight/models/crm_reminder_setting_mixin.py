from odoo import fields, models

TIERS = ("a", "b", "c", "d")


class CrmReminderSettingMixin(models.AbstractModel):
    """How often customers are to be contacted; a part of the value rules (C360-4)."""

    _name = "crm.reminder.setting.mixin"
    _description = "Intervals between contacts"

    contact_days_a = fields.Integer(
        "Contact tier A every (days)", default=30, help="0: no rule for the tier."
    )
    contact_days_b = fields.Integer("Contact tier B every (days)", default=60)
    contact_days_c = fields.Integer("Contact tier C every (days)", default=120)
    contact_days_d = fields.Integer("Contact tier D every (days)", default=0)
    contact_rhythm_factor = fields.Float(
        "Share of the own rhythm",
        default=1.0,
        help="A customer who is in contact every 20 days is due after 20 × this share; "
        "0: only the tier counts.",
    )

    _contact_days_not_negative = models.Constraint(
        "CHECK(LEAST(contact_days_a, contact_days_b, contact_days_c, contact_days_d) >= 0"
        " AND contact_rhythm_factor >= 0)",
        "Days and shares between contacts cannot be negative.",
    )

    def _contact_rule(self, company):
        """The rule of a company for the statement of the contact plan."""
        days = {tier: self[f"contact_days_{tier}"] for tier in TIERS}
        return {"company": company.id, "factor": self.contact_rhythm_factor, **days}
