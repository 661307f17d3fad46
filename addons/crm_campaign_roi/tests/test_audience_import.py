import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import people_file
from .test_targets import TargetCase

HEAD = "Name;E-Mail;Telefon;Ref\n"


@tagged("post_install", "-at_install")
class TestAudienceImport(TargetCase):
    """ROI-1: people from a file, with a report of what was refused and why."""

    def _import(self, content, filename="people.csv", **values):
        content = content.encode() if isinstance(content, str) else content
        wizard = (
            self.env["crm.campaign.audience.import"]
            .with_user(self.mara)
            .create({"file": base64.b64encode(content), "filename": filename, **values})
        )
        wizard.action_import()
        return wizard

    def _counts(self, wizard):
        return (wizard.row_count, wizard.added_count, wizard.known_count, wizard.refused_count)

    def test_a_file_with_30_percent_bad_rows(self):
        """Seven good rows, three bad ones; the bad ones come back with line and reason."""
        good = "".join(f"P;person{n}@example.com;;\n" for n in range(7))
        bad = "Nobody;;;\nNo address;person8(at)example.com;;\nStranger;stranger@example.com;;\n"
        wizard = self._import(HEAD + good + bad)
        self.assertEqual(self._counts(wizard), (10, 7, 0, 3))
        self.assertEqual(wizard.audience_id.person_count, 7)
        self.assertEqual(
            wizard.reasons,
            "1 × No address, number or reference\n1 × This is no e-mail address\n"
            "1 × No contact has this address, number or reference",
        )
        unknown = "No contact has this address, number or reference"
        lines = base64.b64decode(wizard.refused_file).decode("utf-8-sig").splitlines()
        self.assertEqual(
            lines,
            [
                "name,email,phone,reference,line,reason",
                'Nobody,,,,9,"No address, number or reference"',
                "No address,person8(at)example.com,,,10,This is no e-mail address",
                f'Stranger,stranger@example.com,,,11,"{unknown}"',
            ],
        )

    def test_people_are_known_by_number_and_reference(self):
        self.people[1].ref = "C-77"
        wizard = self._import(HEAD + "A;;0049 30 1234003;\nB;;;C-77\nC;;030 nothing;\n")
        self.assertEqual(self._counts(wizard), (3, 2, 0, 1))
        self.assertEqual(wizard.audience_id.member_ids.partner_id, self.people[1] | self.people[3])

    def test_the_same_row_twice_and_the_same_file_again(self):
        rows = HEAD + "A;person1@example.com;;\nA;PERSON1@example.com;;\n"
        first = self._import(rows)
        self.assertEqual(self._counts(first), (2, 1, 0, 1))
        again = self._import(rows, audience_id=first.audience_id.id)
        self.assertEqual(self._counts(again), (2, 0, 1, 1))

    def test_an_address_of_two_contacts_is_refused(self):
        self.people[7].email = "person1@example.com"
        wizard = self._import(HEAD + "A;person1@example.com;;\n")
        self.assertEqual(self._counts(wizard), (1, 0, 0, 1))
        self.assertIn("Several contacts", wizard.reasons)

    def test_contacts_are_made_when_asked(self):
        wizard = self._import(HEAD + "New;new@example.com;;\n;x@example.com;;\n", create_contacts=1)
        self.assertEqual((wizard.created_count, *self._counts(wizard)), (1, 2, 1, 0, 1))
        self.assertEqual(wizard.audience_id.member_ids.partner_id.email, "new@example.com")

    def test_a_chinese_workbook(self):
        workbook = openpyxl.Workbook()
        for row in (("姓名", "邮箱"), ("张伟", "person2@example.com"), (None, None)):
            workbook.active.append(row)
        stream = io.BytesIO()
        workbook.save(stream)
        wizard = self._import(stream.getvalue(), "客户.xlsx")
        self.assertEqual(self._counts(wizard), (1, 1, 0, 0))
        self.assertEqual(wizard.audience_id.name, "客户.xlsx")

    def test_files_that_cannot_be_used(self):
        for content, filename, why in (
            (b"", "a.csv", "Choose a file"),
            (b"\n\n", "a.csv", "is empty"),
            (b"colour;size\nred;1\n", "a.csv", "has to name a column"),
            (b"PK no workbook", "a.xlsx", "neither a CSV nor an XLSX"),
        ):
            with self.assertRaisesRegex(UserError, why):
                self._import(content, filename)

    def test_names_that_begin_like_formulas_come_back(self):
        """D13: each of them is text to a spreadsheet, and reads as it was when it is imported."""
        names = ("=1+1", "+49 Club", "-Ann", "@home")
        rows = "".join(
            f"{name};nobody{n}@example.com;+49309999{n};\n" for n, name in enumerate(names)
        )
        wizard = self._import(HEAD + rows)
        refused = base64.b64decode(wizard.refused_file)
        lines = refused.decode("utf-8-sig").splitlines()[1:]
        self.assertEqual(
            [line.split(",")[:3] for line in lines],
            [
                [f"'{name}", f"nobody{n}@example.com", f"'+49309999{n}"]
                for n, name in enumerate(names)
            ],
        )
        again = people_file.read(refused, "refused.csv")
        self.assertEqual(
            [(row.name, row.phone) for row in again],
            [(name, f"+49309999{n}") for n, name in enumerate(names)],
        )

    def test_persons_are_counted_who_were_in_before(self):
        """D13: two rows of one person, who is in: he was in once; two of a new one add him once."""
        audience = self._members("Known", self.people[:1])
        self.people[0].ref, self.people[1].ref = "C-0", "C-1"
        rows = "A;person0@example.com;;\nA;;;C-0\nB;person1@example.com;;\nB;;;C-1\n"
        wizard = self._import(HEAD + rows, audience_id=audience.id)
        self.assertEqual(self._counts(wizard), (4, 1, 1, 0))

    def test_a_formula_is_kept_as_text(self):
        wizard = self._import(HEAD + "=1+1;nobody@example.com;;\n")
        self.assertIn("'=1+1,nobody", base64.b64decode(wizard.refused_file).decode())

    def test_an_audience_of_conditions_takes_nobody(self):
        with self.assertRaisesRegex(UserError, "Garden follows conditions"):
            self._import(HEAD + "A;person1@example.com;;\n", audience_id=self.garden.id)

    def test_only_marketers_import(self):
        wizard = self.env["crm.campaign.audience.import"].create({"name": "X"})
        with self.assertRaises(AccessError):
            wizard.with_user(self.emma).action_import()
