from odoo.tests import tagged

from .test_return_page import PageCase


@tagged("post_install", "-at_install")
class TestGoals(PageCase):
    """ROI-1: target figures beside what came of them, in the world of the return page.

    Three leads, one of them won; revenue 140, profit 100, cost 50: a return of 200 %.
    """

    def _aim(self, **targets):
        self.spring.write({f"target_{code}": target for code, target in targets.items()})

    def _shown(self, campaign=None):
        """``{code: (target, actual or the word for it, share)}`` of the return page."""
        return {
            row["code"]: (row["target"], row["word"] or row["actual"], row["share"])
            for row in self.page(campaign)["goals"]
        }

    def _responses(self, **codes):
        """Both are targets; ``alma="replied"`` is what she did."""
        people = self.alma | self.bert
        self.env["crm.campaign.target"].create(
            [{"campaign_id": self.spring.id, "partner_id": one.id} for one in people]
        )
        self.env["crm.campaign.response"].create(
            [
                {
                    "campaign_id": self.spring.id,
                    "partner_id": getattr(self, name).id,
                    "kind_id": self.env.ref(f"crm_campaign_roi.response_kind_{code}").id,
                    "date": "2026-03-04 08:00:00",
                }
                for name, code in codes.items()
            ]
        )

    def test_each_figure_beside_its_target(self):
        """3 of 12 leads, 1 of 1 won, 140 of 200, 200 % of 400 %; one of four answered."""
        self._responses(alma="replied", bert="opened")
        self._aim(responses=4, leads=12, won=1, revenue=200, **{"return": 400})
        self.assertEqual(
            self._shown(),
            {
                "responses": (4, 1, 0.25),
                "leads": (12, 3, 0.25),
                "won": (1, 1, 1.0),
                "revenue": (200.0, 140.0, 0.7),
                "return": (400.0, 200.0, 0.5),
            },
        )

    def test_what_nobody_aimed_at_is_not_shown(self):
        self.assertEqual(self._shown(), {})
        self._aim(revenue=70, leads=0)
        self.assertEqual(self._shown(), {"revenue": (70.0, 140.0, 2.0)})
        [goal] = self.page()["goals"]
        self.assertEqual(goal["bar"], 1.0, "beyond the target the bar is full")

    def test_words_where_a_figure_cannot_be_told(self):
        """Summer sold nothing: no revenue and no return, but no leads are a figure."""
        self.summer.write({"target_revenue": 100, "target_return": 200, "target_leads": 5})
        word = "No sales in the window yet"
        self.assertEqual(
            self._shown(self.summer),
            {
                "leads": (5, 0, 0.0),
                "revenue": (100.0, word, None),
                "return": (200.0, word, None),
            },
        )

    def test_each_figure_opens_what_it_counts(self):
        self._responses(alma="replied", bert="opened")
        self._aim(responses=4, leads=12, won=1, revenue=200, **{"return": 400})
        opened = {
            goal["code"]: self.env[goal["model"]]
            .with_context(active_test=False, deal_campaigns=self.spring.ids)
            .search(goal["domain"])
            for goal in self.page()["goals"]
        }
        self.assertEqual(opened["responses"].partner_id, self.alma)
        self.assertEqual(opened["leads"], self.lead | self.chance | self.won)
        self.assertEqual(opened["won"], self.won)
        self.assertEqual(sum(opened["revenue"].mapped("revenue")), 140.0)
        self.assertEqual(sum(opened["return"].mapped("profit")), 100.0)

    def test_the_flow_and_the_return_page_agree(self):
        self._responses(alma="replied")
        self._aim(responses=4, leads=12, revenue=200)
        flow = self.spring.with_user(self.marketer).get_flow()
        self.assertEqual(len(flow["goals"]), 3)
        self.assertEqual(flow["goals"], self.page()["goals"])

    def test_the_report_prints_them(self):
        report = self.env.ref("crm_campaign_roi.campaign_return_report_action")

        def printed():
            html = report.with_user(self.marketer)._render_qweb_html(
                report.report_name, self.spring.ids
            )[0]
            return " ".join(html.decode().split())

        self.assertNotIn("What was aimed at", printed())
        self._aim(leads=12, revenue=200, **{"return": 400})
        html = printed()
        self.assertIn("What was aimed at", html)
        for width in ("25.0", "70.0", "50.0"):
            self.assertIn(f"width: {width}%", html)
        self.assertRegex(html, r"<td>Leads</td> <td[^>]*>\s*12\s*</td> <td[^>]*>\s*3\s*</td>")
        self.assertRegex(html, r"400\.0 %\s*</td> <td[^>]*>\s*200\.0 %\s*</td> <td[^>]*>\s*50 %")
