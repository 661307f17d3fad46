"""A supervisor at work while customers wait and agents talk (CC-5, CC-8)."""

from browser import NARROW, JourneyCase, until

FIRST, SECOND = "+14155550161", "+14155550162"
SET_UP = f"""
for name, number in (("Azure Interior", "{FIRST}"), ("Deco Addict", "{SECOND}")):
    env["res.partner"].create({{"name": name, "phone": number}})
agents = {{one.extension: one for one in env["crm.call.agent"].search([])}}
agents["1003"].user_id.group_ids += env.ref("crm_callcenter.group_call_supervisor")
agents["1001"]._set_state("ready")
agents["1003"]._set_state("paused", reason="Supervision")
env.cr.commit()
"""
LISTENED = "SELECT json_agg(json_build_array(kind, is_told)) FROM crm_call_listening"


class TestSupervisorJourney(JourneyCase):
    @classmethod
    def prepare_office(cls):
        cls.office.run(SET_UP)

    def test_from_the_wallboard_into_a_call(self):
        board = self.page("1003", "call-wallboard")
        self.sees(board, ".o_call_wallboard", "the wallboard")
        callers = []
        for one in (FIRST, SECOND):  # one after the other: the first is answered first
            callers.append(self.caller("caller_stays", "8000", caller=one, seconds=80))
            self.listener.wait("QueueCallerJoin", CallerIDNum=one)
        self.sees(board, ".o_call_tile.o_waiting b:text-is('2')", "two callers who wait")
        self.picture(board, "supervisor_wallboard")
        page = self.page("1003", "call-supervisor")
        self.open_waiting(page)
        self.talk(page)
        self.listen(page)
        self.console.ask("Hangup", Channel="/^.*$/")
        for caller in callers:
            caller.finish(60)
        self.sees(board, ".o_call_tile.o_waiting b:text-is('0')", "that nobody waits any more")
        self.open_answered(board)
        small = self.page("1003", "call-supervisor", NARROW)
        self.sees(small, ".o_call_agent", "the agents on a telephone")
        self.picture(small, "supervisor_390")

    def open_answered(self, board):
        """One was answered, and the other one gave up when the lines were cut."""
        answered = ".o_call_queues tr:has-text('Support') td:nth-child(5) button"
        self.sees(board, f"{answered}:text-is('1')", "one answered call")
        board.click(answered)
        self.sees(board, ".o_data_row:has-text('Azure Interior')", "the call behind the figure")
        self.assertEqual(board.locator(".o_data_row").count(), 1)

    def open_waiting(self, page):
        """The figure opens its calls."""
        row = page.locator("tr:has-text('Support')").first
        row.locator("button:has-text('2')").first.click()
        self.sees(page, ".o_data_row:has-text('Azure Interior')", "who waits")
        self.assertEqual(page.locator(".o_data_row").count(), 2)
        page.go_back()
        self.sees(page, ".o_call_supervisor", "the supervisor's page again")

    def talk(self, page):
        """An agent's telephone comes back, and rings."""
        self.telephone("1001", "phone_stays")
        self.telephone("1003", "phone_stays")
        agent = ".o_call_agent:has-text('1001')"
        self.sees(page, f"{agent} .o_state_on_call", "that 1001 talks")
        self.picture(page, "supervisor_agents")

    def listen(self, page):
        """She listens, the exchange confirms it, and the agent sees it."""
        page.click(".o_call_agent:has-text('1001') [data-kind=listen]")
        self.sees(page, ".o_call_status:has-text('Listening in: done')", "that she listens")
        self.picture(page, "supervisor_listens")
        self.assertTrue(self.listener.all("ChanSpyStart"))
        agent = self.page("1001", "action-crm_callcenter.crm_call_action")
        self.sees(agent, ".o_call_listened", "that the agent is told")
        self.picture(agent, "agent_is_listened_to")
        until(
            lambda: self.office.rows(LISTENED) == [["listen", True]],
            lambda: f"it is noted: {self.office.rows(LISTENED)}",
        )
