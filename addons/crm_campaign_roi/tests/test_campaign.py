from ast import literal_eval

from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_campaign import MODULE, CampaignCase


@tagged("post_install", "-at_install")
class TestCampaign(CampaignCase):
    """ROI-1: a campaign, its dates, its tree and its life."""

    def test_the_window_is_three_months_from_publication(self):
        """1 March + 3 months: the last day is 31 May; published on 30 November: 27 February + 1."""
        self.assertEqual(self.campaign.window_months, 3)
        self.assertEqual(self.campaign.window_start, Date.to_date("2026-03-01"))
        self.assertEqual(self.campaign.window_end, Date.to_date("2026-05-31"))
        self.campaign.date_published = "2025-11-30"
        self.assertEqual(self.campaign.window_end, Date.to_date("2026-02-27"))

    def test_a_kind_brings_its_window_which_can_be_changed(self):
        self.campaign.kind_id = self.env.ref(f"{MODULE}.kind_exhibition")
        self.assertEqual(self.campaign.window_months, 6)
        self.campaign.window_months = 4
        self.assertEqual(self.campaign.window_end, Date.to_date("2026-06-30"))

    def test_found_by_purpose(self):
        """Two of one purpose are counted together."""
        purposes = self.env["crm.campaign.purpose"].search([], limit=2)
        self.assertEqual(len(purposes), 2)
        campaigns = self.campaign | self._campaign("Two") | self._campaign("Three")
        campaigns[:2].purpose_id, campaigns[2].purpose_id = purposes[0], purposes[1]
        counts = self.env["utm.campaign"]._read_group(
            [("id", "in", campaigns.ids)], ["purpose_id"], ["__count"], order="purpose_id"
        )
        self.assertEqual(dict(counts), {purposes[0]: 2, purposes[1]: 1})

    def test_the_board_has_a_column_for_each_phase(self):
        """Also for those in which nothing is."""
        campaigns = self.env["utm.campaign"].with_context(read_group_expand=True)
        groups = campaigns.web_read_group([("id", "=", self.campaign.id)], ["phase"], ["__count"])[
            "groups"
        ]
        counts = {group["phase"]: group["__count"] for group in groups}
        phases = ["draft", "submitted", "approved", "running", "finished", "settled"]
        self.assertEqual(list(counts), phases, "in the order of the way")
        self.assertEqual(list(counts.values()), [1, 0, 0, 0, 0, 0])

    def test_what_is_not_settled_is_in_hand(self):
        """A finished campaign waits for its settlement: the default filter shows it (ROI-1)."""
        view = self.env.ref(f"{MODULE}.utm_campaign_view_search")
        arch = etree.fromstring(self.campaign.get_view(view.id, "search")["arch"])
        [node] = arch.xpath("//filter[@name='filter_active_phase']")
        domain = [("id", "=", self.campaign.id), *literal_eval(node.get("domain"))]
        self.campaign._set_phase("approved")
        self.campaign.action_start()
        self.campaign.action_finish()
        self.assertEqual(self.env["utm.campaign"].search(domain), self.campaign)

    def test_nobody_with_campaigns_is_asked_for_the_first(self):
        """Of the campaigns' own action alone: templates keep their words (ROI-1)."""
        model = self.env["utm.campaign"]
        shown = model.with_context(search_default_filter_active_phase=1)
        self.assertIn("No campaign is shown here", shown.get_empty_list_help("<p>First</p>"))
        self.assertNotIn("No campaign", model.get_empty_list_help("<p>First</p>"))
        model.search([("is_template", "=", False)]).active = False
        self.assertNotIn("No campaign", shown.get_empty_list_help("<p>First</p>"))

    def test_the_calendar_shows_what_lies_in_the_month(self):
        """As the calendar asks: whatever began by its last day and did not end before its first."""
        view = self.env.ref(f"{MODULE}.utm_campaign_view_calendar")
        arch = etree.fromstring(self.campaign.get_view(view.id, "calendar")["arch"])
        start, stop = arch.get("date_start"), arch.get("date_stop")
        long = self._campaign("All spring", date_start="2026-02-15", date_end="2026-04-15")
        march = self._campaign("March", date_start="2026-03-31", date_end="2026-04-02")
        self._campaign("April", date_start="2026-04-01", date_end="2026-04-20")
        self._campaign("February", date_start="2026-02-01", date_end="2026-02-28")
        found = self.env["utm.campaign"].search(
            [(start, "<=", "2026-03-31"), (stop, ">=", "2026-03-01"), ("id", ">=", long.id)]
        )
        self.assertEqual(found, long | march)

    def test_a_campaign_is_not_part_of_itself(self):
        part = self._campaign("Part", parent_id=self.campaign.id)
        deeper = self._campaign("Deeper", parent_id=part.id)
        self.assertEqual((self.campaign.child_count, deeper.child_count), (1, 0))
        with self.assertRaisesRegex(ValidationError, "part of itself"):
            self.campaign.parent_id = deeper

    def test_it_ends_after_it_began(self):
        with self.assertRaisesRegex(ValidationError, "ends after it has begun"):
            self.campaign.date_end = "2026-02-28"

    def test_a_code_is_used_once(self):
        self.campaign.code = "SPRING26"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._campaign("Other", code="spring26").flush_recordset()

    def test_the_phase_moves_by_its_methods_only(self):
        campaign = self.campaign.with_user(self.mara)
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            campaign.with_context(campaign_phase=True).write({"phase": "running"})
        with self.assertRaisesRegex(UserError, "Spring is Draft and cannot become Running"):
            campaign.action_start()
        campaign.sudo()._set_phase("approved")
        campaign.action_start()
        self.assertEqual(campaign.phase, "running")
        self.assertEqual(campaign.date_published, Date.context_today(campaign))
        campaign.action_finish()
        self.assertEqual(campaign.phase, "finished")

    def test_a_campaign_begins_as_a_draft(self):
        self.assertEqual(self._campaign("New", phase="settled").phase, "draft")

    def test_a_template_is_copied_and_never_runs(self):
        self.campaign.is_template = True
        self.campaign._set_phase("approved")
        with self.assertRaisesRegex(UserError, "Spring is a template"):
            self.campaign._set_phase("running")
        action = self.campaign.with_user(self.mara).action_copy_template()
        copy = self.env["utm.campaign"].browse(action["res_id"])
        self.assertEqual((copy.phase, copy.is_template, copy.title), ("draft", False, "Spring"))
        self.assertEqual(copy.kind_id, self.campaign.kind_id)

    def test_who_only_looks_is_offered_no_new_campaign(self):
        """Controllers are not, marketers and those without a role here are."""
        for user, create in ((self.cara, "0"), (self.mara, None), (self.env.user, None)):
            for kind in ("form", "list", "kanban"):
                view = self.env["utm.campaign"].with_user(user).get_view(view_type=kind)
                self.assertEqual(etree.fromstring(view["arch"]).get("create"), create, kind)

    def test_employees_change_no_plan(self):
        """Odoo lets every employee write campaigns, because leads bring them along."""
        campaign = self.campaign.with_user(self.emma)
        campaign.title = "Spring fair"
        for values in ({"target_revenue": 1}, {"parent_id": False}, {"window_months": 9}):
            with self.assertRaisesRegex(AccessError, "by marketers"):
                campaign.write(values)
        with self.assertRaisesRegex(AccessError, "by marketers"):
            campaign.action_cancel()
        campaigns = self.env["utm.campaign"].with_user(self.emma)
        self.assertTrue(campaigns.create({"title": "From a lead"}))
        with self.assertRaisesRegex(AccessError, "by marketers"):
            campaigns.create({"title": "Planned", "kind_id": self.kind.id})
