"""A day of an agent in Chromium, with real calls at real telephones (CC-1, CC-2, CC-6)."""

from browser import NARROW, JourneyCase, until

CUSTOMER, OTHER = "+14155550123", "+14155550199"
SET_UP = f"""
env["crm.call.exchange"].search([]).country_id = env.ref("base.us")
env["res.partner"].create([
    {{"name": "Azure Interior", "phone": "{CUSTOMER}"}},
    {{"name": "Deco Addict", "phone": "{OTHER}"}},
])
env["crm.call.topic"].create({{"name": "Seals"}})
env["crm.call.queue"].search([]).write({{"wrap_up_seconds": 120}})
env.cr.commit()
"""
NOTE = "Wants ten seals for pump 7"


class TestAgentDay(JourneyCase):
    @classmethod
    def prepare_office(cls):
        cls.office.run(SET_UP)

    def is_in(self, page, state, what=None):
        """Wait until the bar of the page shows this state."""
        self.sees(page, f".o_call_bar[data-state={state}]", what or f"the agent as {state}")

    def at_work(self, login, viewport=None):
        """An agent's page with the call bar, ready for calls."""
        page = self.page(login, "action-crm_callcenter.crm_call_action", viewport)
        self.sees(page, ".o_call_bar", "the call bar")
        if page.get_attribute(".o_call_bar", "data-state") == "wrap_up":  # of the test before
            page.click(".o_call_done")
        elif page.locator(".o_call_get_ready").is_visible():
            page.click(".o_call_get_ready")
        self.is_in(page, "ready")
        return page

    def done(self, page):
        page.click(".o_call_done")
        self.is_in(page, "ready", "the agent ready for the next call")

    def test_a_day_from_ready_to_a_break(self):
        """CC-1, CC-2: hold, mute, tones, a transfer with its context, after-call work, a break."""
        telephone = self.telephone("1001", "phone_obeys", ring=3000)
        page = self.at_work("1001")
        caller = self.caller("caller_stays", "8000", caller=CUSTOMER)
        self._a_call_pops_up(page)
        narrow = self.page("1001", "contacts", NARROW)
        self.is_in(narrow, "on_call", "the same call in another tab")
        self._hold_mute_and_tones(page, narrow)
        self._note_in_both_tabs(page, narrow)
        self._promise(page, narrow)
        self._to_a_colleague(page, narrow)
        self._after_the_call(page, narrow)
        for player in (telephone, caller):
            player.finish()
        self._the_next_call_and_a_break(page)

    def _a_call_pops_up(self, page):
        self.is_in(page, "ringing")
        self.sees(page, ".o_call_name:has-text('Azure Interior')", "who calls")
        self.is_in(page, "on_call", "the call that was picked up at the telephone")

    def _hold_mute_and_tones(self, page, narrow):
        page.click(".o_call_hold")
        self.sees(page, ".o_call_resume", "that the caller is on hold")
        self.sees(narrow, ".o_call_resume", "the same in the other tab")
        page.click(".o_call_resume")
        self.sees(page, ".o_call_hold", "that he is back")
        page.keyboard.press("Alt+Shift+M")
        self.sees(page, ".o_call_mute[aria-pressed=true]", "that the agent is muted")
        page.keyboard.press("Alt+Shift+M")
        self.sees(page, ".o_call_mute[aria-pressed=false]", "that he is heard again")
        page.click(".o_call_keypad_button")
        page.click(".o_call_keypad [data-key='5']")
        self.sees(page, ".o_call_status:has-text('Tones: done')", "that the tone was sent")
        self.picture(page, "agent_keypad")
        page.click(".o_call_keypad_button")

    def _note_in_both_tabs(self, page, narrow):
        page.fill("#o_call_note", NOTE)
        until(lambda: narrow.input_value("#o_call_note") == NOTE, "the note in the other tab")
        page.fill("#o_call_note", f"{NOTE}.")
        page.reload()  # before it was sent
        self.sees(page, "#o_call_note", "the card after a reload")
        self.assertEqual(page.input_value("#o_call_note"), f"{NOTE}.")
        self.picture(page, "agent_talks")
        self.picture(narrow, "agent_talks_390")

    def _promise(self, page, narrow):
        page.click(".o_call_promise_button")
        self.sees(page, ".o_call_promise", "the form of a call-back")
        self.picture(page, "agent_promises")
        page.click(".o_promise_save")
        for one in (page, narrow):
            self.sees(one, ".o_call_promised:has-text('by you')", "the call-back that was promised")

    def _to_a_colleague(self, page, narrow):
        """The colleague sees customer and note while his telephone rings."""
        telephone = self.telephone("1002", "phone_talks", seconds=4, ring=4000)
        colleague = self.at_work("1002")
        narrow.click(".o_call_transfer_button")
        self.sees(narrow, ".o_call_transfer [data-agent='1002']:has-text('Ready')", "who is ready")
        self.sees(narrow, "[data-agent='1003']:has-text('hardly')", "who is away")
        self.picture(narrow, "agent_transfers_390")
        page.click(".o_call_transfer_button")
        self.sees(page, "[data-agent='1002'] .o_blind", "the colleague")
        self.picture(page, "agent_transfers")
        page.click("[data-agent='1002'] .o_blind")
        self.is_in(colleague, "ringing")
        self.sees(colleague, ".o_call_name:has-text('Azure Interior')", "who is put through")
        self.assertEqual(colleague.input_value("#o_call_note"), f"{NOTE}.")
        self.sees(colleague, ".o_call_promised:has-text('by Agent 1001')", "who has promised it")
        self.picture(colleague, "agent_is_given_a_call")
        self.is_in(colleague, "on_call")
        self.is_in(colleague, "wrap_up")
        telephone.finish()
        self.register("1002", 0)  # the next call is not his

    def _after_the_call(self, page, narrow):
        self.is_in(page, "wrap_up")
        page.reload()
        self.is_in(page, "wrap_up", "the after-call work after a reload")
        self.sees(page, "#o_call_topic", "the form after a call")
        self.assertEqual(page.input_value("#o_call_note"), f"{NOTE}.")
        page.select_option("#o_call_topic", label="Seals")
        page.select_option("#o_call_disposition", label="Solved")
        self.picture(page, "agent_writes_up")
        self.picture(narrow, "agent_writes_up_390")
        self.done(page)
        self.is_in(narrow, "ready", "the other tab ready, too")
        [row] = self.office.rows(
            "SELECT json_agg(t) FROM (SELECT c.note, t.name->>'en_US' AS topic,"
            " d.name->>'en_US' AS result, b.state AS promised, c.transfer_count AS transfers"
            " FROM crm_call c JOIN crm_call_topic t ON t.id = c.topic_id"
            " JOIN crm_call_disposition d ON d.id = c.disposition_id"
            " JOIN crm_call_callback b ON b.call_id = c.id WHERE c.number = :'number') t",
            number=CUSTOMER,
        )
        self.assertEqual(
            row,
            {"note": f"{NOTE}.", "topic": "Seals", "result": "Solved", "promised": "assigned",
             "transfers": 1},
        )  # fmt: skip

    def _the_next_call_and_a_break(self, page):
        telephone = self.telephone("1001", "phone_talks", seconds=2, ring=1500)
        caller = self.caller("caller_stays", "8000", caller=OTHER)
        self.sees(page, ".o_call_name:has-text('Deco Addict')", "the next caller")
        self.is_in(page, "wrap_up")
        for player in (telephone, caller):
            player.finish()
        page.keyboard.press("Alt+Shift+N")
        self.is_in(page, "ready")
        page.click(".o_call_state")
        self.sees(page, ".o_call_shortcuts", "the help for keys")
        self.picture(page, "agent_states")
        page.click(".o_call_pause:has-text('Lunch')")
        self.is_in(page, "paused")
        self.sees(page, ".o_call_reason:has-text('Lunch')", "why he pauses")
        self.picture(page, "agent_pauses")

    def test_a_colleague_is_asked_first(self):
        """CC-1: the caller waits, the colleague is asked, then both are connected."""
        telephone = self.telephone("1001", "phone_stays")
        page = self.at_work("1001")
        caller = self.caller("caller_stays", "8000", caller=CUSTOMER)
        self.is_in(page, "on_call")
        self.sees(page, "#o_call_note", "the card")
        asked = self.telephone("1002", "phone_talks", seconds=6, ring=1500)
        colleague = self.at_work("1002")
        page.keyboard.press("Alt+Shift+T")
        page.click("[data-agent='1002'] .o_consult")
        self.is_in(colleague, "on_call", "the colleague who is asked")
        self.sees(page, ".o_call_complete", "that they talk")
        self.picture(page, "agent_asks_first")
        page.click(".o_call_complete")
        self.is_in(page, "wrap_up")
        self.sees(colleague, ".o_call_name:has-text('Azure Interior')", "who is put through")
        self.is_in(colleague, "wrap_up")
        for player in (telephone, asked, caller):
            player.finish()
        for one in (page, colleague):
            self.done(one)

    def test_a_colleague_joins_as_third(self):
        """CC-1: the call moves into the agent's room, and a colleague is called into it."""
        telephone = self.telephone("1001", "phone_stays")
        page = self.at_work("1001")
        caller = self.caller("caller_stays", "8000", caller=CUSTOMER)
        self.is_in(page, "on_call")
        third = self.telephone("1002", "phone_talks", seconds=4, ring=1000)
        colleague = self.at_work("1002")
        page.click(".o_call_conference")
        self.sees(page, ".o_call_status:has-text('Conference: done')", "the conference")
        page.click(".o_call_transfer_button")
        page.click("[data-agent='1002'] .o_add")
        self.is_in(colleague, "on_call", "the colleague who joins")
        self.is_in(page, "on_call")
        self.picture(page, "agent_has_a_conference")
        third.finish()
        page.click(".o_call_hangup")
        self.is_in(page, "wrap_up")
        telephone.finish()
        caller.end()  # he stays in the room by himself

    def test_click_to_dial_from_a_contact(self):
        """CC-6: his own telephone first; what really happened is told."""
        telephone = self.telephone("1001", "phone_stays")
        customer = self.customer("phone_talks", seconds=3, ring=1500)
        page = self.at_work("1001")
        self._dial(page)
        self.is_in(page, "on_call")
        self.sees(page, ".o_call_name:has-text('Azure Interior')", "whom he called")
        self.picture(page, "agent_dialed")
        self.is_in(page, "wrap_up")
        self.done(page)
        for player in (telephone, customer):
            player.finish()
        self._busy(page)

    def _dial(self, page):
        page.goto("/odoo/action-contacts.action_contacts?view_type=list")
        page.fill(".o_searchview_input", "Azure Interior")
        page.press(".o_searchview_input", "Enter")
        page.click("td[name=complete_name]:has-text('Azure Interior')")
        page.click(".o_form_view [name=phone] a.o_form_uri")

    def _busy(self, page):
        telephone = self.telephone("1001", "phone_stays")
        customer = self.customer("phone_refuses", answer="486 Busy Here")
        self._dial(page)
        self.sees(page, ".o_call_result:has-text('Busy')", "that the customer is busy")
        self.sees(page, f".o_call_card :text('{CUSTOMER}')", "the number he dialed")
        self.assertFalse(page.locator(".o_call_card .badge:has-text('Colleague')").count())
        self.picture(page, "agent_dialed_busy")
        for player in (telephone, customer):
            player.finish()
        self.done(page)
