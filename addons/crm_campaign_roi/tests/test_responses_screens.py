from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import crm_campaign_tally_mixin
from ..models.crm_campaign_wave import MOVING
from ..models.utm_campaign import _BY_METHOD
from .common_responses import ResponseCase


@tagged("post_install", "-at_install")
class TestFlow(ResponseCase):
    """ROI-1: flow diagram and progress board."""

    def _flow(self, user=None):
        self.campaign.invalidate_recordset()
        return self.campaign.with_user(user or self.mara).get_flow()

    def test_waves_and_groups_with_counts(self):
        self._sent(self.wave, self.targets[6:8], "2026-03-02 09:00:00", "left_out")
        self._sent(self.wave, self.targets[8:9], "2026-03-02 09:00:00", "planned")
        self._mailed(0, "opened", "2026-03-03 09:00:00")
        self._read()
        group = self._group("Opened", ["opened"])
        second = self._wave("Reminder", response_group_id=group.id, wait_days=4)
        flow = self._flow()
        first, reminder = flow["waves"]
        self.assertEqual(first["counts"], {"sent": 6, "left_out": 2, "planned": 1})
        self.assertEqual(
            (reminder["id"], reminder["after_id"], reminder["group_id"], reminder["wait_days"]),
            (second.id, self.wave.id, group.id, 4),
        )
        [opened] = flow["groups"]
        self.assertEqual((opened["wave_id"], opened["count"]), (self.wave.id, 1))

    def test_progress(self):
        """Of ten targets six were reached; one opened twice and one mail came back."""
        self._mailed(0, "opened", "2026-03-03 09:00:00")
        self._mailed(0, "clicked", "2026-03-03 09:00:00")
        self._mailed(1, "bounced", "2026-03-03 09:00:00")
        self._read()
        figures = self._flow()["figures"]
        self.assertEqual(
            [figures[name] for name in ("targets", "reached", "sent", "left_out", "responded")],
            [10, 6, 6, 0, 1],
        )
        self.assertIsNone(figures["budget"])
        self.assertIsNone(figures["return"])
        self.assertTrue(figures["return_word"])

    def test_next_steps_in_the_order_of_time(self):
        self._wave("Later", date_planned="2026-04-01 09:00:00")
        self._wave("Sooner", date_planned="2026-03-20 09:00:00")
        names = [step["name"] for step in self._flow()["steps"]]
        self.assertEqual(names, ["Sooner", "Later", "Invitation"])

    def test_next_steps_of_people_and_of_the_campaign(self):
        """A group of whom nothing was made; after the end the settlement comes first."""
        self.wave.with_context(wave_move=MOVING).state = "done"
        self._mailed(0, "opened", "2026-03-03 09:00:00")
        self._read()
        opened, empty = self._group("Opened", ["opened"]), self._group("Clicked", ["clicked"])
        self.assertEqual(
            [(step["id"], step["state"], step["count"]) for step in self._flow()["steps"]],
            [(opened.id, "untouched", 1)],
        )
        self.campaign.with_context(campaign_phase=_BY_METHOD).phase = "finished"
        states = [(step["model"], step["state"]) for step in self._flow()["steps"]]
        group = "crm.campaign.response.group"
        self.assertEqual(states, [("utm.campaign", "finished"), (group, "untouched")])
        self.assertEqual(empty.member_count, 0)
        next_wave = self._wave("Reminder", response_group_id=opened.id)
        self.assertEqual(
            [step["id"] for step in self._flow()["steps"]], [self.campaign.id, next_wave.id]
        )
        self.campaign.with_context(campaign_phase=_BY_METHOD).phase = "settled"
        self.assertEqual(self._flow()["steps"], [])

    def test_a_simulation_is_counted_apart(self):
        """D14: of a draft wave 2 planned and 1 left out have not happened; 6 were sent before."""
        self.wave.with_context(wave_move=MOVING).state = "running"
        draft = self._wave("Reminder")
        self._sent(draft, self.targets[:2], "2026-03-09 09:00:00", "planned")
        self._sent(draft, self.targets[2:3], "2026-03-09 09:00:00", "left_out")
        names = ("sent", "planned", "left_out", "simulated")

        def counted():
            figures = self._flow()["figures"]
            return [figures[name] for name in names]

        self.assertEqual(counted(), [6, 0, 0, 3])
        draft.with_context(wave_move=MOVING).state = "running"
        self.assertEqual(counted(), [6, 2, 1, 0])

    def test_large_campaigns_show_counts_that_were_kept(self):
        """With ten targets and a border of five the counts are those of the last reading."""
        group = self._group("Opened", ["opened"])
        self._mailed(0, "opened", "2026-03-03 09:00:00")
        self._read()
        now, funnel = self._flow(), self.campaign.get_return_page()["funnel"]
        self.assertFalse(now["counted_at"])
        self.assertEqual(
            [(step["code"], step["count"]) for step in funnel[:2]], [("sent", 6), ("reached", 1)]
        )
        with patch.object(crm_campaign_tally_mixin, "LARGE", 5):
            self._read()
            kept = self._flow()
            self.assertTrue(kept["counted_at"])
            self.assertEqual({**kept, "counted_at": ""}, now)
            self.assertEqual(self.campaign.get_return_page()["funnel"], funnel)
            self._sent(self.wave, self.targets[6:8], "2026-03-02 09:00:00", "left_out")
            self._mailed(1, "opened", "2026-03-03 09:00:00")
            self._mailed(1, "clicked", "2026-03-03 09:05:00")
            self.assertEqual(self._flow(), kept, "nothing is counted while somebody waits")
            self.campaign.with_user(self.mara).action_fill_responses()
            flow = self._flow()
        self.assertEqual(flow["waves"][0]["counts"], {"sent": 6, "left_out": 2})
        self.assertEqual([found["count"] for found in flow["groups"]], [2])
        self.assertEqual(flow["figures"]["responded"], 1, "to open a mail is no answer")
        self.assertEqual(group.member_count, 2)
        self._read()
        self.assertFalse(self.campaign.counted, "it is no large one any more")

    def test_who_sees_the_flow(self):
        self.assertTrue(self._flow(self.cara)["waves"])
        for user in (self.emma, self.sam):
            with self.assertRaisesRegex(AccessError, "marketers and controllers"):
                self._flow(user)

    def test_more_groups_and_persons_cost_no_more_queries(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.campaign.get_flow()
            return self.env.cr.sql_log_count - before

        self._group("Group", ["opened"])
        queries()
        few = queries()
        for number in range(10):
            self._group(f"Group {number}", ["opened"])
            self._wave(f"Wave {number}")
        self.assertEqual(queries(), few)


@tagged("post_install", "-at_install")
class TestOverlap(ResponseCase):
    """ROI-1: who is in several audiences."""

    def test_counts_of_each_two(self):
        """Five of Acme, three of the first three, one lead in both lists of leads."""
        few = self._members("Few", self.people[:3])
        some = self._members("Some", self.people[2:8])
        leads = self._leads_audience()
        audiences = few | some | leads
        found = self.env["crm.campaign.audience"].with_user(self.mara).get_overlap(audiences.ids)
        own = {a["id"]: (a["contacts"], a["leads"]) for a in found["audiences"]}
        # The audience of leads has one lead without contact and Person 0.
        self.assertEqual(own, {few.id: (3, 0), some.id: (6, 0), leads.id: (1, 1)})
        cells = {(c["a"], c["b"]): (c["contacts"], c["leads"]) for c in found["cells"]}
        self.assertEqual(
            cells,
            {
                (few.id, some.id): (1, 0),
                (some.id, few.id): (1, 0),
                (few.id, leads.id): (1, 0),
                (leads.id, few.id): (1, 0),
            },
        )
        shared = self.env["res.partner"].search(
            [("campaign_audience_ids", "in", few.ids), ("campaign_audience_ids", "in", some.ids)]
        )
        self.assertEqual(shared, self.people[2])

    def test_limits_and_rights(self):
        audiences = self.env["crm.campaign.audience"]
        self.assertEqual(audiences.get_overlap([]), {"audiences": [], "cells": []})
        many = audiences.create([{"name": f"A{n}", "source": "members"} for n in range(16)])
        with self.assertRaisesRegex(UserError, "at most 15"):
            audiences.get_overlap(many.ids)
        with self.assertRaises(AccessError):
            audiences.with_user(self.emma).get_overlap(many[:2].ids)
        self.assertEqual(many[:2].action_overlap()["params"], {"audience_ids": many[:2].ids})


@tagged("post_install", "-at_install")
class TestCampaignFacts(ResponseCase):
    """ROI-1: campaigns as facts about customers."""

    def _found(self, fact, **params):
        condition = {
            "fact": fact,
            "operator": "in",
            "value": self.campaign.ids,
            "params": params,
        }
        facts = self.env["crm.customer.fact"].with_user(self.mara)
        query = facts._select({"operator": "and", "conditions": [condition]}, level="contact")
        found = self.env["res.partner"].browse(row[0] for row in self.env.execute_query(query))
        return sorted(self.people.ids.index(one.id) for one in found if one in self.people)

    def test_target_reached_responded_silent(self):
        self._mailed(0, "opened", "2026-03-03 09:00:00")
        self._mailed(1, "clicked", "2026-03-03 09:00:00")
        self._mailed(2, "bounced", "2026-03-03 09:00:00")
        self._read()
        self.assertEqual(self._found("campaign_target"), list(range(10)))
        self.assertEqual(self._found("campaign_reached"), list(range(6)))
        self.assertEqual(self._found("campaign_response"), [0, 1])
        self.assertEqual(self._found("campaign_response", kind="clicked"), [1])
        self.assertEqual(self._found("campaign_silent"), [2, 3, 4, 5])
        self.assertEqual(self._found("campaign_silent", kind="clicked"), [0, 2, 3, 4, 5])
