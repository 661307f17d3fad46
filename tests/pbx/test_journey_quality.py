"""A quality manager at work on a call that was really recorded (CC-5)."""

import re

from browser import NARROW, JourneyCase, until

CUSTOMER = "+14155550151"
SET_UP = f"""
partner = env["res.partner"].create({{"name": "Azure Interior", "phone": "{CUSTOMER}"}})
boss = env["crm.call.agent"].search([("extension", "=", "1003")]).user_id
boss.group_ids += env.ref("crm_callcenter.group_call_quality")
env["crm.call.recording.rule"].create({{"name": "All", "consent": "assumed", "sound": "beep"}})
card = env.ref("crm_callcenter.crm_call_scorecard_general")
if card.state == "draft":
    card.action_activate()
env.cr.commit()
"""
RECORDINGS = "SELECT json_agg(state) FROM crm_call_recording"
REVIEW = """
    SELECT json_agg(json_build_array(state, round(score::numeric, 1), is_fatal))
      FROM crm_call_review
"""
ACCESSES = "SELECT json_agg(DISTINCT action) FROM crm_call_recording_access"


class TestQualityJourney(JourneyCase):
    @classmethod
    def prepare_office(cls):
        cls.office.run(SET_UP)

    def test_from_the_sound_of_a_call_to_an_appeal(self):
        self.record_a_call()
        boss = self.page("1003", "call-recordings")
        self.listen(boss)
        self.review(boss)
        agent = self.page("1001", "call-reviews", NARROW)
        self.appeal(agent)
        until(
            lambda: self.office.rows(REVIEW) == [["appealed", 83.3, False]],
            lambda: f"the review is appealed against: {self.office.rows(REVIEW)}",
        )

    def record_a_call(self):
        place = f"127.0.0.1:{self.office.agi_port()}"
        self.console.command("Setvar", Variable="MENU_SERVER", Value=place)
        self.telephone("1001", "phone_talks", seconds=6)
        self.caller("caller_stays", "8100", caller=CUSTOMER, seconds=30).finish(60)
        until(
            lambda: self.office.rows(RECORDINGS) == ["stored"],
            lambda: f"the recording is in Odoo: {self.office.rows(RECORDINGS)}",
            60,
        )

    def listen(self, page):
        """The sound plays, and that she listens is noted."""
        page.click(".o_data_row:has-text('Azure Interior')")
        self.sees(page, ".o_call_player", "the player")
        page.click(".o_play")
        self.sees(page, ".o_wave rect.o_played", "the sound being played")
        self.picture(page, "quality_listens")
        until(
            lambda: self.office.rows(ACCESSES) == ["link", "listen"],
            lambda: f"it is noted that she listens: {self.office.rows(ACCESSES)}",
        )

    def review(self, page):
        """All but the greeting (weight 1) and two thirds of the summary (2): 11.67 of 14."""
        page.click("button[name=action_review]")
        page.click(".o_form_button_save")
        self.sees(page, "[name=answer_ids] .o_data_row", "the criteria")
        for place, rating in enumerate(("0", "1", "3", "2", "2", "1", "1")):
            row = page.locator("[name=answer_ids] .o_data_row").nth(place)
            row.locator("[name=rating]").click()
            self.choose(page, row, rating)
        page.click(".o_form_button_save")
        page.click("button[name=action_score]")
        self.sees(page, "button[name=action_release]", "that it can be released")
        self.picture(page, "quality_reviews")
        page.click("button[name=action_release]")
        self.sees(page, ".o_statusbar_status .o_arrow_button_current:has-text('Released')", "it")

    def choose(self, page, row, rating):
        """The rating in the menu of the cell that is edited."""
        row.locator("[name=rating] input").first.click()
        exactly = re.compile(rf"^\s*{rating}\s*$")
        page.locator(".o_select_menu_item").filter(has_text=exactly).first.click()

    def appeal(self, page):
        """The agent reads it on his telephone, and does not agree."""
        page.locator(".o_kanban_record:has-text('Agent 1001')").first.click()
        self.sees(page, "button[name=action_open_appeal], .o_statusbar_buttons", "the review")
        self.picture(page, "agent_reads_review_390")
        if not page.locator("button[name=action_open_appeal]").is_visible():
            page.click(".o_cp_action_menus button, .o_statusbar_buttons .dropdown-toggle")
        page.click("button[name=action_open_appeal], .o-dropdown-item:has-text('Appeal')")
        page.fill(".modal textarea", "I did greet him, before the line was good.")
        page.click(".modal-footer .btn-primary")
        self.sees(page, ".o_field_widget[name=state], .o_statusbar_status", "the review again")
        self.picture(page, "agent_appeals_390")
