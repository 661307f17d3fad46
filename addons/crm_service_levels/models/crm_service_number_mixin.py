from odoo import api, fields, models
from odoo.tools import SQL


class CrmServiceNumberMixin(models.AbstractModel):
    """Records with a number of the company's sequence, drawn for all new ones in one query.

    The code of the sequence is the name of the model. A model that numbers its records creates
    them with the values that ``_give_numbers`` answers.
    """

    _name = "crm.service.number.mixin"
    _description = "Number of a service record"

    number = fields.Char(readonly=True, copy=False, index="trigram", default="/")

    @api.model
    def _give_numbers(self, vals_list):
        """The values, those without a number with one, by one query for all of a company.

        The caller's dictionaries are left alone: the same one may stand for several records.
        """
        self.check_access("create")  # before: numbers drawn in vain would leave gaps
        vals_list = [dict(vals) for vals in vals_list]
        waiting = {}
        for vals in vals_list:
            if vals.get("number", "/") in ("/", False):
                company = vals.get("company_id") or self.env.company.id
                waiting.setdefault(company, []).append(vals)
        for company, rows in waiting.items():
            for vals, number in zip(rows, self._next_numbers(company, len(rows)), strict=True):
                vals["number"] = number
        return vals_list

    @api.model
    def _next_numbers(self, company_id, count):
        """*count* numbers of the company's sequence named like the model."""
        # sudo: whoever may create a record may draw its number
        sequences = self.env["ir.sequence"].sudo()
        domain = [("code", "=", self._name), ("company_id", "in", [company_id, False])]
        sequence = sequences.search(domain, order="company_id.id", limit=1)
        if not sequence:
            return ["/"] * count
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _number in range(count)]
        return [sequence.get_next_char((value,)) for value in self._next_values(sequence, count)]

    @api.model
    def _next_values(self, sequence, count):
        query = SQL(
            "SELECT nextval(%s) FROM generate_series(1, %s)",
            f"ir_sequence_{sequence.id:03d}",
            count,
        )
        return [value for (value,) in self.env.execute_query(query)]
