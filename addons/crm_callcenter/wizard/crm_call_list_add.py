import base64
import csv
import io

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_customer_insight.tools import phone

#: Rows of a file at most: a larger one is divided by whoever made it.
ROWS = 100_000
#: What a heading of a column may be called; the first column otherwise.
NUMBER_HEADINGS = ("number", "phone", "telephone", "tel", "mobile")
#: Whose people they are; the wizard of a glue addon adds its own.
SOURCES = [
    ("selection", "Saved selection"),
    ("segment", "Segment"),
    ("alert", "Retention alerts"),
    ("lead", "Open leads of a team"),
    ("file", "File of numbers"),
]


class CrmCallListAdd(models.TransientModel):
    """Choose whom to add to a call list, and see who was left out, and why (CC-6)."""

    _name = "crm.call.list.add"
    _description = "Add people to a call list"

    list_id = fields.Many2one("crm.call.list", required=True, ondelete="cascade")
    source = fields.Selection(SOURCES, required=True, default="selection")
    selection_id = fields.Many2one("crm.customer.selection")
    segment_id = fields.Many2one("crm.customer.segment")
    alert_rule_id = fields.Many2one(
        "crm.customer.alert.rule", "Alerts of", help="Empty: alerts of all rules."
    )
    team_id = fields.Many2one("crm.team", "Sales team")
    file = fields.Binary(help="CSV with a number per line; columns priority and value may follow.")
    file_name = fields.Char("Name of the file")
    summary = fields.Text(readonly=True)

    def action_add(self):
        """Add them, and say how many, and who was left out."""
        self.ensure_one()
        self.list_id.check_access("write")
        counts = getattr(self, f"_add_{self.source}")()
        self.summary = self._summary(counts)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Add people"),
        }

    def _add_selection(self):
        self._need(self.selection_id, self.env._("Choose a selection."))
        return self.list_id._add_partners(self.selection_id._partner_domain())

    def _add_segment(self):
        self._need(self.segment_id, self.env._("Choose a segment."))
        return self.list_id._add_partners([("insight_segment_ids", "in", self.segment_id.ids)])

    def _add_alert(self):
        domain = [
            ("state", "in", ["new", "in_progress"]),
            ("company_id", "=", self.list_id.company_id.id),
        ]
        if self.alert_rule_id:
            domain.append(("rule_id", "=", self.alert_rule_id.id))
        return self.list_id._add_alerts(domain)

    def _add_lead(self):
        self._need(self.team_id, self.env._("Choose a team."))
        return self.list_id._add_leads(
            [("team_id", "=", self.team_id.id), ("won_status", "=", "pending")]
        )

    def _add_file(self):
        self._need(self.file, self.env._("Choose a file."))
        rows, wrong = self._rows()
        if not rows:
            raise UserError(self.env._("The file holds no telephone number."))
        return {**self.list_id._add_numbers(rows), "not_a_number": wrong}

    def _need(self, value, message):
        if not value:
            raise UserError(message)

    def _rows(self):
        """``([(number, priority, value)], lines without a number)``."""
        lines = list(self._lines())
        heading = [cell.strip().lower() for cell in lines[0]] if lines else []
        named = {name: place for place, name in enumerate(heading)}
        column = next((named[name] for name in NUMBER_HEADINGS if name in named), 0)
        country = self.list_id.company_id.country_id.code
        rows, wrong = [], 0
        for cells in lines:
            number = phone.parse(cells[column].strip(), country).e164 if column < len(cells) else ""
            if number:
                rows.append((number, *_extras(cells, named)))
            elif any(cells) and cells is not lines[0]:
                wrong += 1
        return rows, wrong

    def _lines(self):
        text = _text(base64.b64decode(self.file))
        separator = ";" if text.partition("\n")[0].count(";") else ","
        for place, cells in enumerate(csv.reader(io.StringIO(text), delimiter=separator)):
            if place >= ROWS:
                raise UserError(self.env._("A file has up to %s lines.", ROWS))
            if cells:
                yield cells

    def _summary(self, counts):
        labels = dict(
            self.env["crm.call.list.entry"]._fields["left_out"]._description_selection(self.env)
        )
        labels["not_a_number"] = self.env._("Not a telephone number")
        lines = [self.env._("%s will be called.", counts.pop("", 0))]
        lines += [
            self.env._("%(count)s left out: %(reason)s", count=count, reason=labels[reason])
            for reason, count in sorted(counts.items())
            if count
        ]
        return "\n".join(lines)


def _text(data):
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _extras(cells, named):
    """(priority, value) of a line; what is no number is none."""
    found = []
    for name, default in (("priority", 0), ("value", None)):
        place = named.get(name)
        text = cells[place].strip() if place is not None and place < len(cells) else ""
        found.append(_number(text, default))
    return int(found[0] or 0), found[1]


def _number(text, default):
    try:
        return max(min(float(text), 2**31 - 1), 0)
    except ValueError:
        return default
