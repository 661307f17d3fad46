import csv
import io
import json

from odoo.tests import HttpCase, tagged

from .common_sla import SlaCase

#: Columns of the attainment list in the order of the file.
COLUMNS = (
    ("request_id", "Request"),
    ("kind", "What"),
    ("state", "State"),
    ("due_at", "Due"),
    ("met_at", "Reached on"),
    ("target_hours", "Allowed (hours)"),
    ("elapsed_hours", "Used (hours)"),
    ("severity", "Severity"),
    ("contract_level", "Contract level"),
    ("met", "Met"),
    ("missed", "Missed"),
    ("attainment", "Attainment"),
)


@tagged("post_install", "-at_install")
class TestSlaExport(SlaCase, HttpCase):
    """SVC-S: attainment leaves Odoo as CSV, the rows the reader may see and their exact figures."""

    def setUp(self):
        super().setUp()
        self.rita.group_ids += self.env.ref("base.group_allow_export")
        self.met, self.missed, self.open = (
            self._opened("2024-03-01 10:00:00", severity="2", name=name)
            for name in ("Pump, red", "Late", "Open")
        )
        self._answer(self.met, "2024-03-01 11:00:00")
        self._answer(self.missed, "2024-03-01 15:00:00")
        cause = self.env.ref("crm_service_levels.sla_cause_staff")
        self._timer(self.missed, "first_reply").cause_id = cause
        self.env.flush_all()

    def _export(self, domain, fields=COLUMNS, groupby=()):
        """Rows of the file that the list's Export button gives."""
        data = {
            "model": "crm.service.sla.report",
            "fields": [{"name": name, "label": label} for name, label in fields],
            "ids": False,
            "domain": [("policy_id", "=", self.policy.id), *domain],
            "groupby": list(groupby),
            "import_compat": False,
            "context": {},
        }
        self.authenticate("rita", "rita")
        sent = {"data": json.dumps(data), "csrf_token": self._csrf()}
        answer = self.url_open("/web/export/csv", data=sent)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("text/csv", answer.headers["Content-Type"])
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    def _csrf(self):
        page = self.url_open("/web").text
        return page.split('csrf_token: "')[1].split('"')[0]

    def test_rows_with_exact_content(self):
        """First reply within two hours: one after one hour, one after five, one still open."""
        header, *rows = self._export([("kind", "=", "first_reply")])
        self.assertEqual(header, [label for _name, label in COLUMNS])
        due, day = "2024-03-01 12:00:00", "2024-03-01"
        written = {
            self.met: f"First reply|Met|{due}|{day} 11:00:00|2.0|1.0|Major||1|0|1.0",
            self.missed: f"First reply|Missed|{due}|{day} 15:00:00|2.0|5.0|Major||0|1|0.0",
            self.open: f"First reply|Running|{due}||2.0||Major||0|0|",
        }
        expected = [[one.display_name, *row.split("|")] for one, row in written.items()]
        self.assertEqual(sorted(rows), sorted(expected))

    def test_causes_of_what_was_missed(self):
        fields = (("request_id", "Request"), ("cause_id", "Cause of the miss"))
        _header, *rows = self._export([("state", "=", "breached")], fields)
        cause = self.env.ref("crm_service_levels.sla_cause_staff").name
        self.assertEqual(rows, [[self.missed.display_name, cause]])

    def test_requests_of_another_company_are_not_exported(self):
        self.missed.company_id = self.env["res.company"].create({"name": "Other"})
        self.env.flush_all()
        _header, *rows = self._export([("kind", "=", "first_reply")])
        names = {row[0] for row in rows}
        self.assertEqual(names, {self.met.display_name, self.open.display_name})
