"""Call lists on a real exchange (CC-6): what sipp has done is what the list says.

Odoo decides how many calls to start, the listener fetches the commands, Asterisk dials the
customers at the carrier, and the results come back as events.
"""

import json

import test_chain
from exchange_case import until

from suite import odoo, postgres

#: Run in Odoo's shell: a list with so many customers, and who of the agents is ready.
FILL = """
import json
from datetime import datetime, timedelta
setting = json.loads({setting!r})
exchange = env["crm.call.exchange"].search([("code", "=", "test")])
one = env["crm.call.list"].create({{
    "name": setting["numbers"][0], "exchange_id": exchange.id, "purpose": "service",
    "queue_id": env["crm.call.queue"].search([("code", "=", "support")]).id,
    "hour_to": 24, "hour_from": 0, "saturday_to": 24, "sunday_to": 24, "on_holidays": True,
    "abandon_sound": "vm-nobodyavail", "notice_sound": "beep", "ring_seconds": 15,
    **setting["values"],
}})
one._add_numbers([(number, 0, None) for number in setting["numbers"]])
entry = one.entry_ids[0]
now = datetime.now()
one.date_start = now - timedelta(hours=1)
since = one._window_start(now)
env["crm.call.list.attempt"].create([
    {{"entry_id": entry.id, "date": max(now - timedelta(seconds=900 - place), since),
      "result": result, "person": result == "answered"}}
    for place, result in enumerate(setting["history"])
])
states = env["crm.call.agent.state"]
states.search([("date_to", "=", False)]).write({{"date_to": now}})
env.flush_all()
for agent in env["crm.call.agent"].search([("extension", "in", setting["ready"])]):
    states.create({{"agent_id": agent.id, "state": "ready", "date_from": now}})
one.action_start()
env.cr.commit()
"""
ENTRIES = """
    SELECT json_agg(t)
      FROM (SELECT e.e164 AS number, e.state, e.result, e.attempt_count AS attempts,
                   c.result AS call, c.direction, c.number AS dialed, c.is_incomplete AS gap,
                   a.extension AS agent
              FROM crm_call_list_entry e
              LEFT JOIN crm_call c ON c.id = e.call_id
              LEFT JOIN crm_call_agent a ON a.id = e.agent_id
             WHERE e.e164 = ANY(string_to_array(:'numbers', ','))) t
"""


class TestDialer(test_chain.ChainCase):
    def setUp(self):
        super().setUp()
        self.office.start_listener()
        self.addCleanup(self.end_lists)

    def end_lists(self):
        """The lists of this test call nobody in the next one."""
        postgres.psql(self.office.database, "UPDATE crm_call_list SET state = 'done'")

    def fill(self, numbers, ready=("1001",), history=(), **values):
        setting = {
            "numbers": numbers, "ready": list(ready), "history": list(history), "values": values,
        }  # fmt: skip
        self.unpause(ready)
        odoo.shell(self.office.database, FILL.format(setting=json.dumps(setting)))
        self.unpause(ready)

    def unpause(self, ready):
        """What the exchange would have heard, had the agents themselves got ready."""
        for agent in ready:
            self.console.ask("QueuePause", Interface=f"PJSIP/{agent}", Paused="false")

    def entries(self, numbers):
        return self.office.rows(ENTRIES, numbers=",".join(numbers))

    def wait_for_results(self, numbers, seconds=60):
        def all_over():
            return all(row["result"] and row["call"] for row in self.entries(numbers))

        until(all_over, "every customer was called", seconds)
        return self.entries(numbers)

    def one(self, result, call, **values):
        """One customer, called by a progressive list: what the list and the call say of him."""
        [number] = numbers = self.numbers(1)
        self.fill(numbers, mode=values.pop("mode", "progressive"), **values)
        [row] = self.wait_for_results(numbers)
        self.assertEqual((row["result"], row["call"]), (result, call))
        self.assertEqual((row["direction"], row["dialed"]), ("outbound", number))
        self.assertEqual(row["attempts"], 1)
        return row

    def test_answered_and_connected_to_the_agent(self):
        telephone = self.telephone("1001", "phone_talks", seconds=2)
        customer = self.customer("phone_stays")
        row = self.one("answered", "answered")
        self.assertEqual((row["state"], row["agent"]), ("done", "1001"))
        self.finish([telephone, customer])

    def test_busy(self):
        self.customer("phone_refuses", answer="486 Busy Here")
        self.assertEqual(self.one("busy", "busy")["state"], "waiting")

    def test_no_answer(self):
        customer = self.customer("phone_rings")
        self.assertEqual(self.one("no_answer", "no_answer")["state"], "waiting")
        customer.finish()

    def test_nobody_is_free(self):
        """The agent who seemed to be ready has no telephone any more: the message is played."""
        customer = self.customer("phone_stays")
        self.one("abandoned", "abandoned")
        customer.finish()
        joined = self.listener.wait("QueueCallerJoin")
        abandoned = self.listener.wait(
            "UserEvent", Step="dialer_abandoned", Linkedid=joined["Linkedid"]
        )
        waited = float(abandoned["Timestamp"]) - float(joined["Timestamp"])
        self.assertGreaterEqual(waited, 1.5)
        self.assertLess(waited, 4, "Nobody waits much longer than two seconds.")

    def test_an_answering_machine(self):
        """It speaks on and on, where a person says hello and waits."""
        self.customer("phone_stays")
        self.one("machine", "voicemail", detects_machines=True)

    def test_a_notice_is_confirmed_by_a_digit(self):
        customer = self.customer("phone_presses", digit="1")
        row = self.one("confirmed", "ivr_contained", mode="notice", notice_digit="1", ready=())
        self.assertEqual(row["state"], "done")
        customer.finish()

    def test_a_notice_that_is_heard(self):
        customer = self.customer("phone_stays")
        self.one("heard", "ivr_contained", mode="notice", ready=())
        customer.finish()

    def test_power_stays_within_the_limit_when_all_answer(self):
        """64 answered before, 2 % of late: for one agent (0.03 · 64 + 1) ÷ 0.97 = 3.01 lines.

        All three answer at once: one talks, two are abandoned, 2 of 67 are 2.99 %.
        """
        numbers = self.numbers(6)
        history = ["answered"] * 60 + ["no_answer"] * 196 + ["answered"] * 4
        telephone = self.telephone("1001", "phone_talks", seconds=8)
        customers = self.customer("phone_stays", calls=3)
        self.fill(numbers, mode="power", history=history, lines=3)
        until(lambda: self.count(numbers, "abandoned") == 2, "two are abandoned")
        customers.finish()
        telephone.finish()
        until(lambda: self.count(numbers, "answered") == 1, "one has talked")
        [share] = self.office.rows(
            "SELECT json_agg(x) FROM (SELECT count(*) FILTER (WHERE result = 'abandoned')::float"
            " / count(*) FILTER (WHERE person) AS share FROM crm_call_list_attempt a"
            " JOIN crm_call_list l ON l.id = a.list_id WHERE l.name = :'name') x",
            name=numbers[0],
        )
        self.assertAlmostEqual(share["share"], 2 / 67)

    def count(self, numbers, result):
        return sum(row["result"] == result for row in self.entries(numbers))
