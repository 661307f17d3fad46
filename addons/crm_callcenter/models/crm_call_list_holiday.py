from odoo import api, fields, models


class CrmCallListHoliday(models.Model):
    """A public holiday on which nobody in the country is called (CC-6)."""

    _name = "crm.call.list.holiday"
    _description = "Public holiday for calls"
    _order = "date, country_id, id"

    name = fields.Char(required=True, translate=True)
    date = fields.Date(required=True)
    country_id = fields.Many2one("res.country", help="Empty: in every country.", index=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.", index=True)

    _once = models.UniqueIndex(
        "(date, COALESCE(country_id, 0), COALESCE(company_id, 0))",
        "This day is a holiday of the country already.",
    )

    @api.model
    def _days(self, companies, countries):
        """``{country id or False: {dates}}`` of the countries, and those of every country."""
        # sudo: whether a day is a holiday does not depend on who asks
        rows = self.sudo().search(
            [
                ("country_id", "in", [*countries.ids, False]),
                ("company_id", "in", [*companies.ids, False]),
            ]
        )
        found = {}
        for row in rows:
            found.setdefault(row.country_id.id, set()).add(row.date)
        return found
