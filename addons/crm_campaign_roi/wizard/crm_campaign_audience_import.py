import base64
import csv
import io
from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_customer_insight.tools import phone

from ..tools import merge_file, people_file


class CrmCampaignAudienceImport(models.TransientModel):
    """Put the people of a file into an audience, and say who was refused and why (ROI-1)."""

    _name = "crm.campaign.audience.import"
    _description = "Import people into an audience"

    audience_id = fields.Many2one("crm.campaign.audience")
    name = fields.Char("Name of the audience")
    file = fields.Binary("File (CSV or XLSX)", attachment=False)
    filename = fields.Char()
    create_contacts = fields.Boolean(
        "Make contacts of unknown people", help="Rows with a name and an address or number."
    )
    state = fields.Selection([("ask", "Choose"), ("done", "Done")], default="ask", required=True)
    row_count = fields.Integer("Rows", readonly=True)
    added_count = fields.Integer("Added", readonly=True)
    known_count = fields.Integer("Were in already", readonly=True)
    created_count = fields.Integer("Contacts made", readonly=True)
    refused_count = fields.Integer("Refused", readonly=True)
    reasons = fields.Text("Why", readonly=True)
    refused_file = fields.Binary("Refused rows", readonly=True, attachment=False)
    refused_filename = fields.Char(readonly=True)

    def action_import(self):
        """Read the file and show what became of its rows."""
        self.ensure_one()
        if not self.env.user.has_group("crm_campaign_roi.group_campaign_user"):
            raise AccessError(self.env._("Audiences are filled by marketers."))
        rows = self._rows()
        good = [row for row in rows if not row.problem]
        people, refused = self._find(good)
        if self.create_contacts:
            refused = self._create_unknown(refused, people)
        refused += [(row, row.problem) for row in rows if row.problem]
        self._report(rows, people, sorted(refused, key=lambda pair: pair[0].line))
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _rows(self):
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            return people_file.read(base64.b64decode(self.file), self.filename or "")
        except people_file.FileError as error:
            raise UserError(self._file_messages()[error.kind]) from error

    def _file_messages(self):
        return {
            "too_large": self.env._("The file is too large: 20 MB at most."),
            "too_many": self.env._("The file has more than 200,000 rows: divide it."),
            "unreadable": self.env._("This is neither a CSV nor an XLSX file that can be read."),
            "empty": self.env._("The file is empty."),
            "no_column": self.env._(
                "The first row has to name a column: e-mail, telephone or reference."
            ),
        }

    # -- who is who ----------------------------------------------------------------------------

    def _find(self, rows):
        """``({row: contact id}, [(row, reason)])``: three queries, whatever the number of rows."""
        by_ref, by_email = self._contacts("ref", rows), self._contacts("email", rows)
        numbers = {row: self._number(row) for row in rows}
        by_number = self._contacts_by_number(set(numbers.values()) - {None})
        people, refused = {}, []
        for row in rows:
            found = (
                by_ref.get(row.ref) or by_email.get(row.email) or by_number.get(numbers[row]) or ()
            )
            if len(found) == 1:
                people[row] = min(found)
            else:
                refused.append((row, "several" if found else "unknown"))
        return people, refused

    def _contacts(self, key, rows):
        """``{reference or address: ids of contacts}`` that the user may see."""
        field = {"ref": "ref", "email": "email_normalized"}[key]
        wanted = {getattr(row, key) for row in rows} - {""}
        found = defaultdict(set)
        if wanted:
            contacts = self.env["res.partner"].search_fetch([(field, "in", list(wanted))], [field])
            for contact in contacts:
                found[contact[field]].add(contact.id)
        return found

    def _number(self, row):
        country = self.audience_id.company_id.country_id or self.env.company.country_id
        return (row.phone and phone.parse(row.phone, country.code or None).e164) or None

    def _contacts_by_number(self, wanted):
        found = defaultdict(set)
        if wanted:
            self.env["crm.contact.number"]._drain()
            groups = self.env["crm.contact.number"]._read_group(
                [("e164", "in", list(wanted)), ("partner_id", "!=", False)], ["e164", "partner_id"]
            )
            for number, partner in groups:
                found[number].add(partner.id)
        return found

    def _create_unknown(self, refused, people):
        """Make contacts of unknown rows with a name; return what stays refused."""
        fresh = [row for row, why in refused if why == "unknown" and row.name]
        contacts = self.env["res.partner"].create(
            [
                {"name": row.name, "email": row.email, "phone": row.phone, "ref": row.ref}
                for row in fresh
            ]
        )
        people.update(zip(fresh, contacts.ids, strict=True))
        self.created_count = len(fresh)
        return [pair for pair in refused if pair[0] not in people]

    # -- what became of them -------------------------------------------------------------------

    def _report(self, rows, people, refused):
        audience = self._audience()
        known = set(audience.member_ids.partner_id.ids)
        found = dict.fromkeys(people.values())
        fresh = [person for person in found if person not in known]
        self.env["crm.campaign.audience.member"].create(
            [{"audience_id": audience.id, "partner_id": person} for person in fresh]
        )
        self.write(
            {
                "state": "done",
                "audience_id": audience.id,
                "row_count": len(rows),
                "added_count": len(fresh),
                "known_count": len(found) - len(fresh),
                "refused_count": len(refused),
                "reasons": self._summary(refused),
                "refused_file": self._refused_file(refused) if refused else False,
                "refused_filename": self.env._("refused rows.csv"),
            }
        )

    def _audience(self):
        if not self.audience_id:
            name = self.name or self.filename
            return self.env["crm.campaign.audience"].create({"name": name, "source": "members"})
        if self.audience_id.source != "members" or self.audience_id.mode == "fixed":
            raise UserError(
                self.env._("%s follows conditions: people cannot be put in.", self.audience_id.name)
            )
        return self.audience_id

    def _labels(self):
        return {
            "nothing": self.env._("No address, number or reference"),
            "bad_email": self.env._("This is no e-mail address"),
            "twice": self.env._("Stands in the file above"),
            "several": self.env._("Several contacts have this address, number or reference"),
            "unknown": self.env._("No contact has this address, number or reference"),
        }

    def _summary(self, refused):
        counts, labels = defaultdict(int), self._labels()
        for _row, why in refused:
            counts[why] += 1
        return "\n".join(f"{counts[why]} × {label}" for why, label in labels.items() if counts[why])

    def _refused_file(self, refused):
        """The refused rows with their line and reason, to be mended and imported again.

        A cell that a spreadsheet would take for a formula is kept as text.
        """
        text, labels = io.StringIO(), self._labels()
        writer = csv.writer(text)
        writer.writerow(["name", "email", "phone", "reference", "line", "reason"])
        for row, why in refused:
            cells = [row.name, row.email, row.phone, row.ref, row.line, labels[why]]
            writer.writerow([merge_file.cell(cell) for cell in cells])
        return base64.b64encode(text.getvalue().encode("utf-8-sig"))

    def action_open_audience(self):
        """Open the audience that was filled."""
        return self.audience_id.get_formview_action()
