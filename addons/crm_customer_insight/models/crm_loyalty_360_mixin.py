from odoo import api, fields, models

from ..tools.customer_360 import Section

USER = "crm_customer_insight.group_insight_user"
#: The fact by which an addon that measures satisfaction offers it, in percent.
SATISFACTION = "satisfaction"


class CrmLoyalty360Mixin(models.AbstractModel):
    """Loyalty and roles on the 360 view (C360-1, C360-9, ROI-3)."""

    _name = "crm.loyalty.360.mixin"
    _inherit = ["crm.customer360.mixin"]
    _description = "Loyalty on the 360 view"

    def _customer_360_identity(self):
        roles = self.commercial_partner_id
        shown = self.env.su or self.env.user.has_group(USER)
        return {
            **super()._customer_360_identity(),
            "roles": [
                {"name": role.name, "color": role.color, "help": role.description or ""}
                for role in (roles.insight_role_ids if shown else ())
            ],
        }

    def _customer_360_sections(self):
        section = Section(
            "loyalty",
            self.env._("Loyalty"),
            "side",
            25,
            "loyalty",
            "_customer_360_loyalty",
            "crm.loyalty.indicator",
        )
        return [*super()._customer_360_sections(), section]

    def _customer_360_loyalty(self):
        """Figures of the company worked in; None for others' customers and without purchases."""
        row = self.env["crm.loyalty.indicator"].search(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
                ("is_current", "=", True),
            ],
            limit=1,
        )
        if not row:
            return None
        return {
            "row_id": row.id,
            "date": fields.Date.to_string(row.date),
            "figures": [
                self._customer_360_steadiness(row, "gap_steadiness"),
                self._customer_360_steadiness(row, "amount_steadiness"),
                self._customer_360_wallet(row),
                self._customer_360_referrals(row),
                self._customer_360_satisfaction(),
            ],
        }

    @api.model
    def _customer_360_figure(self, row, name, **values):
        field = row._fields[name]._description_string(row.env)
        about = row._fields[name]._description_help(row.env)
        known = row[name] is not False
        return {
            "code": name,
            "label": field,
            "help": about,
            "kind": "percent",
            "value": row[name] if known else None,
            **values,
        }

    def _customer_360_steadiness(self, row, name):
        note = self.env._("%(days)s days of purchase", days=row.purchases)
        if name == "gap_steadiness" and row.usual_days:
            note = self.env._("usually every %(days)s days", days=round(row.usual_days))
        return self._customer_360_figure(row, name, note=note, method="action_open_invoices")

    def _customer_360_wallet(self, row):
        note = "" if row.demand else self.env._("Note the total demand a year in the profile.")
        return self._customer_360_figure(
            row, "share_of_wallet", note=note, method="action_open_invoices" if row.demand else ""
        )

    def _customer_360_referrals(self, row):
        people = self.commercial_partner_id
        return self._customer_360_figure(
            row,
            "referral_count",
            kind="number",
            note="",
            method="",
            action={**people.action_open_referrals(), "domain": [
                ("referrer_id", "child_of", people.id)
            ]},
        )  # fmt: skip

    def _customer_360_satisfaction(self):
        """From the registry, whichever addon measures it; not known without one."""
        facts = self.env["crm.customer.fact"]
        fact = facts._facts_by_code().get(SATISFACTION)
        customer = self.commercial_partner_id.id
        value = facts._values([SATISFACTION], [customer])[SATISFACTION] if fact else {}
        score = value.get(customer)
        return {
            "code": SATISFACTION,
            "label": self.env._("Satisfaction"),
            "help": fact.help if fact else "",
            "kind": "percent",
            "value": None if score is None else score / 100,
            "note": "" if fact else self.env._("Nothing installed measures it."),
            "method": "",
        }
