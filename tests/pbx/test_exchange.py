"""What a real Asterisk 22 tells a listener about calls: the ground the call center stands on.

Each test plays one case with customers and telephones and looks at the events of the manager
interface. Seconds that the exchange counts are whole and may be one off, so they get a range.
"""

import array
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import wave
from pathlib import Path

from exchange_case import (
    CUSTOMER,
    CUSTOMER_NAME,
    ExchangeCase,
    Manager,
    listens,
    starts,
    until,
)
from PIL import Image

from suite import exchange as exchanges
from suite.exchange import HTTP_PORT, LISTENER, SIP_PORT

DIALED = "+14155550999"


def calls_of(events):
    """The calls (Linkedid) that *events* belong to."""
    return {event["Linkedid"] for event in events if event.get("Linkedid")}


class TestExchange(ExchangeCase):
    """The exchange itself: it starts clean, its account is a narrow one, two are two."""

    def test_it_starts_without_a_complaint(self):
        other = exchanges.start()
        try:
            log = other.log.read_text()
        finally:
            other.stop()
        self.assertIn("modules will be loaded", log)
        self.assertEqual(
            [line for line in log.splitlines() if re.search("ERROR|WARNING", line)], []
        )

    def test_two_beside_each_other_share_nothing(self):
        other = exchanges.start()
        try:
            self.assertNotEqual(other.network, self.exchange.network)
            self.assertFalse(set(other.secrets.values()) & set(self.exchange.secrets.values()))
            elsewhere = Manager(other, LISTENER)
            self.caller("caller_leaves", "8000", seconds=0.5).finish()
            self.listener.wait("Hangup", CallerIDNum=CUSTOMER)
            self.assertEqual(elsewhere.all("Newchannel"), [])
        finally:
            other.stop()
        self.assertFalse(other.folder.exists())
        self.assertFalse(other.is_running())

    def test_it_ends_with_a_killed_process_and_leaves_nothing_for_long(self):
        script = (
            "import time; from suite import exchange; running = exchange.start(); "
            "print(running.network, flush=True); time.sleep(60)"
        )
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
            network = process.stdout.readline().decode().strip()
            left = exchanges.RUNS / network
            self.assertTrue(left.is_dir())
            process.kill()
        until(lambda: not listens(f"{network}.1", SIP_PORT), "Asterisk has ended")
        exchanges.start().stop()
        self.assertFalse(left.exists())

    def test_wrong_secret_is_refused(self):
        wrong = exchanges.Exchange(self.exchange.network, None, {LISTENER: "guess"}, None)
        with self.assertRaisesRegex(AssertionError, "Authentication failed"):
            Manager(wrong, LISTENER)

    def test_listener_may_not_run_commands_or_write_the_configuration(self):
        for action, fields in (
            ("Command", {"Command": "core show version"}),
            ("UpdateConfig", {"SrcFilename": "manager.conf", "DstFilename": "manager.conf"}),
        ):
            answer = self.listener.ask(action, **fields)
            self.assertEqual(
                (answer["Response"], answer["Message"]), ("Error", "Permission denied")
            )

    def test_events_say_when_they_happened_and_come_without_chatter(self):
        before = time.time()
        self.caller("caller_leaves", "8000", seconds=1).finish()
        self.listener.wait("Cdr")
        channel = self.listener.wait("Newchannel")
        # within the test, give or take that of two clocks of one machine
        self.assertTrue(before - 0.1 <= float(channel["Timestamp"]) <= time.time() + 0.1)
        self.assertTrue(self.console.all("VarSet"))
        for chatter in ("VarSet", "Newexten", "RTCPSent", "RTCPReceived"):
            self.assertEqual(self.listener.all(chatter), [])

    def test_rest_interface_asks_for_its_secret(self):
        url = f"http://{self.exchange.address}:{HTTP_PORT}/ari/asterisk/info"
        secret = self.exchange.secrets["ari"]
        with urllib.request.urlopen(f"{url}?api_key=listener:{secret}", timeout=10) as answer:
            self.assertIn(b'"version":"22.', answer.read())
        with self.assertRaisesRegex(urllib.error.HTTPError, "401"):
            urllib.request.urlopen(url, timeout=10)


class TestInbound(ExchangeCase):
    """A customer calls (CC-2, CC-3, CC-8)."""

    def test_answered_through_the_queue(self):
        telephone = self.telephone("1001", "phone_talks", seconds=2)
        caller = self.caller("caller_stays", "+14155551000")
        completed = self.listener.wait("AgentComplete")
        caller.finish()
        telephone.finish()
        joined = self.listener.wait("QueueCallerJoin")
        self.assertEqual((joined["Queue"], joined["Position"]), ("support", "1"))
        self.assertEqual((joined["CallerIDNum"], joined["CallerIDName"]), (CUSTOMER, CUSTOMER_NAME))
        connected = self.listener.wait("AgentConnect")
        self.assertEqual(connected["Interface"], "PJSIP/1001")
        self.assertEqual(connected["MemberName"], "Alice Agent")
        self.assertIn(completed["TalkTime"], ("1", "2", "3"))
        self.assertEqual(completed["Reason"], "agent")
        record = self.listener.wait(
            "Cdr", Disposition="ANSWERED", DestinationChannel=starts("PJSIP/1001")
        )
        self.assertEqual(record["Linkedid"], joined["Linkedid"])
        self.assertEqual(calls_of(self.listener.events), {joined["Linkedid"]})

    def test_steps_of_a_call_in_their_order(self):
        self.telephone("1001", "phone_talks", seconds=1)
        self.caller("caller_stays", "8000").finish()
        self.listener.wait("AgentComplete")
        steps = (
            "QueueCallerJoin",
            "AgentCalled",
            "AgentConnect",
            "QueueCallerLeave",
            "AgentComplete",
        )
        seen = [kind for kind in self.listener.kinds() if kind in steps]
        self.assertEqual(sorted(seen, key=steps.index), sorted(steps, key=steps.index))
        self.assertEqual([seen[0], seen[1], seen[-1]], [steps[0], steps[1], steps[-1]])

    def test_abandoned_in_the_queue(self):
        self.telephone("1001", "phone_rings")
        self.caller("caller_leaves", "8000", seconds=2).finish()
        abandoned = self.listener.wait("QueueCallerAbandon")
        self.assertEqual((abandoned["Queue"], abandoned["Position"]), ("support", "1"))
        self.assertIn(abandoned["HoldTime"], ("1", "2", "3"))
        self.listener.wait("Hangup", Uniqueid=abandoned["Uniqueid"])
        self.assertEqual(self.listener.all("AgentConnect"), [])

    def test_agent_who_does_not_answer_lets_it_ring_out(self):
        self.telephone("1001", "phone_rings")
        self.listener.command("QueueAdd", Queue="sales", Interface="PJSIP/1001", MemberName="Alice")
        self.addCleanup(self.console.command, "QueueRemove", Queue="sales", Interface="PJSIP/1001")
        self.caller("caller_leaves", "8001", seconds=5)
        missed = self.listener.wait("AgentRingNoAnswer")
        self.assertEqual((missed["Queue"], missed["Interface"]), ("sales", "PJSIP/1001"))
        # milliseconds here, though all other durations are seconds: the queue's timeout of 3 s
        self.assertTrue(2500 <= int(missed["RingTime"]) <= 4500, missed["RingTime"])

    def test_three_callers_wait_in_a_row(self):
        self.telephone("1001", "phone_rings")
        for number in range(3):
            self.caller("caller_leaves", "8000", caller=f"+1415555020{number}", seconds=2)
            self.listener.wait("QueueCallerJoin", Position=str(number + 1))
        joined = self.listener.all("QueueCallerJoin")
        self.assertEqual([event["Count"] for event in joined], ["1", "2", "3"])
        until(lambda: len(self.listener.all("QueueCallerAbandon")) == 3, "three abandoned calls")
        self.assertEqual(len(calls_of(joined)), 3)

    def test_name_in_chinese_arrives_whole(self):
        self.caller("caller_leaves", "8000", name="王小明", seconds=0.5).finish()
        self.assertEqual(self.listener.wait("QueueCallerJoin")["CallerIDName"], "王小明")

    def test_anonymous_caller(self):
        self.caller(
            "caller_leaves", "8000", caller="anonymous", name="Anonymous", seconds=0.5
        ).finish()
        self.assertEqual(self.listener.wait("QueueCallerJoin")["CallerIDNum"], "anonymous")

    def test_busy_telephone(self):
        telephone = self.telephone("1002", "phone_refuses", answer="486 Busy Here")
        self.caller("caller_is_refused", "1002", answer=486).finish()
        telephone.finish()
        ended = self.listener.wait("DialEnd", DestChannel=starts("PJSIP/1002"))
        self.assertEqual(ended["DialStatus"], "BUSY")

    def test_agent_who_does_not_want_to_be_disturbed_is_busy(self):
        self.database("DND", "1001", "1")
        self.telephone("1001", "phone_rings")
        self.caller("caller_is_refused", "1001", answer=486).finish()
        said = self.listener.wait("UserEvent", UserEvent="CallCenter", Step="dnd")
        self.assertEqual((said["Agent"], said["Caller"]), ("1001", CUSTOMER))
        self.assertEqual(self.listener.all("DialBegin"), [])

    def test_no_answer(self):
        self.console.command("Setvar", Variable="AGENT_TIMEOUT", Value="1")
        self.addCleanup(self.console.command, "Setvar", Variable="AGENT_TIMEOUT", Value="20")
        telephone = self.telephone("1001", "phone_rings")
        self.caller("caller_is_refused", "1001", answer=480).finish()
        telephone.finish()
        ended = self.listener.wait("DialEnd", DestChannel=starts("PJSIP/1001"))
        self.assertEqual(ended["DialStatus"], "NOANSWER")

    def test_telephone_that_is_not_there(self):
        self.caller("caller_is_refused", "1003", answer=480).finish()
        ended = self.listener.wait("Hangup", CallerIDNum=CUSTOMER)
        self.assertEqual(ended["Cause"], "20")  # ITU-T Q.850: subscriber absent

    def test_number_that_does_not_exist_leaves_no_trace(self):
        """Refused before there is a channel: only the carrier can count these."""
        self.caller("caller_is_refused", "5999", answer=404).finish()
        self.console.command("Ping")
        self.assertEqual(self.console.all("Newchannel"), [])


class TestMenu(ExchangeCase):
    """The menu: keys and what becomes of the call (CC-4)."""

    def test_key_leads_to_an_agent(self):
        telephone = self.telephone("1002", "phone_talks", seconds=1)
        caller = self.caller("caller_dials", "+14155552000", digit="2", seconds=30)
        chosen = self.listener.wait("UserEvent", UserEvent="CallCenter", Step="ivr")
        self.assertEqual(
            (chosen["Menu"], chosen["Digit"], chosen["Caller"]), ("main", "2", CUSTOMER)
        )
        pressed = self.listener.wait("DTMFEnd", Direction="Received")
        self.assertEqual((pressed["Digit"], pressed["Linkedid"]), ("2", chosen["Linkedid"]))
        ended = self.listener.wait("DialEnd", DestChannel=starts("PJSIP/1002"))
        self.assertEqual((ended["DialStatus"], ended["Linkedid"]), ("ANSWER", chosen["Linkedid"]))
        telephone.finish()
        caller.end()

    def test_key_that_the_machine_answers_itself(self):
        self.caller("caller_dials", "7000", digit="3", seconds=2)
        self.listener.wait("UserEvent", Step="ivr_contained", Menu="main")
        self.listener.wait("Hangup", CallerIDNum=CUSTOMER)
        self.assertEqual(self.listener.all("DialBegin") + self.listener.all("QueueCallerJoin"), [])

    def test_key_leads_to_the_queue(self):
        self.caller("caller_dials", "7000", digit="1", seconds=2).finish()
        joined = self.listener.wait("QueueCallerJoin", Queue="support")
        self.assertEqual(calls_of(self.listener.events), {joined["Linkedid"]})


class TestHold(ExchangeCase):
    """The agent puts the customer on hold at his telephone (CC-1)."""

    def test_hold_and_resume(self):
        telephone = self.telephone("1001", "phone_holds", seconds=1)
        self.caller("caller_stays", "8000").finish()
        telephone.finish()
        connected = self.listener.wait("AgentConnect")
        held = self.listener.wait("Hold", Channel=connected["DestChannel"])
        resumed = self.listener.wait("Unhold", Channel=connected["DestChannel"])
        self.assertEqual(calls_of([held, resumed]), {connected["Linkedid"]})
        seconds = float(resumed["Timestamp"]) - float(held["Timestamp"])
        self.assertTrue(0.9 <= seconds <= 2.5, seconds)  # 1 s, and the messages in between


class TestTransfer(ExchangeCase):
    """One agent gives the call to another (CC-1)."""

    def _talking(self, scenario="phone_stays", **options):
        """A customer who talks to 1001; 1002 will answer and end the call after 1 s."""
        first = self.telephone("1001", scenario, **options)
        self._pause("1002")
        second = self.telephone("1002", "phone_talks", seconds=1)
        caller = self.caller("caller_stays", "8000")
        connected = self.listener.wait("AgentConnect")
        self.assertEqual(connected["Interface"], "PJSIP/1001")
        # the exchange says so before the two hear each other; only then there is what to transfer
        for side in ("Channel", "DestChannel"):
            self.listener.wait("BridgeEnter", Channel=connected[side])
        return connected, [caller, first, second]

    def _pause(self, agent):
        """The queue shall not ring *agent*."""
        member = {"Queue": "support", "Interface": f"PJSIP/{agent}"}
        self.listener.command("QueuePause", Paused="true", Reason="test", **member)
        self.addCleanup(self.console.command, "QueuePause", Paused="false", **member)

    def _second_answers(self, call):
        ended = self.listener.wait("DialEnd", DestChannel=starts("PJSIP/1002"))
        self.assertEqual((ended["DialStatus"], ended["Linkedid"]), ("ANSWER", call))

    def _all_finish(self, players):
        for player in players:
            player.finish()

    def test_blind(self):
        connected, players = self._talking()
        channel = connected["DestChannel"]
        self.listener.command("BlindTransfer", Channel=channel, Context="agents", Exten="1002")
        moved = self.listener.wait("BlindTransfer")
        self.assertEqual((moved["Result"], moved["Extension"]), ("Success", "1002"))
        self.assertEqual(moved["TransfererChannel"], channel)
        self.assertEqual(moved["TransfereeCallerIDNum"], CUSTOMER)
        self._second_answers(connected["Linkedid"])
        self._all_finish(players)

    def test_attended(self):
        connected, players = self._talking()
        channel = connected["DestChannel"]
        self.listener.command("Atxfer", Channel=channel, Context="agents", Exten="1002")
        self.listener.wait("DialEnd", DestChannel=starts("PJSIP/1002"), DialStatus="ANSWER")
        self.listener.command("Hangup", Channel=channel)  # who leaves completes the transfer
        moved = self.listener.wait("AttendedTransfer")
        self.assertEqual((moved["Result"], moved["OrigTransfererChannel"]), ("Success", channel))
        self._all_finish(players)
        self.assertEqual(calls_of([moved | {"Linkedid": moved["OrigTransfererLinkedid"]}]),
                         {connected["Linkedid"]})  # fmt: skip

    def test_refer_from_the_telephone(self):
        connected, players = self._talking("phone_refers", seconds=1, refer="1002")
        moved = self.listener.wait("BlindTransfer")
        self.assertEqual((moved["Result"], moved["Extension"]), ("Success", "1002"))
        self.assertEqual(moved["TransfererChannel"], connected["DestChannel"])
        self._second_answers(connected["Linkedid"])
        self._all_finish(players)

    def test_redirected_by_the_desk(self):
        connected, players = self._talking()
        self.listener.command(
            "Redirect", Channel=connected["Channel"], Context="agents", Exten="1002", Priority="1"
        )
        self._second_answers(connected["Linkedid"])
        self._all_finish(players)
        self.assertEqual(self.listener.all("BlindTransfer"), [])


class TestRecording(ExchangeCase):
    """Recording: the file, and that the listener learns of it (CC-5)."""

    def test_file_holds_what_was_said(self):
        self.telephone("1001", "phone_talks", seconds=2)
        self.caller("caller_stays", "8000").finish()
        started = self.listener.wait("MixMonitorStart")
        told = self.listener.wait("UserEvent", UserEvent="CallCenter", Step="recording")
        self.assertEqual(told["File"], f"{started['Uniqueid']}.wav")
        # a plain hang-up brings no MixMonitorStop: the end of the channel is the sign
        self.listener.wait("Hangup", Uniqueid=started["Uniqueid"])
        seconds, loudness = _sound(self.exchange.spool / "monitor" / told["File"])
        self.assertTrue(1.0 <= seconds <= 3.5, seconds)  # only what was talked, not the ringing
        self.assertGreater(loudness, 500)  # two tones of 5,650 each, never silence

    def test_pause_for_card_data_is_silent_in_the_file(self):
        self.telephone("1001", "phone_talks", seconds=3)
        caller = self.caller("caller_stays", "8000")
        channel = self.listener.wait("AgentConnect")["Channel"]
        self.listener.command("MixMonitorMute", Channel=channel, Direction="both", State="1")
        muted = self.listener.wait("MixMonitorMute")
        self.assertEqual((muted["Channel"], muted["State"]), (channel, "1"))
        caller.finish()
        self.listener.wait("Hangup", Channel=channel)
        seconds, loudness = _sound(
            self.exchange.spool / "monitor" / f"{muted['Uniqueid']}.wav", 1.5
        )
        self.assertTrue(1.5 <= seconds <= 4.5, seconds)
        self.assertLess(loudness, 10)


def _sound(path, start=0.0):
    """Length of a recording in seconds, and its loudness (root mean square) from *start* on."""
    until(lambda: path.exists() and path.stat().st_size > 44, f"{path.name} is written", 5)
    with wave.open(str(path)) as file:
        seconds = file.getnframes() / file.getframerate()
        samples = array.array("h", file.readframes(file.getnframes()))
        samples = samples[round(start * file.getframerate()) :]
    return seconds, (sum(sample * sample for sample in samples) / len(samples)) ** 0.5


class TestOutbound(ExchangeCase):
    """Click to dial: the agent's telephone rings first, then the customer's (CC-6)."""

    def test_customer_answers(self):
        telephone = self.telephone("1001", "phone_stays")
        customer = self.customer("phone_talks", seconds=1)
        self.click_to_dial("1001", DIALED, "click-42")
        answered = self.listener.wait("OriginateResponse")
        self.assertEqual((answered["Response"], answered["Reason"]), ("Success", "4"))
        self.assertEqual(answered["Uniqueid"], "click-42")
        ended = self.listener.wait("DialEnd", DestChannel=starts("PJSIP/trunk-"))
        self.assertEqual((ended["DialStatus"], ended["Linkedid"]), ("ANSWER", "click-42"))
        customer.finish()
        telephone.finish()
        record = self.listener.wait("Cdr", Destination=DIALED)
        self.assertEqual((record["Disposition"], record["Linkedid"]), ("ANSWERED", "click-42"))

    def _refused(self, answer):
        """What the trunk's call ends with when the customer's side refuses it with *answer*."""
        telephone = self.telephone("1001", "phone_stays")
        customer = self.customer("phone_refuses", answer=answer)
        self.click_to_dial("1001", DIALED, "click-43")
        customer.finish()
        telephone.finish()
        trunk = starts("PJSIP/trunk-")
        ended = self.listener.wait("DialEnd", Linkedid="click-43", DestChannel=trunk)
        gone = self.listener.wait("Hangup", Linkedid="click-43", Channel=trunk)
        return ended["DialStatus"], int(gone["Cause"])

    # Causes are those of ITU-T Q.850. DialStatus alone tells neither a rejected call nor a number
    # that does not exist from a customer who does not answer: the cause does.

    def test_customer_is_busy(self):
        self.assertEqual(self._refused("486 Busy Here"), ("BUSY", 17))

    def test_customer_rejects_the_call(self):
        self.assertEqual(self._refused("603 Decline"), ("NOANSWER", 21))

    def test_number_is_not_allocated(self):
        self.assertEqual(self._refused("404 Not Found"), ("NOANSWER", 1))

    def test_line_of_the_carrier_is_out_of_order(self):
        self.assertEqual(self._refused("503 Service Unavailable"), ("CONGESTION", 34))

    def test_agent_does_not_pick_up(self):
        telephone = self.telephone("1001", "phone_rings")
        self.click_to_dial("1001", DIALED, "click-44")
        answered = self.listener.wait("OriginateResponse")
        self.assertEqual((answered["Response"], answered["Reason"]), ("Failure", "3"))
        self.assertEqual(answered["Uniqueid"], "click-44")
        telephone.finish()
        self.assertEqual(self.listener.all("DialBegin", DestChannel=starts("PJSIP/trunk-")), [])

    def test_agent_without_a_telephone(self):
        self.click_to_dial("1003", DIALED, "click-45")
        answered = self.listener.wait("OriginateResponse")
        self.assertEqual((answered["Response"], answered["Reason"]), ("Failure", "0"))


class TestQueueMembers(ExchangeCase):
    """Who is in a queue and whether he can be rung (CC-3, CC-8)."""

    MEMBER = {"Queue": "sales", "Interface": "PJSIP/1002"}

    def test_member_is_added_paused_and_removed(self):
        self.listener.command("QueueAdd", MemberName="Bob Agent", Penalty="2", **self.MEMBER)
        self.listener.command("QueuePause", Paused="true", Reason="Lunch", **self.MEMBER)
        self.listener.command("QueuePause", Paused="false", **self.MEMBER)
        self.listener.command("QueuePenalty", Penalty="5", **self.MEMBER)
        self.listener.command("QueueRemove", **self.MEMBER)
        self.listener.wait("QueueMemberRemoved", **self.MEMBER)
        kinds = [
            kind for kind in self.listener.kinds(**self.MEMBER) if kind.startswith("QueueMember")
        ]
        self.assertEqual(kinds, ["QueueMemberAdded", "QueueMemberPause", "QueueMemberPause",
                                 "QueueMemberPenalty", "QueueMemberRemoved"])  # fmt: skip
        paused = self.listener.all("QueueMemberPause")
        self.assertEqual(
            [(e["Paused"], e["PausedReason"]) for e in paused], [("1", "Lunch"), ("0", "")]
        )

    def test_state_after_a_reconnect(self):
        self.telephone("1001", "phone_rings")
        self.caller("caller_leaves", "8000", seconds=30)
        self.listener.wait("AgentCalled")
        again = Manager(self.exchange, LISTENER)
        self.addCleanup(again.close)
        again.command("QueueStatus", Queue="support")
        again.wait("QueueStatusComplete")
        self.assertEqual(len(again.all("QueueMember")), 3)
        [waiting] = again.all("QueueEntry")
        self.assertEqual((waiting["Position"], waiting["CallerIDNum"]), ("1", CUSTOMER))
        again.command("CoreShowChannels")
        self.assertEqual(again.wait("CoreShowChannelsComplete")["ListItems"], "2")
        self.assertEqual(calls_of(again.all("CoreShowChannel")), {waiting["Uniqueid"]})

    def test_telephone_that_comes_and_goes(self):
        self.register("1003")
        self.listener.wait("DeviceStateChange", Device="PJSIP/1003", State="NOT_INUSE")
        here = self.listener.wait("ContactStatus", EndpointName="1003")
        self.assertEqual(here["ContactStatus"], "NonQualified")
        self.register("1003", 0)
        self.listener.wait("ContactStatus", EndpointName="1003", ContactStatus="Removed")
        self.listener.wait("DeviceStateChange", Device="PJSIP/1003", State="UNAVAILABLE")


class TestConference(ExchangeCase):
    """Several people in one room (CC-1)."""

    def test_two_customers_and_an_agent(self):
        telephone = self.telephone("1001", "phone_stays")
        callers = [
            self.caller("caller_leaves", "8500", caller=f"+1415555030{n}", seconds=3)
            for n in (1, 2)
        ]
        self.listener.command("Originate", Channel="PJSIP/1001", Context="conference", Exten="8500",
                              Priority="1", Async="true")  # fmt: skip
        until(
            lambda: len(self.listener.all("ConfbridgeJoin", Conference="8500")) == 3, "three joined"
        )
        self.listener.command("ConfbridgeList", Conference="8500")
        self.assertEqual(self.listener.wait("ConfbridgeListComplete")["ListItems"], "3")
        for caller in callers:
            caller.finish()
        agent = self.listener.wait("ConfbridgeJoin", Channel=starts("PJSIP/1001"))
        self.listener.command("Hangup", Channel=agent["Channel"])
        self.listener.wait("ConfbridgeEnd", Conference="8500")
        self.assertEqual(len(self.listener.all("ConfbridgeLeave")), 3)
        telephone.finish()


class TestFax(ExchangeCase):
    """A page is sent to the exchange's own fax number through the carrier's way back (CC-7)."""

    def test_caller_who_is_no_fax_machine(self):
        self.caller("caller_leaves", "+14155553000", seconds=0.5).finish()
        ended = self.listener.wait("UserEvent", Step="fax")
        self.assertEqual((ended["Status"], ended["Pages"]), ("FAILED", "0"))

    def test_page_arrives(self):
        page = self.exchange.spool / "fax" / "letter.tif"
        picture = Image.new("1", (1728, 200), 1)
        picture.paste(0, (200, 50, 900, 150))
        picture.save(page, compression="group4", dpi=(204, 98))
        self.listener.command("Originate", Channel="PJSIP/8300@loop", Context="fax-out", Exten="s",
                              Priority="1", Async="true", Variable=f"FAX_FILE={page}")  # fmt: skip
        sent = self.listener.wait("UserEvent", 90, Step="fax", File=str(page))
        self.assertEqual((sent["Status"], sent["Pages"]), ("SUCCESS", "1"))
        received = self.listener.wait(
            "UserEvent", 20, Step="fax", File=lambda name: "/" not in name
        )
        self.assertEqual((received["Status"], received["Pages"]), ("SUCCESS", "1"))
        with Image.open(Path(page).with_name(received["File"])) as image:
            self.assertEqual(image.size[0], 1728)
            self.assertEqual([image.getpixel((x, 100)) for x in (100, 500, 1200)], [255, 0, 255])
