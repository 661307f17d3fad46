from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Datetime
from odoo.tests import tagged

from .common_responses import ResponseCase


@tagged("post_install", "-at_install")
class TestResponseGroups(ResponseCase):
    """ROI-1: groups by response, waves that branch by them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Of six reached: the first opened and clicked, the second opened, the third replied late.
        case = cls("test_members_by_what_they_did")
        for number, event, day in (
            (0, "opened", 3),
            (0, "clicked", 3),
            (1, "opened", 4),
            (2, "replied", 20),
        ):
            case._mailed(number, event, f"2026-03-{day:02} 09:00:00")
        cls.env["crm.campaign.response"]._fill(cls.campaign)

    def test_members_by_what_they_did(self):
        self.assertEqual(self._members(self._group("Opened", ["opened"])), [0, 1])
        both = self._group("Any", ["clicked", "replied"])
        self.assertEqual(self._members(both), [0, 2])
        only = self._group("Opened only", ["opened"], ["clicked"])
        self.assertEqual(self._members(only), [1])

    def test_members_by_what_they_did_not(self):
        """Of those reached only; four persons of the campaign got nothing yet."""
        silent = self._group("Silent", none=["opened", "replied"])
        self.assertEqual(self._members(silent), [3, 4, 5])
        self.assertEqual(silent.member_count, 3)

    def test_within_some_days(self):
        """The reply of 20 March is not within seven days of 2 March."""
        self.assertEqual(self._members(self._group("Soon", ["replied"], within_days=7)), [])
        self.assertEqual(self._members(self._group("Later", ["replied"], within_days=30)), [2])
        silent = self._group("Silent", none=["opened", "replied"], within_days=7)
        self.assertEqual(self._members(silent), [2, 3, 4, 5])

    def test_who_did_nothing_is_known_when_the_days_are_over(self):
        self._sent(self.wave, self.targets[6:7], Datetime.now())
        late = self._group("Silent", none=["opened", "replied"], within_days=7)
        self.assertEqual(self._members(late), [2, 3, 4, 5])
        always = self._group("Silent now", none=["opened", "replied"])
        self.assertEqual(self._members(always), [3, 4, 5, 6])

    def test_of_the_whole_campaign(self):
        group = self._group("Opened", ["opened"], wave_id=False)
        self.assertEqual(self._members(group), [0, 1])

    def test_another_waves_response_is_not_this_ones(self):
        second = self._wave("Reminder")
        self._sent(second, self.targets[3:4], "2026-03-10 09:00:00")
        self._touch(3, "order", "confirmed", "2026-03-11 09:00:00")
        self._read()
        self.assertEqual(self._members(self._group("Ordered", ["ordered"])), [])
        ordered = self._group("Ordered then", ["ordered"], wave_id=second.id)
        self.assertEqual(self._members(ordered), [3])

    def test_a_rule_says_something(self):
        with self.assertRaisesRegex(ValidationError, "did or did not do"):
            self._group("Nothing")
        with self.assertRaisesRegex(ValidationError, "did and did not"):
            self._group("Both", ["opened"], ["opened"])

    def test_the_usual_groups(self):
        letter = self._wave("Letter", method="letter")
        waves = self.wave | letter
        self.env["crm.campaign.response.group"]._make_usual(waves)
        self.assertEqual(
            self.wave.response_group_ids.mapped("name"),
            ["No reply", "Opened", "Clicked", "Replied", "Bounced", "Bought"],
        )
        self.assertEqual(letter.response_group_ids.mapped("name"), ["No reply", "Bought"])
        counts = dict(self.wave.response_group_ids.mapped(lambda g: (g.name, g.member_count)))
        # No reply within seven days: neither clicked nor replied then.
        self.assertEqual(
            counts,
            {"No reply": 5, "Opened": 2, "Clicked": 1, "Replied": 1, "Bounced": 0, "Bought": 0},
        )
        self.assertFalse(self.env["crm.campaign.response.group"]._make_usual(waves))

    def test_the_members_open(self):
        group = self._group("Opened", ["opened"]).with_user(self.mara)
        action = group.action_open_members()
        found = self.env[action["res_model"]].with_user(self.mara).search(action["domain"])
        self.assertEqual(found, self.targets[:2])

    # -- waves ---------------------------------------------------------------------------------

    def _fitting(self, wave):
        self.env.flush_all()
        ids = [row[0] for row in self.env.execute_query(wave._condition_sql())]
        return self.env["crm.campaign.target"].browse(sorted(ids))

    def test_a_wave_goes_to_a_group(self):
        group = self._group("Opened", ["opened"])
        wave = self._wave("Reminder", response_group_id=group.id)
        self.assertEqual(wave.after_wave_id, self.wave)
        self.assertEqual(self._fitting(wave), self.targets[:2])
        self.assertEqual(self._fitting(self._wave("All")), self.targets)

    def test_no_wave_branches_to_itself(self):
        group = self._group("Opened", ["opened"])
        second = self._wave("Reminder", response_group_id=group.id)
        third = self._group("Again", ["opened"], wave_id=second.id)
        with self.assertRaises(ValidationError):
            self.wave.response_group_id = group
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.wave.response_group_id = third
            self.env.flush_all()

    def test_a_wave_comes_after_the_wave_of_its_group(self):
        group = self._group("Opened", ["opened"])
        second = self._wave("Reminder", response_group_id=group.id)
        other = self._wave("Other")
        with self.assertRaisesRegex(ValidationError, "after the wave of its group"):
            group.wave_id = other
            second.after_wave_id = self.wave

    def test_groups_stay_in_their_campaign(self):
        other = self._campaign("Other")
        with self.assertRaisesRegex(ValidationError, "another campaign"):
            self._group("Opened", ["opened"], campaign_id=other.id)

    def test_a_copied_campaign_branches_as_the_original(self):
        group = self._group("Opened", ["opened"])
        self._wave("Reminder", response_group_id=group.id)
        copy = self.campaign.copy({"title": "Again"})
        first, second = copy.wave_ids.sorted("id")
        self.assertEqual(second.after_wave_id, first)
        self.assertEqual(second.response_group_id.wave_id, first)
        self.assertEqual(second.response_group_id.name, "Opened")
        self.assertEqual(first.response_group_ids, copy.response_group_ids)


@tagged("post_install", "-at_install")
class TestMeasures(ResponseCase):
    """ROI-1: what groups turn into."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_opportunities_by_turns")
        for number in range(4):
            case._mailed(number, "clicked", "2026-03-03 09:00:00")
        cls.env["crm.campaign.response"]._fill(cls.campaign)
        cls.group = case._group("Clicked", ["clicked"])
        cls.tim = cls._user("tim_sales", "sales_team.group_sale_salesman")
        cls.rule = cls.env["crm.campaign.distribution"].create(
            {
                "name": "Sales",
                "line_ids": [Command.create({"user_id": user.id}) for user in (cls.sam, cls.tim)],
            }
        )

    def _turn(self, measure, user=None, **values):
        turn = (
            self.env["crm.campaign.group.turn"]
            .with_user(user or self.mara)
            .create(
                {
                    "group_id": self.group.id,
                    "measure": measure,
                    "distribution_id": self.rule.id,
                    **values,
                }
            )
        )
        return turn.action_turn()

    def _leads(self):
        domain = [("campaign_id", "=", self.campaign.id)]
        return self.env["crm.lead"].search(domain, order="id")

    def test_opportunities_by_turns(self):
        team = self.env["crm.team"].create({"name": "Garden"})
        self.campaign.team_id = team
        self._turn("lead")
        leads = self._leads()
        self.assertEqual(leads.partner_id, self.people[:4])
        self.assertEqual([lead.user_id for lead in leads], [self.sam, self.tim, self.sam, self.tim])
        self.assertEqual(set(leads.mapped("type")), {"opportunity"})
        self.assertEqual(leads.team_id, team)
        self.assertEqual(leads.source_id.name, "Spring: Invitation")
        self.assertEqual(leads.medium_id, self.wave.channel_id.medium_id)
        self.assertEqual(leads[0].name, "Spring: Acme, Person 0")
        self.assertEqual(self.rule.last_user_id, self.tim)

    def test_nobody_twice(self):
        self._turn("lead")
        with self.assertRaisesRegex(UserError, "was handed over before"):
            self._turn("lead")
        self._mailed(4, "clicked", "2026-03-04 09:00:00")
        self._read()
        self._turn("lead")
        self.assertEqual(len(self._leads()), 5)
        again = self._group("Clicked again", ["clicked"])
        with self.assertRaisesRegex(UserError, "was handed over before"):
            self._turn("lead", group_id=again.id)

    def test_opportunities_of_ours_are_no_responses(self):
        self._turn("lead")
        self.env["crm.touchpoint"]._fill(["crm_lead"])
        self.campaign.window_months = 240
        self._read()
        read = self.env["crm.campaign.response"].search(
            [("campaign_id", "=", self.campaign.id), ("res_model", "=", "crm.lead")]
        )
        # only the lead that Person 0 had himself, which is none of the campaign's opportunities
        self.assertEqual(read.mapped("res_id"), self.other_lead.ids)

    def test_an_open_lead_of_the_campaign_is_kept(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Asked himself",
                "type": "lead",
                "partner_id": self.people[0].id,
                "campaign_id": self.campaign.id,
                "user_id": False,
            }
        )
        self._turn("lead")
        self.assertEqual(len(self._leads()), 4)
        self.assertEqual((lead.type, lead.user_id), ("opportunity", self.sam))
        row = self.env["crm.campaign.handover"].search([("lead_id", "=", lead.id)])
        self.assertFalse(row.lead_made)

    def test_the_own_salesperson_keeps_his_customer(self):
        self.people[1].user_id = self.max
        self._turn("lead")
        self.assertEqual(
            [lead.user_id for lead in self._leads()], [self.sam, self.max, self.tim, self.sam]
        )

    def test_by_territory(self):
        germany, france = self.env.ref("base.de"), self.env.ref("base.fr")
        self.people[:4].type = "other"  # with an address of their own
        self.people[0].country_id, self.people[1].country_id = germany, france
        self.people[2:4].country_id = self.env.ref("base.us")
        self.rule.way = "territory"
        self.rule.line_ids[0].country_ids = germany
        self.rule.line_ids[1].country_ids = france
        self._turn("lead")
        self.assertEqual(
            [lead.user_id.login for lead in self._leads()], ["sam_sales", "tim_sales", False, False]
        )

    def test_by_load(self):
        self.env["crm.lead"].create(
            [{"name": f"Open {n}", "type": "opportunity", "user_id": self.sam.id} for n in range(3)]
        )
        self.rule.way = "load"
        self._turn("lead")
        users = [lead.user_id for lead in self._leads()]
        self.assertEqual(users, [self.tim, self.tim, self.tim, self.sam])

    def test_tiers_are_letters(self):
        with self.assertRaisesRegex(ValidationError, "letters from A to D"):
            self.rule.line_ids[0].tiers = "X"

    def test_tasks(self):
        self.people[1].user_id = self.max
        self.wave.user_id = self.sam
        self._turn("activity", summary="Call about the invitation", days=3, distribution_id=False)
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", self.people.ids)], order="res_id"
        )
        self.assertEqual(len(activities), 4)
        self.assertEqual(activities[1].user_id, self.max)
        self.assertEqual(activities[0].user_id, self.wave.user_id)
        self.assertEqual(set(activities.mapped("summary")), {"Call about the invitation"})
        with self.assertRaisesRegex(UserError, "was handed over before"):
            self._turn("activity")

    # -- members who are leads -----------------------------------------------------------------

    def _lead_targets(self):
        """Four leads without contact who clicked: open, won, lost, archived; and their targets."""
        stages = self.env["crm.stage"]
        won = stages.search([("is_won", "=", True)], limit=1)
        won = won or stages.create({"name": "Won", "is_won": True})
        germany = self.env.ref("base.de")
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Wish of {name}",
                    "contact_name": name,
                    "email_from": f"{name}@example.com".lower(),
                    "phone": "+49301234999",
                    "city": "Berlin",
                    "country_id": germany.id,
                    "user_id": False,
                }
                for name in ("Open", "Won", "Lost", "Gone")
            ]
        )
        leads[1].stage_id = won
        leads[2].action_set_lost()
        leads[3].active = False
        targets = self.env["crm.campaign.target"].create(
            [{"campaign_id": self.campaign.id, "lead_id": lead.id} for lead in leads]
        )
        self._sent(self.wave, targets, "2026-03-02 09:00:00")
        self.env["crm.campaign.response"].with_user(self.mara).create(
            [
                {
                    "campaign_id": self.campaign.id,
                    "lead_id": lead.id,
                    "wave_id": self.wave.id,
                    "kind_id": self.kinds["replied"].id,
                    "date": "2026-03-04 09:00:00",
                }
                for lead in leads
            ]
        )
        self.group = self._group("Replied", ["replied"])
        self.assertEqual(self.group.member_count, 4)
        return leads

    def test_closed_leads_get_an_opportunity_with_their_address(self):
        """D16: the open one is kept; who was won, lost or archived begins anew."""
        leads = self._lead_targets()
        self._turn("lead")
        kept, *made = self._leads()
        self.assertEqual((kept, kept.type), (leads[0], "opportunity"))
        self.assertEqual(
            [(one.name, one.contact_name, one.email_from, one.phone) for one in made],
            [
                (f"Spring: {name}", name, f"{name}@example.com".lower(), "+49301234999")
                for name in ("Won", "Lost", "Gone")
            ],
        )
        self.assertEqual({(one.city, one.country_id.code) for one in made}, {("Berlin", "DE")})
        self.assertEqual([one.user_id for one in made], [self.tim, self.sam, self.tim])
        self.assertFalse((leads - kept).campaign_id, "closed leads stay as they are")

    def test_tasks_about_closed_leads(self):
        """D16: the two archived ones are left out with a count, the others get their task."""
        leads = self._lead_targets()
        turn = self.env["crm.campaign.group.turn"].create(
            {"group_id": self.group.id, "measure": "activity"}
        )
        self.assertEqual(turn.closed_count, 2)
        turn.measure = "lead"
        self.assertEqual(turn.closed_count, 0)
        self._turn("activity", summary="Call them", distribution_id=False)
        tasks = self.env["mail.activity"].search([("summary", "=", "Call them")])
        self.assertEqual(set(tasks.mapped("res_model")), {"crm.lead"})
        self.assertEqual(sorted(tasks.mapped("res_id")), leads[:2].ids)
        rows = self.env["crm.campaign.handover"].search([("group_id", "=", self.group.id)])
        self.assertEqual(len(rows), 2)

    def test_who_left_gets_nobody(self):
        """D17: the contact's salesperson left: his company's, else by turns; an open lead, too."""
        self.people[:2].user_id = self.max
        self.people[0].parent_id.user_id = self.tim
        self.people[1].parent_id = False
        lead = self.env["crm.lead"].create(
            {
                "name": "Asked himself",
                "type": "lead",
                "partner_id": self.people[2].id,
                "campaign_id": self.campaign.id,
                "user_id": self.max.id,
            }
        )
        self.people[3].parent_id = False
        self.max.active = False
        self._turn("lead")
        owners = {lead.partner_id: lead.user_id for lead in self._leads()}
        self.assertEqual(
            [owners[one] for one in self.people[:4]], [self.tim, self.sam, self.tim, self.tim]
        )
        self.assertEqual(lead.user_id, self.tim)

    def test_tasks_go_to_nobody_who_left(self):
        """D17: not to the contact's salesperson and not to the one responsible for the wave."""
        self.people[1].user_id = self.max
        self.wave.user_id = self.max
        self.max.active = False
        self._turn("activity", summary="Call them", distribution_id=False)
        tasks = self.env["mail.activity"].search([("summary", "=", "Call them")])
        self.assertEqual(len(tasks), 4)
        self.assertEqual(tasks.user_id, self.campaign.user_id or self.mara)

    def test_by_tier_of_the_customer(self):
        """The tier is that of the company's snapshot of today; without one: whoever takes all."""
        self.rule.way = "tier"
        self.rule.line_ids[0].tiers = "A"
        day = Datetime.now().date()
        values = {
            "company_id": self.company.id,
            "partner_id": self.acme.id,
            "currency_id": self.company.currency_id.id,
        }
        self.env["crm.customer.snapshot"].create(
            [
                {
                    **values,
                    "date": "2026-01-31",
                    "month": "2026-01-01",
                    "tier": "B",
                    "is_current": False,
                },
                {
                    **values,
                    "date": day,
                    "month": day.replace(day=1),
                    "tier": "A",
                    "is_current": True,
                },
            ]
        )
        self.people[3].parent_id = self.blue
        self._turn("lead")
        owners = {lead.partner_id: lead.user_id for lead in self._leads()}
        self.assertEqual(
            [owners[one] for one in self.people[:4]], [self.sam, self.sam, self.sam, self.tim]
        )

    def test_a_letter(self):
        action = self._turn("letter", title="Letter to them")
        wave = self.env["crm.campaign.wave"].browse(action["res_id"])
        self.assertEqual((wave.method, wave.response_group_id), ("letter", self.group))
        self.assertEqual(wave.after_wave_id, self.wave)

    def test_a_sub_campaign(self):
        action = self._turn("campaign", title="Survey")
        campaign = self.env["utm.campaign"].browse(action["res_id"])
        self.assertEqual(campaign.parent_id, self.campaign)
        self.assertEqual(campaign.audience_ids.person_count, 4)
        self.assertEqual(campaign.audience_ids.mode, "fixed")
        campaign.with_user(self.mara).action_fill_targets()
        self.assertEqual(campaign.target_ids.partner_id, self.people[:4])

    def test_only_marketers_and_only_open_campaigns(self):
        with self.assertRaises(AccessError):
            self._turn("lead", user=self.sam)
        with self.assertRaisesRegex(AccessError, "by marketers"):
            self.group.with_user(self.cara)._make_leads(self.rule)
        self.campaign._set_phase("cancelled")
        with self.assertRaisesRegex(UserError, "is closed"):
            self._turn("lead")

    def test_salespeople_see_what_they_were_given(self):
        self._turn("lead")
        rows = self.env["crm.campaign.handover"].with_user(self.sam).search([])
        self.assertEqual(rows.user_id, self.sam)
        self.assertEqual(len(rows), 2)

    def test_merged_persons_were_handed_over_once(self):
        self._turn("lead")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(self.people[:2].ids, self.people[1])
        self.env.invalidate_all()
        rows = self.env["crm.campaign.handover"].search([("campaign_id", "=", self.campaign.id)])
        self.assertEqual(len(rows), 3)
        kept = self.env["crm.campaign.target"].search([("partner_id", "=", self.people[1].id)])
        self.assertIn(kept, rows.target_id)
        self.assertEqual(rows.target_id.exists(), rows.target_id)

    def test_ten_times_the_members_cost_no_more_queries(self):
        """Noting and reading whom to hand over are two statements, whoever the members are."""
        members = self.env["crm.campaign.handover"]

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.group._hand_over("activity")
            return len(found), self.env.cr.sql_log_count - before

        few, count = queries()
        self.assertEqual(few, 4)
        people = self.env["res.partner"].create([{"name": f"More {n}"} for n in range(40)])
        targets = self.env["crm.campaign.target"].create(
            [{"campaign_id": self.campaign.id, "partner_id": person.id} for person in people]
        )
        self._sent(self.wave, targets, "2026-03-02 09:00:00")
        self.env["crm.campaign.response"].with_user(self.mara).create(
            [
                {
                    "campaign_id": self.campaign.id,
                    "partner_id": person.id,
                    "wave_id": self.wave.id,
                    "kind_id": self.kinds["clicked"].id,
                    "date": "2026-03-04 09:00:00",
                }
                for person in people
            ]
        )
        self.assertEqual(queries(), (40, count))
        self.assertEqual(members.search_count([("group_id", "=", self.group.id)]), 44)
