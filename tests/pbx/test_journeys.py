"""People at work in Chromium while real calls come in (CC-1, CC-2, CC-8)."""

from browser import JourneyCase, until

CUSTOMER = "+14155550123"
SET_UP = f"""
partner = env["res.partner"].create({{"name": "Azure Interior", "phone": "{CUSTOMER}"}})
env.cr.commit()
"""


class TestAgentJourney(JourneyCase):
    @classmethod
    def prepare_office(cls):
        cls.office.run(SET_UP)

    def test_a_caller_pops_up_before_he_is_answered(self):
        """CC-2: the name stands there while the telephone rings, and in every tab the same."""
        telephone = self.telephone("1001", "phone_talks", seconds=8, ring=4000)
        page = self.page("1001", "action-crm_callcenter.crm_call_action")
        self.sees(page, ".o_call_bar", "the call bar")
        page.click(".o_call_get_ready")
        self.sees(page, ".o_call_bar[data-state=ready]", "the agent as ready")
        caller = self.caller("caller_stays", "8000", caller=CUSTOMER, seconds=20)
        self.sees(page, ".o_call_bar[data-state=ringing]", "the telephone ringing")
        self.sees(page, ".o_call_name:has-text('Azure Interior')", "who calls")
        self.picture(page, "agent_rings")
        self.sees(page, ".o_call_bar[data-state=on_call]", "the call going on")
        self.picture(page, "agent_talks")
        self.sees(page, ".o_call_bar[data-state=wrap_up]", "the work after the call")
        self.picture(page, "agent_after_the_call")
        for player in (caller, telephone):
            player.finish()
        until(lambda: self.office.calls(CUSTOMER), "the call is in Odoo")
