from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..tools import draw
from .common_campaign import CampaignCase


class TargetCase(CampaignCase):
    """Ten contacts of two companies, two leads, and audiences of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["res.partner.category"].create({"name": "Garden"})
        cls.acme, cls.blue = cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Acme", "Blue")]
        )
        cls.people = cls.env["res.partner"].create(
            [
                {
                    "name": f"Person {number}",
                    "parent_id": (cls.acme if number < 5 else cls.blue).id,
                    "email": f"person{number}@example.com",
                    "phone": f"+4930123400{number}",
                    "category_id": cls.category.ids,
                }
                for number in range(10)
            ]
        )
        cls.lead, cls.other_lead = cls.env["crm.lead"].create(
            [
                {"name": "Pond", "email_from": "pond@example.com"},
                {"name": "Terrace", "partner_id": cls.people[0].id},
            ]
        )
        cls.garden = cls._audience("Garden")
        cls.campaign.audience_ids = cls.garden

    @classmethod
    def _audience(cls, name, **values):
        """Contacts with the tag, unless *values* say otherwise."""
        tagged = {"fact": "tags", "operator": "in", "value": cls.category.ids}
        conditions = {"operator": "and", "conditions": [tagged]}
        values = {"name": name, "conditions": conditions, "user_id": cls.mara.id, **values}
        return cls.env["crm.campaign.audience"].create(values)

    def _leads_audience(self):
        ids = (self.lead | self.other_lead).ids
        return self._audience("Leads", source="leads", lead_domain=f"[('id', 'in', {ids})]")

    def _members(self, name, people):
        return self._audience(
            name,
            source="members",
            member_ids=[fields.Command.create({"partner_id": person.id}) for person in people],
        )

    def _targets(self, state="in"):
        rows = self.env["crm.campaign.target"].search([("campaign_id", "=", self.campaign.id)])
        return rows.filtered(lambda target: target.state == state)

    def _fill(self):
        self.campaign.with_user(self.mara).action_fill_targets()
        return self._targets()


@tagged("post_install", "-at_install")
class TestAudience(TargetCase):
    """ROI-1: choose, combine, fix."""

    def test_a_living_audience_follows_the_facts(self):
        self.assertEqual(self.garden.person_count, 10)
        self.people[0].category_id = False
        self.garden.invalidate_recordset()
        self.assertEqual(self.garden.person_count, 9)

    def test_a_fixed_audience_keeps_its_members(self):
        self.garden.with_user(self.mara).action_fix()
        self.people[0].category_id = False
        self.garden.invalidate_recordset()
        self.assertEqual((self.garden.mode, self.garden.person_count), ("fixed", 10))

    def test_leads_count_as_persons_once(self):
        """Two leads: one without a contact, one of Person 0."""
        self.assertEqual(self._leads_audience().person_count, 2)
        both = self._audience(
            "Both", source="union", include_ids=(self.garden | self._leads_audience()).ids
        )
        self.assertEqual(both.person_count, 11)

    def test_others_are_taken_in_and_left_out(self):
        few = self._members("Few", self.people[:3])
        rest = self._audience("Rest", exclude_ids=few.ids)
        self.assertEqual((few.person_count, rest.person_count), (3, 7))
        again = self._audience("Again", source="union", include_ids=(few | rest).ids)
        self.assertEqual(again.person_count, 10)

    def test_an_audience_is_not_built_upon_itself(self):
        few = self._members("Few", self.people[:3])
        rest = self._audience("Rest", exclude_ids=few.ids)
        with self.assertRaisesRegex(ValidationError, "Few cannot be built upon itself"):
            few.include_ids = rest

    def test_conditions_on_leads_that_are_none(self):
        for text in ("[('nothing', '=', 1)]", "[(", "1 + 1"):
            with self.assertRaisesRegex(UserError, "no conditions on leads"):
                self._audience("Bad", source="leads", lead_domain=text)

    def test_contacts_and_leads_are_found_by_audience(self):
        found = (
            self.env["res.partner"]
            .with_user(self.mara)
            .search([("campaign_audience_ids", "in", self.garden.ids)])
        )
        self.assertEqual(found, self.people)
        leads = self._leads_audience()
        action = leads.with_user(self.mara).action_open_persons()
        found = self.env[action["res_model"]].with_user(self.mara).search(action["domain"])
        self.assertEqual(set(found), {self.lead, self.other_lead})

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = self._user(
            "mia_elsewhere",
            "crm_campaign_roi.group_campaign_user",
            company_id=company.id,
            company_ids=company.ids,
        )
        self.assertFalse(self.env["crm.campaign.audience"].with_user(other).search([]))


@tagged("post_install", "-at_install")
class TestTargets(TargetCase):
    """ROI-1: one row per person, control group, variants, duplicates."""

    def test_each_person_once(self):
        self.campaign.audience_ids |= self._leads_audience()
        targets = self._fill()
        self.assertEqual(targets.partner_id, self.people)
        self.assertEqual(targets.filtered(lambda target: not target.partner_id).lead_id, self.lead)
        self.assertEqual(len(targets), 11)
        self.assertEqual(targets[0].email_normalized, "person0@example.com")
        self.assertEqual(targets[0].e164, "+49301234000")
        self.assertEqual(self._fill(), targets)
        self.assertEqual(self.campaign.target_count, 11)

    def test_the_first_audience_of_a_person_counts(self):
        few = self._members("A few", self.people[:3])
        self.campaign.audience_ids |= few
        counted = {
            audience: len(self._fill().filtered(lambda t, a=audience: t.audience_id == a))
            for audience in (few, self.garden)
        }
        self.assertEqual(counted, {few: 3, self.garden: 7})

    def test_the_excluded_are_left_out(self):
        self.campaign.excluded_audience_ids = self._members("Not these", self.people[:3])
        self.assertEqual(self._fill().partner_id, self.people[3:])

    def test_the_same_person_under_two_companies_is_one(self):
        """Same address, same number: the contact known longest stays, whatever the company."""
        self.people[7].email = "Person2@Example.com"
        self.people[8].phone = "0049 30 1234002"
        targets = self._fill()
        self.assertEqual(targets.partner_id, self.people - self.people[7:9])
        same = self._targets("duplicate").sorted("id")
        self.assertEqual(same.partner_id, self.people[7:9])
        self.assertEqual(same.mapped("duplicate_by"), ["email_normalized", "e164"])
        self.assertEqual(same.kept_id.partner_id, self.people[2])
        self.assertEqual(self.campaign.duplicate_count, 2)

    def test_one_contact_per_company(self):
        self.campaign.one_per_company = True
        self.assertEqual(self._fill().partner_id, self.people[0] | self.people[5])

    def test_who_leaves_the_audience_is_kept_and_comes_back(self):
        self._fill()
        self.people[3].category_id = False
        self.assertEqual(len(self._fill()), 9)
        self.assertEqual(self._targets("left").partner_id, self.people[3])
        self.people[3].category_id = self.category
        self.assertEqual(len(self._fill()), 10)

    def test_who_is_removed_by_hand_stays_out(self):
        targets = self._fill().with_user(self.mara)
        targets[0].action_remove()
        self.assertEqual(len(self._fill()), 9)
        self._targets("removed").with_user(self.mara).action_take_back()
        self.assertEqual(len(self._fill()), 10)

    def test_arm_and_variant_are_those_of_the_lots(self):
        """PostgreSQL draws what tools.draw draws, for contacts and for leads."""
        self.campaign.audience_ids |= self._leads_audience()
        self.campaign.control_share = 40
        self.campaign.variant_ids = [
            fields.Command.create({"name": name, "share": share})
            for name, share in (("A", 1), ("B", 3))
        ]
        targets = self._fill()
        seed = self.campaign.draw_seed
        persons = {target.partner_id.id or f"L{target.lead_id.id}": target for target in targets}
        arms = draw.arms(seed, persons, 0.4)
        variants = draw.variants(seed, persons, [("A", 1.0), ("B", 3.0)])
        for person, target in persons.items():
            self.assertEqual((target.arm, target.variant), (arms[person], variants[person]))
        # 40 % of 11 are 4.4; a quarter of 11 ends within the third place
        self.assertEqual((self.campaign.control_count, self.campaign.target_count), (4, 7))
        self.assertEqual(sorted(targets.mapped("variant")), ["A"] * 3 + ["B"] * 8)

    def test_who_was_drawn_stays_and_newcomers_fill_up(self):
        """4 of 10 are control; 5 join: 40 % of 15 are 6."""
        self.campaign.control_share = 40
        before = {target: target.arm for target in self._fill()}
        self.assertEqual(list(before.values()).count("control"), 4)
        self.env["res.partner"].create(
            [{"name": f"New {n}", "category_id": self.category.ids} for n in range(5)]
        )
        targets = self._fill()
        self.assertEqual({target: target.arm for target in before}, before)
        self.assertEqual(targets.mapped("arm").count("control"), 6)

    def test_lots_stay_while_the_campaign_runs(self):
        self._fill()
        self.campaign._set_phase("approved")
        self.campaign._set_phase("running")
        with self.assertRaisesRegex(ValidationError, "its shares stay"):
            self.campaign.control_share = 20

    def test_a_campaign_without_audience(self):
        self.campaign.audience_ids = False
        with self.assertRaisesRegex(UserError, "Choose an audience first"):
            self._fill()

    def test_a_campaign_that_is_over(self):
        self._fill()
        self.campaign._set_phase("cancelled")
        with self.assertRaisesRegex(UserError, "is over"):
            self._fill()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._targets()[:1].with_user(self.mara).action_remove()

    def test_only_marketers_choose(self):
        with self.assertRaisesRegex(AccessError, "by marketers"):
            self.campaign.with_user(self.emma).action_fill_targets()
        self._fill()
        with self.assertRaises(AccessError):
            self._targets()[:1].with_user(self.mara).write({"arm": "control"})
        with self.assertRaisesRegex(AccessError, "by marketers"):
            self._targets()[:1].with_user(self.cara).action_remove()

    def test_ten_times_the_persons_cost_no_more_queries(self):
        self._fill()
        self.env.flush_all()
        campaign = self._campaign("Count")
        campaign.audience_ids = self._members("Ten", self.people)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        campaign._fill_targets()
        few = self.env.cr.sql_log_count - before
        more = self.env["res.partner"].create(
            [{"name": f"More {n}", "email": f"more{n}@example.com"} for n in range(90)]
        )
        campaign = self._campaign("Count more")
        campaign.audience_ids = self._members("Hundred", self.people | more)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        campaign._fill_targets()
        self.assertEqual(self.env.cr.sql_log_count - before, few)
        self.assertEqual(campaign.target_count, 100)

    def test_targets_follow_merged_contacts(self):
        self._fill()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(self.people[:2].ids, self.people[0])
        self.env.invalidate_all()
        self.assertEqual(len(self._targets()), 9)
