import io

from freezegun import freeze_time
from lxml import html
from pypdf import PdfReader

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common_analysis import AnalysisCase

REPORT = "crm_service_levels.report_service_period"


@tagged("post_install", "-at_install")
class TestServiceReport(AnalysisCase):
    """SVC-L1 … SVC-L5, SVC-S: the printed report of a period and team, in plain numbers."""

    def _wizard(self, user=None, **values):
        wizards = self.env["crm.service.period.print"].with_user(user or self.leo)
        days = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        return wizards.create({**days, "team_id": self.team.id, **values})

    def _figures(self, user=None, **values):
        one = self._wizard(user, **values)
        return one.env["crm.service.period"]._figures(one.date_from, one.date_to, one.team_id)

    def _main(self, **values):
        return {row["code"]: row for row in self._figures(**values)["main"]}

    def _words(self, user=None, **values):
        one = self._wizard(user, **values)
        body, _kind = one.env["ir.actions.report"]._render_qweb_html(REPORT, one.ids)
        tree = html.fromstring(body)
        for style in tree.xpath("//style | //script | //head"):
            style.drop_tree()
        return " ".join(tree.text_content().split())

    def test_main_figures_by_hand(self):
        main = self._main()
        now = {code: row["now"] for code, row in main.items()}
        # a to e were received, x was cancelled; c was solved twice; only e is open at the end
        self.assertEqual(
            (now["requests"], now["solved"], now["reopened"], now["open"]), (5, 5, 1, 1)
        )
        self.assertEqual((now["climbed"], now["minutes"]), (40.0, 225.0))
        self.assertEqual((now["cost"], now["mean_cost"]), (225.0, 75.0))
        self.assertIsNone(now["solve"])
        self.assertEqual((main["requests"]["before"], main["requests"]["change"]), (0, 5))
        self.assertIsNone(main["climbed"]["change"])

    def test_periods_are_days_of_the_reader(self):
        # the 2nd alone: a and b received, a solved; b and what came later is open or not yet there
        main = self._main(date_from="2026-03-02", date_to="2026-03-02")
        now = {code: row["now"] for code, row in main.items()}
        self.assertEqual((now["requests"], now["solved"], now["open"]), (2, 1, 1))
        self.leo.tz = "Asia/Shanghai"
        # there the 2nd ended at 16:00 UTC; all of it happened before
        again = self._main(date_from="2026-03-02", date_to="2026-03-02")
        self.assertEqual(again["solved"]["now"], 1)
        # b was solved on the 3rd 09:00 UTC, c on the 3rd 12:00 and, as the 4th there, 20:00
        third = self._main(date_from="2026-03-03", date_to="2026-03-03")
        self.assertEqual(third["solved"]["now"], 2)

    @freeze_time("2026-06-10 12:00:00")
    def test_backlog_is_that_of_the_last_month_end(self):
        figures = self._figures()
        self.assertEqual(str(figures["counted_on"]), "2026-03-31")
        self.assertEqual(figures["ages"], [{"label": "7 to 30 days", "count": 1}])

    def test_causes_most_frequent_first(self):
        causes = self.env["crm.service.cause"].create([{"name": "Seal"}, {"name": "Wear"}])
        (self.a | self.b).cause_id = causes[0]
        self.c.cause_id = causes[1]
        self.x.cause_id = causes[1]
        rows = [(row["name"], row["count"]) for row in self._figures()["causes"]]
        self.assertEqual(rows, [("Seal", 2), ("Wear", 1)])

    def test_paper_says_it_in_words(self):
        words = self._words()
        for part in ("Service report", "Service, 03/01/2026 – 03/31/2026", "L2 Team 2 40 %"):
            self.assertIn(part, words)
        self.assertIn("Nobody answered in the period.", words)
        self.assertIn("Not enough data", words)
        self.assertIn("225.00", words)

    def test_costs_are_for_team_leaders(self):
        words = self._words(self.rita)
        self.assertIn("L2 Team 2 40 %", words)
        self.assertNotIn("Cost", words)
        self.assertNotIn("225.00", words)

    def test_only_service_staff_prints(self):
        with self.assertRaises(AccessError):
            self._wizard(self.emma)

    def test_a_period_does_not_end_before_it_begins(self):
        with self.assertRaises(ValidationError):
            self._wizard(date_from="2026-03-31", date_to="2026-03-01")

    def test_nothing_known_is_not_zero(self):
        words = self._words(date_from="2020-01-01", date_to="2020-01-31")
        self.assertIn("Climbed above level 1 Not enough data Not enough data –", words)
        self.assertIn("No requests in the period.", words)

    @freeze_time("2026-04-10 12:00:00")
    def test_pdf_of_last_month(self):
        one = self.env["crm.service.period.print"].with_user(self.leo).create({})
        self.assertEqual((str(one.date_from), str(one.date_to)), ("2026-03-01", "2026-03-31"))
        self.assertEqual(one.action_print()["report_name"], REPORT)
        reports = one.env["ir.actions.report"].with_context(force_report_rendering=True)
        with self.allow_pdf_render():
            content, kind = reports._render_qweb_pdf(REPORT, one.ids)
        self.assertEqual(kind, "pdf")
        pages = PdfReader(io.BytesIO(content)).pages
        words = " ".join(" ".join(page.extract_text() for page in pages).split())
        self.assertIn("Level mix", words)

    def test_queries_do_not_grow_with_requests(self):
        self._cost()
        few = self._cost()
        for _number in range(30):
            self._history(
                [("new", "5 08:00"), ("solved", "5 09:00")], [("1", "5 08:00", "5 09:00")]
            )
        self.env.flush_all()
        self.assertEqual(self._cost(), few)

    def _cost(self):
        one = self._wizard()
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        one.env["crm.service.period"]._figures(one.date_from, one.date_to, one.team_id)
        return self.env.cr.sql_log_count - start
