"""Figures with definition, comparison and the calls behind them (CC-8)."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .measure_common import NOW, MeasureCase, T

#: sums of the facts that the calls behind a figure are; ``None``: not made of calls
BEHIND = {
    "offered": ("offered",),
    "answered": ("answered",),
    "level_offered": ("answered", "abandoned"),
    "level_answered": ("answered",),
    "asa": ("answered",),
    "wait": ("answered", "abandoned", "short_abandoned"),
    "not_connected": (
        "abandoned", "short_abandoned", "busy", "no_answer", "rejected", "failed",
    ),
    "abandoned": ("abandoned",),
    "short_abandoned": ("short_abandoned",),
    "busy": ("busy",),
    "unanswered": ("no_answer", "rejected"),
    "failed": ("failed",),
    "diverted": ("callback_requested", "voicemail"),
    "ivr": ("ivr_contained",),
    "self_service": ("ivr_contained",),
    "handling": ("answered",),
    "talk": ("answered",),
    "hold": ("answered",),
    "wrap_up": ("answered",),
    "transfers": ("transferred",),
    "first_contact": ("first_judged",),
    "satisfaction": ("rated",),
    "occupancy": None,
    "adherence": None,
}  # fmt: skip
RESULTS = (
    "answered", "abandoned", "short_abandoned", "busy", "no_answer", "rejected", "failed",
    "ivr_contained", "callback_requested", "voicemail",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestCallDashboard(MeasureCase):
    def _dashboard(self, user=None, **options):
        self._facts()
        page = self.env["crm.call.dashboard"].with_user(user or self.eve).with_context(tz="UTC")
        options.setdefault("filters", {"queue": self.support.id})
        return page.get_dashboard("2026-05-19", "2026-05-19", **options)

    def _facts(self):
        self.env["crm.call.interval"]._drain(NOW)

    def _figure(self, data, code):
        return next(figure for figure in data["figures"] if figure["code"] == code)

    def test_figures_by_hand(self):
        """4 answered (3 in time), 1 abandoned, 1 at once, 1 busy, 1 in the menu."""
        for wait in (5, 10, 20, 65):
            self._call(wait=wait, talk_seconds=100, hold_seconds=10)
        self._call(result="abandoned", wait=30)
        self._call(result="short_abandoned", wait=2)
        self._call(result="busy")
        self._call(result="ivr_contained", path=[{"at": 1, "kind": "ivr"}])
        data = self._dashboard()
        found = {figure["code"]: figure["value"] for figure in data["figures"]}
        self.assertEqual((found["offered"], found["answered"]), (7, 4))
        self.assertEqual((found["level_offered"], found["level_answered"]), (3 / 5, 3 / 4))
        self.assertEqual((found["asa"], found["wait"]), (25, 132 / 6))
        self.assertEqual((found["not_connected"], found["busy"]), (3 / 7, 1 / 7))
        self.assertEqual((found["ivr"], found["self_service"]), (1, 1 / 8))
        self.assertEqual((found["handling"], found["talk"], found["hold"]), (100, 90, 10))

    def test_every_figure_opens_its_calls(self):
        """As many calls as were counted, and no others."""
        for result in ("answered", "abandoned", "abandoned", "busy", "failed", "ivr_contained"):
            self._call(result=result)
        self._call(T - timedelta(days=1))
        self._call(direction="outbound")
        data = self._dashboard()
        calls = self.env["crm.call"].with_user(self.eve)
        counts = {
            figure["code"]: calls.search_count(figure["domain"])
            for figure in data["figures"]
            if figure["domain"]
        }
        self.assertEqual((counts["offered"], counts["answered"], counts["abandoned"]), (5, 1, 2))
        self.assertEqual((counts["not_connected"], counts["ivr"]), (4, 1))
        self.assertEqual(calls.search_count(data["rows"][0]["domain"]), 6)
        self.assertTrue(all(figure["definition"] for figure in data["figures"]))

    def test_each_figure_equals_its_drill_down(self):
        """The calls a figure opens are as many as the facts it is made of, by any filter."""
        self._mixture()
        page = self.env["crm.call.dashboard"].with_user(self.eve).with_context(tz="UTC")
        self.env["crm.call.interval"]._drain()
        calls = self.env["crm.call"].with_user(self.eve)
        filters = (
            {},
            {"queue": self.support.id},
            {"agent": self.ada.id},
            {"topic": self.topic.id},
            {"skill": self.pumps.id},
            {"skill": self.french.id},
        )
        for filtered in filters:
            data = page.get_dashboard("2026-05-19", "2026-05-19", filters=filtered)
            sums = page._sums(page._period(*page._dates("2026-05-19", "2026-05-19"), filtered))
            for figure in data["figures"]:
                with self.subTest(figure=figure["code"], filters=filtered):
                    names = BEHIND[figure["code"]]
                    if names is None:
                        self.assertFalse(figure["domain"])
                        continue
                    found = calls.search_count(figure["domain"])
                    self.assertEqual(found, sum(sums[name] for name in names))
        whole = {figure["code"] for figure in data["figures"]}
        self.assertEqual(whole, set(BEHIND), "a figure of which nobody knows the calls")

    def _mixture(self):
        """Calls of every result, each another number of times, and others that do not count."""
        for count, result in enumerate(RESULTS, 1):
            for _one in range(count):
                self._call(result=result, agent_id=self.ada.id, topic_id=self.topic.id)
        self._call(queue_id=self.sales_fr.id, agent_id=self.ben.id, topic_id=self.other.id)
        self._call(transfer_count=1)
        self._call(T - timedelta(seconds=8 * 3600 + 1))
        self._call(direction="outbound")
        self._call(result=False, state="running")
        ann, bob = self.env["res.partner"].create([{"name": "Ann"}, {"name": "Bob"}])
        for partner in (ann, ann, bob):
            first = self._call(T + timedelta(hours=1), partner_id=partner.id,
                               topic_id=self.topic.id)  # fmt: skip
        self._rate(first, "4")

    def _rate(self, call, service):
        """What the customer says who is called back; the mean of 1 to 5 is 0 to 1."""
        sample = self.env["crm.call.review.sample"].create(
            {"kind": "customer", "month": call.start, "company_id": self.company.id}
        )
        line = self.env["crm.call.review.sample.line"].create(
            {"sample_id": sample.id, "call_id": call.id, "partner_id": call.partner_id.id}
        )
        line.service = service
        line.action_asked()
        return line

    def test_satisfaction_of_who_was_called_back(self):
        """4 of 1 to 5 is 75 %; who was not asked yet or is left out does not count (CC-5)."""
        call = self._call(partner_id=self.env["res.partner"].create({"name": "Ann"}).id)
        self._call()
        self._facts()
        self.assertIsNone(self._figure(self._dashboard(), "satisfaction")["value"])
        line = self._rate(call, "4")
        figure = self._figure(self._dashboard(), "satisfaction")
        self.assertEqual(figure["value"], 0.75)
        found = self.env["crm.call"].with_user(self.eve).search(figure["domain"])
        self.assertEqual((found, found.is_rated), (call, True))
        line.state = "due"
        self.assertFalse(self.env["crm.call"].search(figure["domain"]))

    def test_samples_due(self):
        """A supervisor sees how many drawn calls wait for their review, and opens them (CC-5)."""
        supervisor = self.env["crm.call.supervisor"].with_user(self.eve)
        before = (supervisor.get_supervisor()["samples"] or {"count": 0})["count"]
        sample = self.env["crm.call.review.sample"].create(
            {"kind": "agent", "month": "2025-02-01", "company_id": self.company.id}
        )
        lines = self.env["crm.call.review.sample.line"].create(
            [
                {"sample_id": sample.id, "agent_id": self.ada.id, "call_id": self._call().id}
                for _one in range(3)
            ]
        )
        lines[0].state = "done"
        found = supervisor.get_supervisor()["samples"]
        opened = self.env[found["model"]].with_user(self.eve).search(found["domain"])
        self.assertEqual((found["count"], len(opened)), (before + 2, before + 2))
        self.assertFalse(lines[0] in opened)

    def test_no_calls_is_no_share(self):
        data = self._dashboard()
        figure = self._figure(data, "level_offered")
        self.assertIsNone(figure["value"])
        self.assertFalse(data["rows"])

    def test_comparison_is_with_the_same_weekdays(self):
        self._call()
        self._call(T - timedelta(days=7))
        self._call(T - timedelta(days=7))
        data = self._dashboard()
        self.assertEqual(data["before"], ["2026-05-12", "2026-05-12"])
        offered = self._figure(data, "offered")
        self.assertEqual((offered["value"], offered["before"]), (1, 2))
        eight = next(point for point in data["series"] if point["at"] == "2026-05-19 08:00:00")
        self.assertEqual((eight["offered"], eight["before"]), (1, 2))
        self.assertEqual(len(data["series"]), 24)

    def test_days_are_the_readers(self):
        """22:30 UTC is the next day in Berlin."""
        self._call(T.replace(day=18, hour=22, minute=30))
        self._facts()
        page = self.env["crm.call.dashboard"].with_user(self.eve).with_context(tz="Europe/Berlin")
        own = {"filters": {"queue": self.support.id}}
        for first, offered in (("2026-05-18", 0), ("2026-05-19", 1)):
            data = page.get_dashboard(first, "2026-05-19" if offered else first, **own)
            self.assertEqual(self._figure(data, "offered")["value"], offered)

    def test_by_agent_and_rights(self):
        """An agent's figures are his own calls (CC-8)."""
        self._call(agent_id=self.ada.id)
        self._call(agent_id=self.ben.id)
        rows = self._dashboard(by="agent")["rows"]
        self.assertEqual({row["name"] for row in rows}, {self.ada.name, self.ben.name} - {""})
        mine = self._dashboard(self.ada.user_id, by="agent")
        self.assertEqual(self._figure(mine, "offered")["value"], 1)
        self.assertEqual([row["id"] for row in mine["rows"]], [self.ada.id])
        skilled = self._dashboard(by="skill", filters={"skill": self.pumps.id})
        self.assertGreaterEqual(self._figure(skilled, "offered")["value"], 2)

    def test_bad_input(self):
        page = self.env["crm.call.dashboard"].with_user(self.eve)
        wrong = (("", "2026-05-19"), ("2026-05-19", "2026-05-18"), ("x", "y"))
        for dates in (*wrong, ("2020-01-01", "2026-01-01")):
            with self.assertRaises(UserError):
                page.get_dashboard(*dates)
        with self.assertRaises(UserError):
            page.get_dashboard("2026-05-19", "2026-05-19", by="password")
