from unittest.mock import patch

from lxml.html import fromstring

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import tagged

from .common_campaign import MODULE
from .common_costs import CostCase


class PageCase(CostCase):
    """Spring: three leads, two opportunities, one won and invoiced.

    The pumps cost 4 each: 10 for 14 bring 100. Spent were 50 (40 on print, 10 without a kind).
    """

    abroad = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead, cls.chance, cls.won = cls.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": kind,
                    "campaign_id": cls.spring.id,
                    "company_id": cls.company.id,
                    "partner_id": cls.alma.id,
                    "expected_revenue": amount,
                }
                for name, kind, amount in (
                    ("Asked", "lead", 0),
                    ("Wants", "opportunity", 50),
                    ("Bought", "opportunity", 120),
                )
            ]
        )
        cls.env.flush_all()
        cls.won.action_set_won()
        cls.env.flush_all()
        cls._dates(cls.lead, "2026-03-05 08:00:00")
        cls._dates(cls.chance, "2026-03-05 08:00:00", "2026-03-07 08:00:00")
        cls._dates(cls.won, "2026-03-06 08:00:00", "2026-03-10 08:00:00", "2026-03-15 08:00:00")
        order = cls.sold(cls.spring, 10, 14.0, opportunity_id=cls.won.id)
        cls.move = cls.bill(order, "2026-03-20")
        cls.order_sold = order
        cls.spend(40.0, kind_id=cls.printing.id)
        cls.spend(10.0)
        cls.marketer = cls.make_user("mara_page", f"{MODULE}.group_campaign_user")

    @classmethod
    def _dates(cls, lead, made, converted=None, closed=None):
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_conversion = %s, date_closed = %s"
            " WHERE id = %s",
            [made, converted, closed, lead.id],
        )
        lead.invalidate_recordset()

    def page(self, campaign=None, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return (campaign or self.spring).with_user(user or self.marketer).get_return_page()

    def measures(self, page):
        """``{code: value, or the word that stands for it}``"""
        return {
            row["code"]: row["word"] if row["value"] is None else row["value"]
            for row in page["measures"]
        }


@tagged("post_install", "-at_install")
class TestReturnPage(PageCase):
    """ROI-2: the return page, every figure worked out by hand."""

    def test_measures(self):
        """Profit 100 ÷ cost 50; 140 ÷ 50; 50 ÷ 3 leads, ÷ 2 chances, ÷ 1 customer; 140 × 50 %."""
        found = self.measures(self.page())
        self.assertAlmostEqual(found.pop("per_lead"), 50 / 3)
        self.assertEqual(
            found,
            {
                "return": 2.0,
                "net": 1.0,
                "roas": 2.8,
                "revenue": 140.0,
                "profit": 100.0,
                "cost": 50.0,
                "per_opportunity": 25.0,
                "per_customer": 50.0,
                "payback": "2026-03-20",
                "payback_days": 19.0,
                "break_even": 70.0,
            },
        )

    def test_funnel_with_amounts_and_median_times(self):
        """Lead to chance 2 and 4 days: 3; chance to won 5; won to invoice 5.

        The opportunity that was won is worth its order by now: 140 instead of 120.
        """
        steps = self.page()["funnel"]
        self.assertEqual(
            [(step["code"], step["count"], step["amount"], step["days"]) for step in steps],
            [
                ("lead", 3, None, None),
                ("opportunity", 2, 190.0, 3.0),
                ("won", 1, 140.0, 5.0),
                ("sold", 1, 140.0, 5.0),
            ],
        )

    def test_every_step_opens_what_it_counts(self):
        for step in self.page()["funnel"]:
            records = self.env[step["model"]].with_context(active_test=False)
            found = records.search(step["domain"])
            count = len(set(found.mapped("document"))) if step["code"] == "sold" else len(found)
            self.assertEqual(count, step["count"], step["code"])

    def test_what_was_sent_stands_first(self):
        """Both were sent something on 3 March, alma answered on the 4th; the other mail came back.

        Leads of 5, 5 and 6 March, all alma's: 1, 1 and 2 days after her answer.
        """
        targets = self.env["crm.campaign.target"].create(
            [
                {"campaign_id": self.spring.id, "partner_id": partner.id}
                for partner in (self.alma, self.bert)
            ]
        )
        waves = self.env["crm.campaign.wave"].create(
            [{"name": name, "campaign_id": self.spring.id} for name in ("First", "Second")]
        )
        self.env["crm.campaign.delivery"].create(
            [
                {
                    "wave_id": wave.id,
                    "campaign_id": self.spring.id,
                    "target_id": target.id,
                    "partner_id": target.partner_id.id,
                    "state": "sent",
                    "sent_at": Datetime.to_datetime("2026-03-03 08:00:00"),
                }
                for wave in waves
                for target in targets
            ]
        )
        first = self.page()["funnel"][0]
        self.assertEqual((first["code"], first["count"]), ("sent", 2))
        self._respond("bounced", self.bert, "2026-03-03 09:00:00")
        self._respond("opened", self.alma, "2026-03-03 20:00:00")
        self._respond("replied", self.alma, "2026-03-04 08:00:00")
        steps = [(step["code"], step["count"], step["days"]) for step in self.page()["funnel"]]
        self.assertEqual(
            steps[:4],
            [("sent", 2, None), ("reached", 1, None), ("responded", 1, 1.0), ("lead", 3, 1.0)],
        )
        self.assertEqual(self._opened("sent"), self.alma | self.bert)
        self.assertEqual(self._opened("reached"), self.alma)
        self.assertEqual(self._opened("responded"), self.alma)
        self.test_every_step_opens_what_it_counts()

    def _opened(self, code):
        """Persons whom a step opens, as a marketer."""
        [step] = [step for step in self.page()["funnel"] if step["code"] == code]
        self.assertEqual(step["model"], "crm.campaign.target")
        targets = self.env[step["model"]].with_user(self.marketer).search(step["domain"])
        self.assertEqual(len(targets), step["count"])
        return targets.partner_id

    def _respond(self, code, partner, date):
        self.env["crm.campaign.response"].create(
            {
                "campaign_id": self.spring.id,
                "partner_id": partner.id,
                "kind_id": self.env.ref(f"{MODULE}.response_kind_{code}").id,
                "date": date,
            }
        )

    def test_cost_by_kind(self):
        rows = self.page()["costs"]
        self.assertEqual(
            [(row["name"], row["amount"], row["share"]) for row in rows],
            [("Print and mailing", 40.0, 0.8), ("Other", 10.0, 0.2)],
        )

    def test_deals_and_weeks(self):
        """20 March is in week 3 after 1 March: days 14 to 20."""
        page = self.page()
        deal = page["deals"][0]
        self.assertEqual((deal["name"], deal["model"]), (self.order_sold.name, "sale.order"))
        self.assertEqual((deal["revenue"], deal["profit"]), (140.0, 100.0))
        self.assertEqual(
            [(week["week"], week["profit"], week["paid_back"]) for week in page["weeks"]],
            [(1, 0.0, 0.0), (2, 0.0, 0.0), (3, 100.0, 2.0)],
        )

    def test_words_where_nothing_is_known(self):
        page = self.page(self.summer)
        self.assertEqual((page["funnel"], page["deals"], page["weeks"]), ([], [], []))
        found = self.measures(page)
        self.assertEqual(found["return"], "No sales in the window yet")
        self.assertEqual(found["cost"], "Nothing was spent")
        self.assertEqual(found["per_lead"], "Nothing was spent")
        self.assertEqual(found["payback"], "Nothing was spent")

    def test_goods_whose_cost_is_not_known(self):
        """There is no profit to wait for: the payback says the same as the return."""
        advice = self.env["product.product"].create({"name": "Advice", "type": "service"})
        move = self.invoice(self.alma, "2026-03-21", (1, 50.0, advice), post=False)
        move.campaign_id = self.summer
        move.action_post()
        self.spend(10.0, self.summer)
        found = self.measures(self.page(self.summer))
        for code in ("return", "net", "profit", "payback", "payback_days", "break_even"):
            self.assertEqual(found[code], "The cost of the goods is not known", code)
        self.assertEqual(found["roas"], 5.0)

    def test_a_campaign_without_dates(self):
        idle = self.env["utm.campaign"].create({"title": "Idle", "company_id": self.company.id})
        page = self.page(idle)
        self.assertEqual((page["window_start"], page["weeks"]), (None, []))

    def test_only_marketers_and_controllers(self):
        controller = self.make_user("cara_page", f"{MODULE}.group_campaign_controller")
        self.assertEqual(self.measures(self.page(user=controller))["return"], 2.0)
        emma = self.make_user("emma_page", "base.group_user")
        with self.assertRaises(AccessError):
            self.page(user=emma)

    def test_the_locked_result_is_shown(self):
        controller = self.make_user("cara_page", f"{MODULE}.group_campaign_controller")
        self.spring.with_user(controller).action_lock_result()
        locked = self.page()["locked"]
        self.assertEqual([(row["word"], row["changed"]) for row in locked], [("200.0 %", False)])

    def test_the_report_prints(self):
        report = self.env.ref(f"{MODULE}.campaign_return_report_action").with_user(self.marketer)
        for campaign in self.spring | self.summer:
            html = report._render_qweb_html(report.report_name, campaign.ids)[0].decode()
            self.assertIn(campaign.title, html)
            if campaign == self.spring:
                self.assertRegex(html, r"Payback time</td>\s*<td[^>]*>\s*19 days")
        self.assertIn("No sales in the window yet", html)

    def _printed(self, lang=None):
        """The report of Spring as text."""
        report = self.env.ref(f"{MODULE}.campaign_return_report_action").with_user(self.marketer)
        report = report.with_context(lang=lang) if lang else report
        html = report._render_qweb_html(report.report_name, self.spring.ids)[0].decode()
        words = fromstring(html).xpath("//div[hasclass('page')]")[0].itertext()
        return " ".join(" ".join(words).replace("\xa0", " ").split())

    def test_figures_of_the_report(self):
        """The figures of test_measures and of the funnel, cost and deals, in their tables."""
        self.env["res.lang"]._activate_lang("de_DE")
        text = self._printed()
        for figure in (
            "Campaign return 200.0 %",
            "Net return 100.0 %",
            "Revenue per cost 2.80",
            "Revenue $ 140.00",
            "Gross profit $ 100.00",
            "Cost $ 50.00",
            "Cost per opportunity $ 25.00",
            "Paid back on 03/20/2026",
            "Break-even $ 70.00",
            "from 03/01/2026 to 05/31/2026",
            "Opportunities 2 $ 190.00 3.0",
            "Won 1 $ 140.00 5.0",
            "Print and mailing $ 40.00 80 %",
            "attributed, not caused",
        ):
            self.assertIn(figure, text)
        deal = f"{self.order_sold.name} {self.alma.name} 03/20/2026 $ 140.00 $ 100.00"
        self.assertIn(deal, text)
        self.assertIn("20.03.2026", self._printed("de_DE"))
        self.assertNotIn("2026-03-20", text)

    def test_numbers_of_the_report_are_written_as_the_reader_writes_them(self):
        """ROI-2: return, revenue per cost, revenue, days of the funnel, share of print."""
        for lang in ("de_DE", "zh_CN"):
            self.env["res.lang"]._activate_lang(lang)
        own = {
            "en_US": ("200.0 %", "2.80", "$ 140.00", "3.0", "80 %"),
            "zh_CN": ("200.0 %", "2.80", "$ 140.00", "3.0", "80 %"),
            "de_DE": ("200,0 %", "2,80", "$ 140,00", "3,0", "80 %"),
        }
        for lang, figures in own.items():
            text = self._printed(lang)
            for figure in figures:
                self.assertIn(f" {figure} ", text, lang)
        self.assertNotRegex(self._printed("de_DE"), r" \d+\.\d+ ")

    def test_large_numbers_of_the_report_are_grouped_as_the_reader_does(self):
        """4,000 × 14 more for 4,000 × 4: profit 40,100; ÷ 50 of cost is 80,200 %."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.bill(self.sold(self.spring, 4_000, 14.0), "2026-03-21")
        self.assertIn("Campaign return 80,200.0 %", self._printed("en_US"))
        self.assertRegex(self._printed("de_DE"), r" 80\.200,0 % ")

    def test_the_locked_return_is_written_as_the_reader_writes_it(self):
        self.env["res.lang"]._activate_lang("de_DE")
        controller = self.make_user("cara_lang", f"{MODULE}.group_campaign_controller")
        result = self.spring.with_user(controller).action_lock_result() and self.env[
            "crm.campaign.result"
        ].search([("campaign_id", "=", self.spring.id)])
        written = [
            result.with_context(lang=lang).return_text for lang in ("en_US", "de_DE", "en_US")
        ]
        self.assertEqual(written, ["200.0 %", "200,0 %", "200.0 %"])

    def test_the_pages_behind_open(self):
        campaign = self.spring.with_user(self.marketer)
        action = campaign.action_open_uplift()
        self.assertEqual((action["res_model"], action["res_id"]), ("utm.campaign", self.spring.id))
        self.assertEqual(campaign.action_open_attribution()["res_model"], "crm.attribution.run")
        run = self.env["crm.attribution.run"].create(
            {
                "company_id": self.company.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
            }
        )
        run.action_compute()
        action = campaign.action_open_attribution()
        self.assertEqual(action["params"], {"run_id": run.id})
        self.assertNotIn("params", self._later().action_open_attribution())
        emma = self.make_user("emma_behind", "base.group_user")
        for method in ("action_open_uplift", "action_open_attribution"):
            with self.assertRaises(AccessError):
                getattr(self.spring.with_user(emma), method)()

    def _later(self):
        """A campaign whose window no attribution meets."""
        return self.env["utm.campaign"].create(
            {"title": "Autumn", "company_id": self.company.id, "date_published": "2026-09-01"}
        )

    def test_deals_are_read_three_times(self):
        """All sums at once, the table of the largest, the days from won to sold."""
        deals = type(self.env["crm.campaign.deal"])
        with patch.object(deals, "_search", autospec=True, side_effect=deals._search) as read:
            page = self.spring.with_user(self.marketer).get_return_page()
        self.assertEqual(read.call_count, 3)
        self.assertEqual(page["measures"][3]["value"], 140.0)

    def test_queries_do_not_grow_with_deals(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.spring.with_user(self.marketer).get_return_page()
            return self.env.cr.sql_log_count - before

        count()
        first = count()
        for day in range(1, 10):
            self.bill(self.sold(self.spring), f"2026-04-{day:02}")
        count()  # posting emptied caches
        self.assertEqual(count(), first)


@tagged("post_install", "-at_install")
class TestComparison(PageCase):
    """ROI-2: campaigns compared; ratios of groups are ratios of sums."""

    def test_the_list_is_read_once(self):
        """Its statement reads all documents; the record rules are asked with what it brought."""
        report = self.env["crm.campaign.return.report"].with_user(self.marketer)
        specification = {"campaign_id": {}, "revenue": {}, "profit": {}}
        cursor = type(self.env.cr)
        for model in (report, self.env["crm.campaign.deal"].with_user(self.marketer)):
            names = specification if model == report else {"revenue": {}}
            self.env.flush_all()
            self.env.invalidate_all()
            with patch.object(
                cursor, "execute", autospec=True, side_effect=cursor.execute
            ) as execute:
                model.web_search_read([], names, limit=80)
            statements = [getattr(call.args[1], "code", "") for call in execute.call_args_list]
            read = [each for each in statements if f'AS "{model._table}"' in each]
            self.assertEqual(len(read), 1, model._name)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["crm.campaign.return.report"]
        cls.kind = cls.env["crm.campaign.kind"].create({"name": "Letters"})
        (cls.spring | cls.summer).kind_id = cls.kind

    def row(self, campaign):
        self.env.flush_all()
        self.Report.invalidate_model()
        return self.Report.search([("campaign_id", "=", campaign.id)])

    def test_one_row_per_campaign(self):
        row = self.row(self.spring)
        self.assertEqual(
            (row.cost, row.revenue, row.profit, row.deals, row.leads, row.won),
            (50.0, 140.0, 100.0, 1, 3, 1),
        )
        self.assertEqual((row.campaign_return, row.net_return), (200.0, 100.0))
        self.assertEqual((row.season, row.return_text), ("1", "200.0 %"))
        self.assertFalse(row.return_word)

    def test_campaigns_with_nothing_are_not_compared_and_words_stand_for_ratios(self):
        self.assertFalse(self.row(self.summer))
        self.spend(20.0, self.summer)
        self.assertEqual(self.row(self.summer).return_word, "no_sales")
        self.bill(self.sold(self.summer, 1, 3.0), "2026-03-20")
        self.assertEqual(self.row(self.summer).return_word, "loss")

    def _returns_by(self, *groups):
        """``{group: return in percent}`` of the campaigns of the test."""
        self.env.flush_all()
        rows = self.Report._read_group(
            [("campaign_id", "in", (self.spring | self.summer).ids)],
            groups,
            ["campaign_return:avg", "__count"],
        )
        return {row[0]: row[1:] for row in rows}

    def test_by_purpose_audience_and_season(self):
        """Spring: 100 of 50 is 200 %; Summer, moved to July: 60 of 150 is 40 %. Together 80 %."""
        self.summer.date_published = "2026-07-01"
        self.bill(self.sold(self.summer, day="2026-07-20"), "2026-07-20")
        self.spend(150.0, self.summer)
        win, keep = self.env["crm.campaign.purpose"].create([{"name": "Win"}, {"name": "Keep"}])
        self.spring.purpose_id, self.summer.purpose_id = win, keep
        new, old = self.env["crm.campaign.audience"].create([{"name": "New"}, {"name": "Old"}])
        self.spring.audience_ids, self.summer.audience_ids = new, old
        self.assertEqual(self._returns_by("purpose_id"), {win: (200.0, 1), keep: (40.0, 1)})
        self.assertEqual(self._returns_by("audience_id"), {new: (200.0, 1), old: (40.0, 1)})
        self.assertEqual(self._returns_by("season"), {"1": (200.0, 1), "3": (40.0, 1)})
        self.summer.purpose_id, self.summer.audience_ids = win, new
        self.assertEqual(self._returns_by("purpose_id"), {win: (80.0, 2)})
        self.assertEqual(self._returns_by("audience_id"), {new: (80.0, 2)})

    def _group(self, *aggregates):
        self.env.flush_all()
        return self.Report._read_group([("kind_id", "=", self.kind.id)], ["kind_id"], aggregates)[0]

    def test_ratios_are_of_sums(self):
        """Profit 100 + 60 of cost 50 + 150: 80 %, not the mean of 200 % and 40 %."""
        self.bill(self.sold(self.summer), "2026-03-20")
        self.spend(150.0, self.summer)
        _kind, ratio, net, leads = self._group(
            "campaign_return:avg", "net_return:avg", "cost_per_lead:avg"
        )
        self.assertEqual((ratio, net), (80.0, -20.0))
        self.assertAlmostEqual(leads, 200 / 3)

    def test_no_ratio_without_cost(self):
        self.Cost.search([("campaign_id", "=", self.spring.id)]).unlink()
        self.assertFalse(self._group("campaign_return:avg")[1])
        self.assertEqual(self.row(self.spring).return_word, "no_cost")

    def test_the_basis_of_the_campaign_counts(self):
        self.sold(self.spring, 10, 10.0)
        self.spring.basis = "ordered"
        self.assertEqual(self.row(self.spring).revenue, 240.0)
