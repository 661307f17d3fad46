"""Campaigns that are merged (ROI-1, ROI-2): figures add up by hand, nothing is doubled or lost."""

import re

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL

from ..report import campaign_merge as sql
from . import test_access_matrix
from .common_campaign import MODULE
from .common_campaign_world import CampaignWorldCase
from .common_waves import NOW, WaveCase
from .test_links import LinkCase

FIGURES = (
    "target_count",
    "control_count",
    "response_count",
    "cost_actual",
    "revenue",
    "gross_profit",
    "deal_count",
    "campaign_return",
    "net_return",
)


class MergeCase(WaveCase):
    """Spring stays; *Spring again* goes. Anna and Bert are targets of both.

    ============  =================================  ==========================
    .             Spring                             Spring again
    ============  =================================  ==========================
    in, treated   Bert Carl Dora Emil Fritz, lead    Anna Hans Ina
    in, control   Anna
    removed                                          Bert
    letters sent  Bert Carl Dora Emil Fritz          Anna Hans Ina
    responded     Carl                               Anna Hans
    cost by hand  60                                 40
    pumps sold    1 and 1 at 100                     3 at 100
    ============  =================================  ==========================

    A pump costs 40.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hans, cls.ina = cls._people(["Hans", "Ina"])
        cls.again = cls._campaign("Spring again")
        cls.again.audience_ids = cls._members("More", cls.anna | cls.bert | cls.hans | cls.ina)
        cls._run_campaign(cls.again)
        cls.both = cls.campaign | cls.again
        cls.both.write({"basis": "ordered"})
        for campaign in cls.both:
            campaign._fill_targets()
        cls._target(cls.campaign, cls.anna).arm = "control"
        cls._target(cls.again, cls.bert).state = "removed"
        cls.env.flush_all()
        cls.waves = cls.env["crm.campaign.wave"]
        for campaign in cls.both:
            cls.waves |= cls._send(campaign)
        cls._spend_and_sell()

    @classmethod
    def _target(cls, campaign, person):
        return cls.env["crm.campaign.target"].search(
            [("campaign_id", "=", campaign.id), ("partner_id", "=", person.id)]
        )

    @classmethod
    def _send(cls, campaign):
        wave = cls._wave(f"Letter of {campaign.title}", campaign, method="letter")
        wave.action_start()
        wave.sudo()._run(NOW)
        return wave

    @classmethod
    def _spend_and_sell(cls):
        cls.env["crm.campaign.cost"].create(
            [
                {"name": "Print", "campaign_id": campaign.id, "amount": amount, "date": NOW}
                for campaign, amount in zip(cls.both, (60, 40), strict=True)
            ]
        )
        cls.env["crm.campaign.response"].create(
            [
                {"campaign_id": campaign.id, "partner_id": person.id, "kind_id": cls._kind().id,
                 "date": NOW}
                for campaign, person in (
                    (cls.campaign, cls.carl), (cls.again, cls.anna), (cls.again, cls.hans),
                )
            ]
        )  # fmt: skip
        pump = cls.env["product.product"].create(
            {"name": "Pump", "list_price": 100, "standard_price": 40, "taxes_id": False}
        )
        cls.orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": cls.carl.id,
                    "campaign_id": campaign.id,
                    "order_line": [
                        Command.create({"product_id": pump.id, "product_uom_qty": quantity})
                    ],
                }
                for campaign, quantity in ((cls.campaign, 1), (cls.campaign, 1), (cls.again, 3))
            ]
        )
        cls.orders.action_confirm()
        cls.env.flush_all()

    @classmethod
    def _kind(cls):
        return cls.env.ref(f"{MODULE}.response_kind_replied")

    def _figures(self, campaign):
        self.env.flush_all()
        self.env.invalidate_all()
        sent = sum(campaign.wave_ids.mapped("sent_count"))
        return (sent, *(round(campaign[name], 2) for name in FIGURES))

    def _merge(self, user=None, kept=None, gone=None):
        kept = (kept or self.campaign).with_user(user or self.mona)
        merged = kept._merge_campaigns((gone or self.again).with_user(user or self.mona))
        self.env.invalidate_all()
        return merged

    def _refused(self, words, **options):
        before = self._snapshot()
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self._merge(**options)
        self.assertEqual(self._snapshot(), before)

    def _snapshot(self):
        """Number of rows of each campaign in each place that names one."""
        self.env.flush_all()
        return {
            place: self.env.execute_query(
                SQL(
                    "SELECT %(column)s, COUNT(*) FROM %(table)s WHERE %(column)s = ANY(%(ids)s)"
                    " GROUP BY 1 ORDER BY 1",
                    table=SQL.identifier(place[0]),
                    column=SQL.identifier(place[1]),
                    ids=self.both.ids,
                )
            )
            for place in sql.columns(self.env)
        }


@tagged("post_install", "-at_install")
class TestMerge(MergeCase):
    def test_figures_are_the_sum(self):
        """Return before: profit 120 ÷ 60 = 200 % and 180 ÷ 40 = 450 %; after: 300 ÷ 100 = 300 %.

        Persons: 7 and 4, of whom Anna and Bert are in both: 9; Bert was removed: 8 are in. Anna
        got a letter, so nobody is left in the control group. Letters: 5 and 3.
        """
        self.assertEqual(
            self._figures(self.campaign), (5, 6, 1, 1, 60.0, 200.0, 120.0, 2, 200.0, 100.0)
        )
        self.assertEqual(
            self._figures(self.again), (3, 3, 0, 2, 40.0, 300.0, 180.0, 1, 450.0, 350.0)
        )
        self._merge()
        self.assertEqual(
            self._figures(self.campaign), (8, 8, 0, 3, 100.0, 500.0, 300.0, 3, 300.0, 200.0)
        )
        self.assertEqual(len(self.campaign.target_ids), 9)
        self.assertEqual(self._figures(self.again), (0, 0, 0, 0, 0.0, 0.0, 0.0, 0, 0.0, 0.0))

    def test_persons_in_both_are_one(self):
        waves = self.waves
        self._merge()
        anna, bert = (self._target(self.campaign, one) for one in (self.anna, self.bert))
        self.assertEqual((anna.arm, anna.state), ("treated", "in"))
        self.assertEqual((bert.arm, bert.state), ("treated", "removed"))
        rows = self.env["crm.campaign.delivery"].search([("partner_id", "=", self.anna.id)])
        self.assertEqual(rows.target_id, anna)
        self.assertEqual(rows.campaign_id, self.campaign)
        self.assertEqual(rows.filtered(lambda row: row.state == "sent").wave_id, waves[1])
        answers = self.env["crm.campaign.response"].search([("partner_id", "=", self.anna.id)])
        self.assertEqual(answers.target_id, anna)

    def test_the_same_document_and_handover_count_once(self):
        """Anna's answer and opportunity stand with both campaigns: each stays once."""
        anna = {one: self._target(one, self.anna) for one in self.both}
        for campaign, target in anna.items():
            self.env["crm.campaign.handover"].create(
                {"campaign_id": campaign.id, "target_id": target.id, "partner_id": self.anna.id,
                 "kind": "lead", "date": NOW}
            )  # fmt: skip
            self.env["crm.campaign.response"].create(
                {"campaign_id": campaign.id, "partner_id": self.anna.id,
                 "kind_id": self._kind().id, "date": NOW}
            )  # fmt: skip
        answers = self.env["crm.campaign.response"].search(
            [("partner_id", "=", self.anna.id)], order="id desc", limit=2
        )
        self.env.cr.execute(
            "UPDATE crm_campaign_response SET res_model = 'crm.lead', res_id = %s, event = 'x'"
            " WHERE id = ANY(%s)",
            (self.lead.id, answers.ids),
        )
        self.env.invalidate_all()
        self._merge()
        mine = [("campaign_id", "=", self.campaign.id), ("partner_id", "=", self.anna.id)]
        self.assertEqual(self.env["crm.campaign.handover"].search_count(mine), 1)
        # the one of setUp, by hand without a document, and one of the two of the document
        self.assertEqual(self.env["crm.campaign.response"].search_count(mine), 2)
        kept = self.env["crm.campaign.response"].search([*mine, ("event", "=", "x")])
        self.assertEqual(kept.target_id, self._target(self.campaign, self.anna))

    def test_an_overhead_that_both_carry(self):
        """30 each: the one that stays carries 60, and its cost is 60 + 40 + 60."""
        pool = self.env["crm.campaign.pool"].create(
            {
                "name": "Rent", "is_typed": True, "typed_amount": 60, "reason": "Agreed",
                "key": "share", "date_from": "2026-03-01", "date_to": "2026-03-31",
                "line_ids": [Command.create({"campaign_id": one.id}) for one in self.both],
            }
        )  # fmt: skip
        pool.action_preview()
        pool.action_post()
        self._merge()
        self.assertEqual(pool.line_ids.campaign_id, self.campaign)
        self.assertEqual(pool.line_ids.mapped("amount"), [60.0])
        self.assertEqual(self.campaign.cost_actual, 160.0)

    def test_a_second_merge_changes_nothing(self):
        self._merge()
        before, figures = self._snapshot(), self._figures(self.campaign)
        self.assertFalse(self._merge())
        self.assertEqual(self._snapshot(), before)
        self.assertEqual(self._figures(self.campaign), figures)

    def test_the_others_are_closed_and_lead_to_the_one_that_stays(self):
        self.again.code = "AGAIN"
        self._merge()
        self.assertEqual((self.again.phase, self.again.active), ("cancelled", False))
        self.assertEqual(self.again.merged_into_id, self.campaign)
        self.assertIn(f'data-oe-id="{self.campaign.id}"', self._note(self.again))
        self.assertIn(f'data-oe-id="{self.again.id}"', self._note(self.campaign))
        with self.assertRaisesRegex(UserError, "was merged into Spring and stays closed"):
            self.again.action_to_draft()
        found = self.env["utm.mixin"]._find_or_create_record("utm.campaign", self.again.name)
        self.assertEqual(found, self.campaign)
        lead = self.env["crm.lead"].create({"name": "Late", "campaign_code": "again"})
        self.assertEqual(lead.campaign_id, self.campaign)
        link = self.env["crm.campaign.link"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        )
        self.assertEqual(link.how, "code")

    def _note(self, campaign):
        return str(campaign.message_ids.sorted("id")[-1].body)

    def test_chains_end_at_the_last(self):
        summer = self._campaign("Summer")
        self._merge()
        self._merge(kept=summer, gone=self.campaign)
        self.assertEqual(self.both.merged_into_id, summer)
        self.assertEqual(summer.cost_actual, 100.0)

    def test_conditions_on_the_one_that_went_find_its_persons(self):
        self._merge()
        found = self.env["res.partner"].search([("campaign_target_ids", "in", self.campaign.ids)])
        self.assertIn(self.hans, found)
        for fact in ("campaign_target", "campaign_reached", "campaign_response"):
            with self.subTest(fact=fact):
                self.assertIn(self.hans, self._fact(fact, self.again))
                self.assertEqual(self._fact(fact, self.again), self._fact(fact, self.campaign))
        self.assertEqual(self.campaign.audience_ids.mapped("name"), ["All", "More"])

    def _fact(self, fact, campaign):
        condition = {"fact": fact, "operator": "in", "value": campaign.ids, "params": {}}
        facts = self.env["crm.customer.fact"].with_user(self.mara)
        query = facts._select({"operator": "and", "conditions": [condition]}, level="contact")
        return self.env["res.partner"].browse(sorted(r[0] for r in self.env.execute_query(query)))

    # -- refused ---------------------------------------------------------------------------------

    def test_targets_that_are_being_chosen(self):
        self.company.campaign_choose_at_once = 0
        self.again.with_user(self.mara).action_fill_targets()
        self._refused("The targets of Spring again are being chosen: wait")

    def test_waves_that_still_go_out(self):
        wave = self._wave("Later", self.again, date_planned="2027-01-01 00:00:00")
        wave.action_start()
        self._refused("The wave Later of Spring again would go to the targets of both")

    def test_what_is_settled_or_locked(self):
        self.env["crm.campaign.result"]._lock(self.again, NOW.date())
        self._refused("Spring again has locked results")
        # the locked figures of the one that stays show a difference, they do not move
        self.assertEqual(self._merge(kept=self.again, gone=self.campaign), self.campaign)
        self.assertEqual(self.again.result_ids.cost, 40.0)
        self.assertEqual(self.again.result_ids.cost_since, 60.0)

    def test_what_is_settled(self):
        self.again._set_phase("finished")
        self.again._set_phase("settled")
        self._refused("Spring again is settled")
        self._refused("Spring again is settled", kept=self.again, gone=self.campaign)

    def test_commitments_within_an_approved_budget(self):
        kind = self.env["crm.campaign.cost.kind"].create({"name": "Stand"})
        self.env["crm.campaign.budget"].sudo().create(
            {"campaign_id": self.again.id, "kind_id": kind.id, "amount": 500}
        )
        self.env["crm.campaign.cost"].create(
            {"name": "Hall", "campaign_id": self.again.id, "kind_id": kind.id, "amount": 300,
             "stage": "committed"}
        )  # fmt: skip
        self._refused("commitments within its approved budget")

    def test_commitments_without_a_budget_need_room(self):
        """60 and 40 were spent, 300 are promised: a budget of 399 has no room, one of 400 has."""
        kind = self.env["crm.campaign.cost.kind"].create({"name": "Stand"})
        budget = self.env["crm.campaign.budget"].sudo()
        budget = budget.create({"campaign_id": self.again.id, "kind_id": kind.id, "amount": 900})
        self.env["crm.campaign.cost"].create(
            {"name": "Hall", "campaign_id": self.again.id, "kind_id": kind.id, "amount": 300,
             "stage": "committed"}
        )  # fmt: skip
        budget.unlink()
        budget = budget.create({"campaign_id": self.campaign.id, "kind_id": kind.id, "amount": 399})
        self._refused("more than what is left of the budget of Spring")
        budget.amount = 400
        self._merge()
        self.assertEqual(self.campaign.cost_committed, 300.0)

    def test_what_waits_for_an_approval(self):
        approver = Command.create({"user_id": self.mona.id})
        self.env["crm.campaign.approval.rule"].search([]).active = False
        self.env["crm.campaign.approval.rule"].create({"name": "All", "step_ids": [approver]})
        asked = self._campaign("Asked")
        asked.with_user(self.mara).action_apply()
        self._refused("Asked waits for an approval", gone=asked)
        self._refused("Asked waits for an approval", kept=asked, gone=self.again)

    def test_a_campaign_with_responses_is_not_deleted(self):
        few = self._campaign("Few")
        few.audience_ids = self._members("One", self.anna)
        few._fill_targets()
        self.env["crm.campaign.response"].create(
            {"campaign_id": few.id, "partner_id": self.anna.id, "kind_id": self._kind().id}
        )
        with self.assertRaisesRegex(UserError, "Few has responses: archive it"):
            few.unlink()

    def test_one_is_part_of_the_other(self):
        self.campaign.parent_id = self.again
        self._refused("Spring is part of Spring again")
        part = self._campaign("Part", parent_id=self.campaign.id)
        self._merge(kept=self.again, gone=self.campaign)
        self.assertEqual(part.parent_id, self.again)
        self.assertFalse(self.again.parent_id)

    def test_analytic_accounts(self):
        plan = self.env["account.analytic.plan"].create({"name": "Marketing"})
        accounts = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("One", "Two")]
        )
        self.campaign.analytic_account_id, self.again.analytic_account_id = accounts
        self._refused("Spring, Spring again have an analytic account each")
        self.campaign.analytic_account_id = False
        self._merge()
        self.assertEqual(self.campaign.analytic_account_id, accounts[1])
        self.assertFalse(self.again.analytic_account_id)

    def test_other_companies(self):
        self.again.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaisesRegex(AccessError, "another company"):
            self._merge()
        with self.assertRaisesRegex(UserError, "campaigns of different companies"):
            self.campaign.sudo()._merge_campaigns(self.again.sudo())

    # -- rights and dialog -----------------------------------------------------------------------

    def test_who_may(self):
        for user in (self.mara, self.cara, self.paul, self.emma):
            with self.assertRaisesRegex(AccessError, "merged by marketing managers"):
                self._merge(user)
        group = f"{MODULE}.group_campaign_manager"
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = new_test_user(
            self.env, "mona_other", groups=group,
            company_id=company.id, company_ids=[Command.set(company.ids)],
        )  # fmt: skip
        self.both.company_id = self.company
        with self.assertRaisesRegex(AccessError, "another company"):
            self._merge(other)
        self.assertEqual(self._merge(self.mona), self.again)

    def test_the_dialog(self):
        wizard = self.env["crm.campaign.merge"].with_user(self.mona)
        wizard = wizard.with_context(active_ids=self.both.ids).create({})
        self.assertEqual((wizard.campaign_ids, wizard.kept_id), (self.both, self.campaign))
        self.assertFalse(wizard.refused)
        moves = dict(re.findall(r"<li>([^<]+): (\d+)</li>", wizard.moves))
        # 4 targets, 4 rows of deliveries less Bert's, 2 responses, 1 cost, 1 order, 1 wave
        names = ("target", "delivery", "response", "cost", "wave")
        found = [moves[self._name(f"crm.campaign.{name}")] for name in names]
        self.assertEqual(found, ["4", "3", "2", "1", "1"])
        self.assertEqual(moves[self._name("sale.order")], "1")
        self.assertIn("become one: 2<", wizard.warnings)
        wizard.kept_id = self.again
        self.assertIn("become one: 2<", wizard.warnings)
        wizard.kept_id = self.campaign
        action = wizard.action_merge()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("utm.campaign", self.campaign.id)
        )
        self.assertEqual(self.again.merged_into_id, self.campaign)

    def _name(self, model):
        return self.env["ir.model"]._get(model).name

    def test_the_dialog_says_what_is_against_it(self):
        self.again.is_template = True
        wizard = self.env["crm.campaign.merge"].with_user(self.mona)
        wizard = wizard.create({"campaign_ids": self.both.ids})
        self.assertIn("Spring again is a template.", wizard.refused)
        one = wizard.create({"campaign_ids": self.campaign.ids})
        with self.assertRaisesRegex(UserError, "two campaigns or more"):
            one.action_merge()

    def test_statements_do_not_grow_with_targets(self):
        """As many statements for 4 persons as for 400 more."""

        def count(gone):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.campaign.sudo()._merge_campaigns(gone)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = (self._campaign(title) for title in ("Few", "Many"))
        people = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(404)])
        few.audience_ids, many.audience_ids = (
            self._members(f"A{len(some)}", some) for some in (people[:4], people[4:])
        )
        few._fill_targets()
        many._fill_targets()
        count(self._campaign("Warm"))
        self.assertLessEqual(abs(count(many) - count(few)), 2)
        self.assertEqual(len(self.campaign.target_ids), 7 + 404)


@tagged("post_install", "-at_install")
class TestMergeTour(WaveCase, HttpCase):
    """ROI-1: from the list, in a browser."""

    def test_a_manager_merges_two_campaigns(self):
        manager = new_test_user(
            self.env, "max_merge", f"base.group_user,{MODULE}.group_campaign_manager"
        )
        kept = self._campaign("Meadow once", user_id=manager.id)
        gone = self._campaign("Meadow twice", user_id=manager.id)
        self.start_tour(
            "/odoo/campaigns?view_type=list", "crm_campaign_roi_merge", login="max_merge"
        )
        self.assertEqual((gone.merged_into_id, gone.active, kept.active), (kept, False, True))


@tagged("post_install", "-at_install")
class TestMergeDocuments(LinkCase):
    abroad = False

    def test_documents_of_the_one_that_goes(self):
        """Spring: 100 less 40. Summer: 5 pumps at 30 = 150, less 20. Sum: 250, 60, 190."""
        lead = self.lead(campaign_id=self.summer.id)
        self.bill(self.sold(self.spring), "2026-03-20")
        order = self.sold(self.summer, 5, 30.0)
        move = self.bill(order, "2026-03-20")
        self.pay(move, 150.0, "2026-03-25")
        self.Link._fill_payments()
        payment = move.matched_payment_ids
        self.spring._merge_campaigns(self.summer)
        self.assertEqual((lead | lead).campaign_id, self.spring)
        self.assertEqual(order.campaign_id, self.spring)
        self.assertEqual(move.campaign_id, self.spring)
        for basis in ("ordered", "invoiced"):
            self.assertEqual(self.totals(basis), (250.0, 60.0, 190.0))
            self.assertFalse(self.rows(basis, self.summer))
        self.assertEqual(self.totals("paid"), (150.0, 20.0, 130.0))
        for document in (lead, order, move, payment):
            with self.subTest(document=document):
                self.assertEqual(self.log(document)[-1], ("Spring", "Summer", "hand"))
                lines = self._lines(document)
                self.assertEqual(lines[-1].reason, "Merged from Summer")
                self.assertEqual(lines.mapped("campaign_id"), self.summer | self.spring)
        before = self.Link.search_count([])
        self.spring._merge_campaigns(self.summer)
        self.Link._fill_payments()
        self.assertEqual(self.Link.search_count([]), before)

    def _lines(self, document):
        return self.Link.search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)], order="id"
        )

    def test_tracked_links_and_touches(self):
        link = self.env["link.tracker"].create(
            {"url": "https://www.example.com/pump", "title": "Pump", "campaign_id": self.summer.id}
        )
        self.touched(self.alma, self.summer)
        self.spring._merge_campaigns(self.summer)
        self.assertEqual(link.campaign_id, self.spring)
        touches = self.env["crm.touchpoint"].search([("campaign_id", "=", self.spring.id)])
        self.assertIn(self.alma, touches.partner_id)


@tagged("post_install", "-at_install")
class TestMergeReach(CampaignWorldCase):
    """Whatever points to a campaign is reached, of whatever installed addon."""

    def _in_database(self):
        """``{(table, column)}``: foreign keys, and fields as the database describes them."""
        keys = self.env.execute_query(
            SQL(
                """
                SELECT k.conrelid::regclass::text, a.attname FROM pg_constraint k
                JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)
                WHERE k.contype = 'f' AND k.confrelid = 'utm_campaign'::regclass
                """
            )
        )
        described = self.env["ir.model.fields"].search(
            [("relation", "=", "utm.campaign"), ("ttype", "=", "many2one"), ("store", "=", True)]
        )
        columns = {(self.env[field.model]._table, field.name) for field in described}
        real = self.env.execute_query(
            SQL(
                """
                SELECT c.relname, a.attname FROM pg_class c
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                WHERE c.relkind = 'r' AND c.relname = ANY(%s)
                """,
                [table for table, _column in columns],
            )
        )
        return set(keys) | (columns & set(real))

    def _reached(self):
        lists = sql.relations(self.env) | sql.own_relations(self.env)
        listed = {(table, column) for table, column, _other in lists}
        return set(self.campaign._merge_columns()) | listed

    def test_everything_that_names_a_campaign_is_reached(self):
        found = self._in_database()
        self.assertIn(("sale_order", "campaign_id"), found)
        self.assertIn(("crm_campaign_delivery", "campaign_id"), found)
        self.assertEqual(found - self._reached() - self.campaign._merge_left(), set())

    def test_every_unique_index_with_a_campaign_is_taken_care_of(self):
        places = self.campaign._merge_columns()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.relname, array_agg(a.attname::text) FROM pg_index i
                JOIN pg_class t ON t.oid = i.indrelid
                JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey)
                WHERE i.indisunique AND t.relname = ANY(%s) GROUP BY t.relname, i.indexrelid
                """,
                [table for table, _column in places],
            )
        )
        unique = {table for table, names in rows for name in names if (table, name) in places}
        self.assertIn("crm_campaign_target", unique)
        self.assertEqual(unique - self.campaign._merge_united(), set())

    def test_nothing_of_the_world_points_to_the_one_that_went(self):
        """A record of each part of the campaigns, and none is left behind."""
        self.env.cr.execute("DELETE FROM crm_campaign_result")
        self.env["crm.campaign.wave"].search([("state", "!=", "draft")])._end()
        kept = self._campaign("Kept")
        self._run_campaign(kept)
        gone = self.campaign
        run = self.world["crm.attribution.run"]
        self.env["crm.attribution.key"].create(
            {
                "run_id": run.id,
                "company_id": run.company_id.id,
                "currency_id": run.currency_id.id,
                "ref": gone.id,
                "origin": "known",
                "campaign_id": gone.id,
            }
        )
        self.assertEqual(run.state, "computed")
        for lines in test_access_matrix.TestCampaignAccessMatrix._lines_beside.__func__(type(self)):
            lines.world(type(self))
        self.env.flush_all()
        self.env.invalidate_all()
        places = {place for place in self._in_database() if place not in gone._merge_left()}
        before = self._counts(places, gone)
        self.assertGreater(len(before), 15)
        kept.with_user(self.mona)._merge_campaigns(gone.with_user(self.mona))
        self.env.flush_all()
        own = {(table, column) for table, column, _other in sql.own_relations(self.env)}
        self.assertEqual(self._counts(places - own, gone), {})
        # what is worked out anew may differ, everything else is there, once
        again = self._counts(places, kept)
        following = {table for table, _where in sql.FOLLOWING}
        for place, number in before.items():
            if place[0] not in following:
                with self.subTest(place=place):
                    self.assertEqual(again.get(place), number)
        self.assertEqual(run.state, "draft")  # to be computed again

    def _counts(self, places, campaign):
        found = {}
        for table, column in places:
            [[number]] = self.env.execute_query(
                SQL(
                    "SELECT COUNT(*) FROM %s WHERE %s = %s",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    campaign.id,
                )
            )
            if number:
                found[table, column] = number
        return found
