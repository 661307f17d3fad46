"""What the listener's account can ask of an agent's telephone during a call (CC-1)."""

import re

from exchange_case import ExchangeCase, starts

from suite import paths

FEATURES = paths.ROOT / "addons" / "crm_callcenter" / "pbx" / "conf" / "features.conf"


class TestTelephone(ExchangeCase):
    def test_hold_resume_and_mute_with_the_listeners_rights(self):
        """Calls and agents is all its account may command: no shell, no configuration."""
        telephone = self.telephone("1001", "phone_obeys")
        caller = self.caller("caller_stays", "8000")
        agent = self.listener.wait("AgentConnect")["DestChannel"]
        codes = dict(re.findall(r"^(\w+) => ([^,]+),", FEATURES.read_text(), re.MULTILINE))
        for name, proof in (("crm_hold", "Hold"), ("crm_talk", "Unhold")):
            for digit in codes[name]:
                self.listener.command("PlayDTMF", Channel=agent, Digit=digit, Receive="1")
            self.listener.wait(proof, Channel=agent)
        for state in ("on", "off"):
            self.listener.command("Setvar", Channel=agent, Variable="MUTEAUDIO(in)", Value=state)
        self.assertFalse(self.listener.all("Hangup", Channel=starts("PJSIP/1001")))
        self.listener.command("Hangup", Channel=agent)
        for player in (telephone, caller):
            player.finish()
