import re

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.tools import phone

#: What separates numbers in a register's file: one per line, or columns.
SEPARATORS = re.compile(r"[,;\t|]")


class CrmCallListRegister(models.Model):
    """A do-not-call register: who is in it gets no calls with offers (CC-6)."""

    _name = "crm.call.list.register"
    _description = "Do-not-call register"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    country_id = fields.Many2one(
        "res.country",
        required=True,
        default=lambda self: self.env.company.country_id,
        help="Numbers without a country code are of this country.",
    )
    company_id = fields.Many2one("res.company", help="Empty: it holds for every company.")
    imported_on = fields.Datetime("Imported", readonly=True)
    number_count = fields.Integer("Numbers", compute="_compute_number_count")

    def _compute_number_count(self):
        counts = dict(
            self.env["crm.call.list.register.number"]._read_group(
                [("register_id", "in", self.ids)], ["register_id"], ["__count"]
            )
        )
        for register in self:
            register.number_count = counts.get(register, 0)

    def _import(self, text, replace=False):
        """Take the numbers of a file.

        :param text: a number per line; of several columns the first with a number counts
        :param replace: numbers that are not in the file leave the register
        :return: dict: added, known, invalid (list of lines that hold no number, 20 at most)
        """
        self.ensure_one()
        numbers, invalid = self._read(text)
        if replace:
            self.env.cr.execute(
                SQL(
                    """DELETE FROM crm_call_list_register_number
                        WHERE register_id = %s AND e164 <> ALL(%s)""",
                    self.id,
                    list(numbers),
                )
            )
        added = self.env.execute_query(
            SQL(
                """INSERT INTO crm_call_list_register_number (register_id, e164)
                   SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING RETURNING 1""",
                self.id,
                list(numbers),
            )
        )
        self.imported_on = fields.Datetime.now()
        self.env["crm.call.list.register.number"].invalidate_model()
        self.invalidate_recordset(["number_count"])
        return {
            "added": len(added),
            "known": len(numbers) - len(added),
            "invalid": invalid[:20],
            "invalid_count": len(invalid),
        }

    def _read(self, text):
        """``({numbers in E.164}, [lines without one])``; a first line of words is a heading."""
        numbers, invalid = set(), []
        for place, line in enumerate(text.splitlines()):
            found = self._number(line)
            if found:
                numbers.add(found)
            elif line.strip() and (place or any(sign.isdigit() for sign in line)):
                invalid.append(line.strip()[:80])
        return numbers, invalid

    @api.model
    def _number(self, line):
        for cell in SEPARATORS.split(line):
            number = phone.parse(cell.strip().strip('"'), self.country_id.code).e164
            if number:
                return number
        return None

    def action_import(self):
        """Choose the file of the register."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import numbers"),
            "res_model": "crm.call.list.register.import",
            "view_mode": "form",
            "target": "new",
            "context": {"default_register_id": self.id},
        }

    def action_open_numbers(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.call.list.register.number",
            "view_mode": "list",
            "domain": [("register_id", "=", self.id)],
        }
