import random
from collections import defaultdict
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import tagged

from ..models.crm_attribution_run import MODELS
from ..report import journeys
from ..tools import attribution
from .test_deals import DealCase


class AttributionCase(DealCase):
    """Alma is touched on 1 March (spring), 4 March (summer), 8 March (of her own accord)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.number = 0
        cls.marketer = cls.make_user("mara_credit", "crm_campaign_roi.group_campaign_user")
        cls.controller = cls.make_user("cara_credit", "crm_campaign_roi.group_campaign_controller")

    @classmethod
    def touch(cls, day, campaign=None, partner=None, **values):
        """A row of the ledger: an e-mail by us, or a call of the customer's own."""
        cls.number += 1
        mailed = {"kind": "mail", "direction": "out", "channel": "email"}
        called = {"kind": "call", "direction": "in", "channel": "phone"}
        partner = partner or cls.alma
        cls.env["crm.touchpoint"]._append(
            [
                {
                    "res_model": "utm.tag",
                    "res_id": 10**8 + cls.number,
                    "event": "made",
                    "date": datetime.fromisoformat(f"{day} 10:00:00"),
                    "company_id": cls.company.id,
                    "partner_id": partner.id,
                    "campaign_id": campaign.id if campaign else None,
                    **(mailed if campaign else called),
                    **values,
                }
            ]
        )

    @classmethod
    def three_touches(cls, partner=None):
        cls.touch("2026-03-01", cls.spring, partner)
        cls.touch("2026-03-04", cls.summer, partner)
        cls.touch("2026-03-08", None, partner)

    @classmethod
    def run_of(cls, model="linear", **values):
        run = cls.env["crm.attribution.run"].create(
            {
                "company_id": cls.company.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "model": model,
                "basis": "ordered",
                "seed": 5,
                **values,
            }
        )
        run.action_compute()
        return run

    def by_name(self, run, *columns):
        return {key.name: tuple(round(key[column], 2) for column in columns) for key in run.key_ids}

    def revenues(self, run):
        """Revenue by key, without keys that got nothing."""
        return {name: value for name, (value,) in self.by_name(run, "revenue").items() if value}


OWN, UNKNOWN = "The customer's own accord", "Not known: no contact before the deal"


@tagged("post_install", "-at_install")
class TestAttribution(AttributionCase):
    """ROI-2: the credit for deals by eight models; parts add up to the deals to the cent."""

    abroad = False

    def test_rules_share_a_deal_of_a_hundred(self):
        """Time decay with half-lives of 7 days: 7, 4 and 0 days before the nearest, that is
        0.5, 0.673, 1 of 2.173."""
        self.three_touches()
        self.sold(self.spring)
        expected = {
            "first": {"Spring": 100.0},
            "last": {OWN: 100.0},
            "last_non_direct": {"Summer": 100.0},
            # a cent left over goes to the earliest of equal remainders
            "linear": {"Spring": 33.34, "Summer": 33.33, OWN: 33.33},
            "position": {"Spring": 40.0, "Summer": 20.0, OWN: 40.0},
            "time_decay": {"Spring": 23.01, "Summer": 30.97, OWN: 46.02},
        }
        for model, parts in expected.items():
            self.assertEqual(self.revenues(self.run_of(model)), parts, model)

    def test_profit_is_shared_like_revenue(self):
        self.three_touches()
        self.sold(self.spring)
        run = self.run_of("position")
        self.assertEqual(self.by_name(run, "deals", "profit")["Spring"], (0.4, 24.0))  # of 100 - 40
        self.assertEqual((run.deal_count, run.revenue, run.profit), (1, 100.0, 60.0))

    def test_a_deal_without_touches_is_not_known(self):
        self.sold(self.spring)
        run = self.run_of("first")
        self.assertEqual(self.revenues(run), {UNKNOWN: 100.0})
        self.assertEqual(run.deals_without_touch, 1)

    def test_touches_before_the_look_back_and_after_the_order_do_not_count(self):
        self.touch("2026-02-20", self.summer)
        self.touch("2026-03-09", self.spring)
        self.touch("2026-03-11", self.summer)
        self.sold(self.spring)  # on 10 March
        self.assertEqual(self.revenues(self.run_of(lookback_days=10)), {"Spring": 100.0})
        self.assertEqual(
            self.revenues(self.run_of(lookback_days=30)), {"Spring": 50.0, "Summer": 50.0}
        )

    def test_an_invoice_looks_back_from_its_order(self):
        """What came between order and invoice brought nothing."""
        self.touch("2026-03-09", self.spring)
        order = self.sold(self.spring)
        self.touch("2026-03-15", self.summer)
        self.bill(order, "2026-03-20")
        self.assertEqual(self.revenues(self.run_of(basis="invoiced")), {"Spring": 100.0})

    def test_a_credit_note_takes_the_credit_back(self):
        self.touch("2026-03-01", self.spring)
        self.touch("2026-03-25", self.summer)
        move = self.invoice(self.alma, "2026-03-10", (10, 10.0))
        refund = move._reverse_moves([{"invoice_date": "2026-03-28"}])
        refund.invoice_line_ids.quantity = 3
        refund.action_post()
        run = self.run_of(basis="invoiced")
        self.assertEqual(self.revenues(run), {"Spring": 70.0})
        self.assertEqual(run.deal_count, 1)

    def test_one_mailing_is_one_touch(self):
        """Sent, opened and clicked are one; with "clicked", who only opened was not touched."""
        mailing = {"kind": "mailing", "res_model": "mailing.trace"}
        for event, day in (("sent", "2026-03-01"), ("opened", "2026-03-02")):
            self.touch(day, self.spring, event=event, res_id=10**8, **mailing)
        self.touch("2026-03-04", self.summer)
        self.sold(self.spring)
        self.assertEqual(self.revenues(self.run_of()), {"Spring": 50.0, "Summer": 50.0})
        run = self.run_of(mailing_event="clicked")
        self.assertEqual(self.revenues(run), {"Summer": 100.0})

    def test_contacts_and_documents_of_the_customer(self):
        """Contacts of a company touch it; an invoice or a voided touch is no touch."""
        self.touch("2026-03-01", self.spring, self.contact)
        self.touch("2026-03-02", self.summer, kind="invoice")
        self.touch("2026-03-03", self.summer, res_id=10**8 + 77)
        self.touch("2026-03-03", self.summer, res_id=10**8 + 77, voided=True)
        self.touch("2026-03-05", self.summer, self.bert)
        self.sold(self.spring)
        self.assertEqual(self.revenues(self.run_of()), {"Spring": 100.0})

    def test_levels(self):
        user = self.marketer
        source = self.env["utm.source"].create({"name": "Leaflet"})
        self.touch("2026-03-01", self.spring, user_id=user.id, utm_source_id=source.id)
        self.touch("2026-03-02", self.summer, channel="phone")
        self.sold(self.spring)
        other = "Other contacts"
        self.assertEqual(
            self.revenues(self.run_of(level="salesperson")), {user.name: 50.0, other: 50.0}
        )
        self.assertEqual(
            self.revenues(self.run_of(level="content")), {"Leaflet": 50.0, other: 50.0}
        )
        run = self.run_of(level="content", keyed_only=True)
        self.assertEqual(self.revenues(run), {"Leaflet": 100.0})
        self.assertEqual(run.key_ids.filtered("source_id").source_id, source)
        by_channel = self.revenues(self.run_of(level="channel"))
        self.assertEqual(sorted(by_channel.values()), [50.0, 50.0])

    def test_the_mailing_of_a_wave(self):
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Spring sale",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        )
        trace = self.env["mailing.trace"].create(
            {
                "mass_mailing_id": mailing.id,
                "model": "res.partner",
                "res_id": self.alma.id,
                "email": "a@example.com",
            }
        )
        self.env.flush_all()
        values = {"kind": "mailing", "event": "sent", "res_model": "mailing.trace"}
        self.touch("2026-03-01", self.spring, res_id=trace.id, **values)
        self.sold(self.spring)
        run = self.run_of(level="mailing")
        self.assertEqual(run.key_ids.mailing_id, mailing)
        self.assertEqual(self.revenues(run), {mailing.display_name: 100.0})
        self.assertEqual(self.revenues(self.run_of(level="wave")), {"Other contacts": 100.0})
        wave = self.env["crm.campaign.wave"].create(
            {"name": "First wave", "campaign_id": self.spring.id}
        )
        mailing.wave_id = wave
        run = self.run_of(level="wave")
        self.assertEqual(run.key_ids.wave_id, wave)
        self.assertEqual(self.revenues(run), {wave.display_name: 100.0})

    def test_markov_takes_journeys_without_a_deal(self):
        """C1-C2-C3 sells, C1 alone and C2-C3 do not: effects 1/2, 1, 1 share the deal as 0.2, 0.4,
        0.4 (the textbook case of tests/unit/test_campaign_attribution.py)."""
        autumn = self.env["utm.campaign"].create({"title": "Autumn"})
        for campaign, day in ((self.spring, 1), (self.summer, 2), (autumn, 3)):
            self.touch(f"2026-03-0{day}", campaign)
        self.touch("2026-03-01", self.spring, self.bert)
        self.touch("2026-03-02", self.summer, self.cora)
        self.touch("2026-03-03", autumn, self.cora)
        self.sold(self.spring)
        run = self.run_of("markov")
        self.assertEqual(self.revenues(run), {"Spring": 20.0, "Summer": 40.0, "Autumn": 40.0})
        self.assertEqual(
            self.by_name(run, "effect"),
            {"Spring": (0.5,), "Summer": (1.0,), "Autumn": (1.0,), UNKNOWN: (0.0,)},
        )

    def test_shapley_of_two_channels(self):
        """v(A) = 1/2, v(B) = 0, v(AB) = 2/4 as B fails alone: A (1/2 + 1/2) / 2, B 0: all to A."""
        self.touch("2026-03-01", self.spring)
        self.touch("2026-03-02", self.spring, self.bert)
        self.sold(self.spring)
        self.touch("2026-03-02", self.summer, self.cora)
        run = self.run_of("shapley")
        self.assertEqual(self.revenues(run), {"Spring": 100.0})

    def test_every_model_adds_up_to_the_cent(self):
        draw = random.Random(3)
        campaigns = self.spring | self.summer
        partners = self.env["res.partner"].create([{"name": f"Buyer {n}"} for n in range(12)])
        for partner in partners:
            for _touch in range(draw.randint(0, 5)):
                day = f"2026-03-{draw.randint(1, 20):02}"
                self.touch(day, draw.choice([*campaigns, None]), partner)
            for _order in range(draw.randint(0, 2)):
                price = draw.randint(1, 9999) / 100
                day = f"2026-03-{draw.randint(1, 28):02}"
                self.order(partner, f"{day} 12:00:00", draw.randint(1, 7), price, 0.77)
        sales = self.env["crm.campaign.sale"].search(
            [("basis", "=", "ordered"), ("company_id", "=", self.company.id)]
        )
        deals = {row.document: (row.revenue, row.profit) for row in sales}
        for model, _label in MODELS:
            self._assert_adds_up(self.run_of(model), deals)

    def _assert_adds_up(self, run, deals):
        sums = defaultdict(lambda: [0.0, 0.0, 0.0])
        for credit in self.env["crm.attribution.credit"].search([("run_id", "=", run.id)]):
            for place, name in enumerate(("revenue", "profit", "share")):
                sums[credit.document][place] += credit[name]
        self.assertEqual(set(sums), set(deals))
        for document, (revenue, profit, share) in sums.items():
            found = (round(revenue, 6), round(profit, 6), round(share, 6))
            self.assertEqual(found, (*(round(part, 2) for part in deals[document]), 1.0), run.model)

    def test_rules_in_sql_are_those_of_the_tools(self):
        """Weights of drawn journeys by statement and by ``tools.attribution``."""
        draw, journey = random.Random(9), []
        days = sorted(draw.sample(range(1, 28), 6))
        for day in days:
            campaign = draw.choice([self.spring, self.summer, None])
            self.touch(f"2026-03-{day:02}", campaign)
            before = datetime(2026, 3, 28, 12) - datetime(2026, 3, day, 10)
            journey.append(
                attribution.Touch(
                    campaign.id if campaign else journeys.DIRECT,
                    before / timedelta(days=1),
                    not campaign,
                )
            )
        self.sold(self.spring, day="2026-03-28")
        for model, rule in attribution.RULES.items():
            expected = defaultdict(float)
            for touch, weight in zip(journey, rule(journey), strict=True):
                expected[touch.key] += weight
            found = {key.ref: key.deals for key in self.run_of(model).key_ids}
            for ref, weight in expected.items():
                self.assertAlmostEqual(found[ref], weight, 6, model)

    def test_goods_without_a_cost_have_no_profit(self):
        free = self.env["product.product"].create({"name": "Advice", "type": "service"})
        self.touch("2026-03-01", self.spring)
        self.invoice(self.alma, "2026-03-10", (1, 50.0, free))
        run = self.run_of(basis="invoiced")
        key = run.key_ids.filtered("campaign_id")
        self.assertEqual((key.revenue, key.profit, run.profit), (50.0, False, False))

    def test_queries_do_not_grow(self):
        def fill(count):
            partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(count)])
            for partner in partners:
                self.touch("2026-03-02", self.spring, partner)
                self.order(partner, "2026-03-10 12:00:00", 1, 10.0, 4.0)
            self.env.flush_all()

        counts = []
        for count in (2, 18):
            fill(count)
            for model in ("linear", "markov"):
                run = self.run_of(model)
                run.action_draft()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                run.action_compute()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[:2], counts[2:])


@tagged("post_install", "-at_install")
class TestAttributionRuns(AttributionCase):
    """ROI-2: locked results, models side by side, who may do what."""

    def test_a_locked_run_never_moves(self):
        self.three_touches()
        order = self.sold(self.spring)
        run = self.run_of("position")
        run.with_user(self.controller).action_lock()
        self.assertEqual((run.state, run.locked_by_id), ("locked", self.controller))
        parts = self.revenues(run)
        order._action_cancel()
        self.touch("2026-03-09", self.spring)
        for act in (run.action_compute, run.action_draft, run.unlink):
            with self.assertRaises(UserError):
                act()
        with self.assertRaises(UserError):
            run.lookback_days = 5
        self.summer.unlink()
        self.assertEqual(self.revenues(run), parts)

    def test_settings_belong_to_a_result(self):
        run = self.run_of()
        with self.assertRaises(ValidationError):
            run.model = "first"
        run.action_draft()
        self.assertFalse(run.key_ids)
        run.model = "first"
        self.assertEqual(run.state, "draft")

    def test_computing_again_changes_nothing(self):
        self.three_touches()
        self.sold(self.spring)
        run = self.run_of("time_decay")
        parts = self.revenues(run)
        run.action_compute()
        self.assertEqual(self.revenues(run), parts)

    def test_models_side_by_side(self):
        self.three_touches()
        self.sold(self.spring)
        run = self.run_of("position")
        action = run.action_compare()
        self.assertEqual(action["params"], {"run_id": run.id})
        found = run.get_comparison()
        self.assertEqual(len(found["columns"]), len(MODELS))
        self.assertEqual({column["revenue"] for column in found["columns"]}, {100.0})
        rows = {row["name"]: row for row in found["rows"]}
        self.assertEqual(rows["Spring"]["cells"][run.id]["revenue"], 40.0)
        self.assertEqual(rows["Spring"]["cells"][run.id]["profit"], 24.0)
        self.assertEqual([row["origin"] for row in found["rows"]][-2:], ["direct", "unknown"])
        # nothing is computed twice, and other settings are another comparison
        run.action_compare()
        self.assertEqual(len(run._comparable()), len(MODELS))
        self.assertEqual(len(self.run_of(lookback_days=5)._comparable()), 1)

    def _earlier(self, run, day):
        """*run* was computed on *day*."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_attribution_run SET computed_on = %s WHERE id = %s",
            [f"{day} 09:00:00", run.id],
        )
        run.invalidate_recordset()

    def test_columns_of_other_documents_are_marked_and_computed_anew(self):
        """Linear is locked at one deal of 100, first was computed before the second deal came."""
        self.three_touches()
        self.sold(self.spring)
        locked, first = self.run_of("linear"), self.run_of("first")
        locked.with_user(self.controller).action_lock()
        self._earlier(locked, "2026-04-01")
        self._earlier(first, "2026-04-02")
        self.sold(self.spring)
        last = self.run_of("last")
        found = {column["label"]: column for column in last.get_comparison()["columns"]}
        self.assertEqual(
            {label: (column["stale"], column["revenue"]) for label, column in found.items()},
            {
                "First touch": (True, 100.0),
                "Last touch": (False, 200.0),
                "Linear": (True, 100.0),
            },
        )
        self.assertEqual(found["Linear"]["computed_on"], "2026-04-01 09:00:00")
        last.action_compare()
        stale = {
            column["label"]: column["revenue"]
            for column in last.get_comparison()["columns"]
            if column["stale"]
        }
        self.assertEqual(stale, {"Linear": 100.0})
        self.assertEqual(first.revenue, 200.0)

    def test_a_model_that_cannot_be_computed_is_told_and_left_out(self):
        """Eleven campaigns in one journey: above ten keys Shapley is drawn by lot."""
        campaigns = self.env["utm.campaign"].create([{"title": f"C{n}"} for n in range(11)])
        for campaign in campaigns:
            self.touch("2026-03-02", campaign)
        self.sold(self.spring)
        drawn = self.run_of("shapley")
        self.assertEqual(sum(self.revenues(drawn).values()), 100.0)
        with patch.object(attribution, "MOST_WORK", 0):
            action = self.run_of("linear", lookback_days=80).action_compare()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("Shapley: There are too many different journeys", action["params"]["message"])
        run = self.env["crm.attribution.run"].browse(action["params"]["next"]["params"]["run_id"])
        self.assertEqual(len(run.get_comparison()["columns"]), len(MODELS) - 1)

    def test_markov_of_a_higher_order(self):
        """Alma: A B A, sold. Bert: B A, nothing. Of order 2 her last state is (B, A), as his:
        half of the journeys sell; without A or B none do, so that both have the same effect."""
        for day, campaign in (("01", self.spring), ("02", self.summer), ("03", self.spring)):
            self.touch(f"2026-03-{day}", campaign)
        for day, campaign in (("02", self.summer), ("03", self.spring)):
            self.touch(f"2026-03-{day}", campaign, self.bert)
        self.sold(self.spring)
        for order in ("2", "3"):
            parts = self.revenues(self.run_of("markov", markov_order=order))
            self.assertEqual(parts, {"Spring": 50.0, "Summer": 50.0}, order)

    def test_who_may_compute_and_lock(self):
        run = self.run_of()
        run.with_user(self.marketer).action_compute()
        with self.assertRaises(AccessError):
            run.with_user(self.marketer).action_lock()
        with self.assertRaises(AccessError):
            run.with_user(self.marketer).state = "locked"
        with self.assertRaises(AccessError):
            run.with_user(self.marketer).copy({"state": "locked"})
        with self.assertRaises(AccessError):
            run.with_user(self.marketer).key_ids.unlink()
        emma = self.make_user("emma_credit", "base.group_user")
        seller = self.make_user("sam_credit", "sales_team.group_sale_salesman")
        for user in (emma, seller):
            with self.assertRaises(AccessError):
                run.with_user(user).get_comparison()
            with self.assertRaises(AccessError):
                run.with_user(user).action_compute()

    def test_other_companies_see_nothing(self):
        self.sold(self.spring)
        run = self.run_of()
        stranger = self.make_user("mia_credit", "crm_campaign_roi.group_campaign_user")
        stranger.write(
            {
                "company_ids": [Command.set(self.company_eur.ids)],
                "company_id": self.company_eur.id,
            }
        )
        for model in ("run", "key", "credit"):
            rows = self.env[f"crm.attribution.{model}"].with_user(stranger)
            self.assertFalse(rows.search([]))
        with self.assertRaises(AccessError):
            run.with_user(stranger).action_compute()

    def test_figures_open_their_deals(self):
        self.three_touches()
        order = self.sold(self.spring)
        run = self.run_of("position")
        key = run.key_ids.filtered(lambda key: key.campaign_id == self.spring)
        action = key.action_open_credits()
        parts = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(parts.order_id, order)
        self.assertEqual(parts.action_open_source()["res_id"], order.id)
        self.assertEqual(Date.to_string(parts.date), "2026-03-10")
        action = run.action_open_credits()
        self.assertEqual(
            sum(self.env[action["res_model"]].search(action["domain"]).mapped("revenue")), 100
        )
