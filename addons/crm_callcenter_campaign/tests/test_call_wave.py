"""Waves by telephone: call lists, responses, cost (CC-6, ROI-1, ROI-2)."""

from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.crm_campaign_roi.tests.common_waves import NOW, WaveCase

NUMBERS = {
    "Anna": "+49 170 1000001",
    "Bert": "+49 170 1000002",
    "Carl": "+49 170 1000003",
    "Dora": "+49 170 1000003",
    "Emil": "+49 170 1000005",
}


@tagged("post_install", "-at_install")
class TestCallWave(WaveCase):
    """Anna and Bert can be called; Carl and Dora share a number, Emil is in a register, Fritz has
    no number. All granted calls. A call costs 4.00.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.date_published = "2026-03-01"
        cls.env["crm.contact.channel.rate"].create(
            {"channel_id": cls.phone.id, "company_id": cls.company.id, "cost": 4}
        )
        germany = cls.env.ref("base.de")
        for person in cls.people - cls.fritz:
            person.write({"phone": NUMBERS[person.name], "country_id": germany.id})
        cls._permit(cls.people, cls.phone)
        cls.campaign.audience_ids.member_ids.filtered("lead_id").unlink()
        register = cls.env["crm.call.list.register"].create(
            {"name": "Robinson", "country_id": germany.id}
        )
        register._import(NUMBERS["Emil"])
        cls.exchange = cls.env["crm.call.exchange"].create(
            {"name": "Hamburg", "code": "hamburg", "company_id": cls.company.id}
        )
        cls.list = cls.env["crm.call.list"].create(
            {
                "name": "Spring calls",
                "company_id": cls.company.id,
                "exchange_id": cls.exchange.id,
                "mode": "notice",
                "notice_sound": "spring",
                "hour_from": 0,
                "hour_to": 24,
            }
        )
        cls.wave = cls._wave("Calls", method="call", call_list_id=cls.list.id)

    def run_wave(self):
        self._start(self.wave)
        self._run(self.wave)

    def entry(self, person):
        return self.list.entry_ids.filtered(lambda entry: entry.partner_id == person)

    def call(self, person, outcome, days=0, direction="outbound", **values):
        moment = NOW + timedelta(days=days, hours=1)
        call = self.env["crm.call"].create(
            {
                "exchange_id": self.exchange.id,
                "company_id": self.company.id,
                "linked": f"{person.name}.{days}.{direction}",
                "direction": direction,
                "state": "done",
                "start": moment,
                "result": "answered",
                "partner_id": person.id,
                **values,
            }
        )
        if outcome:
            self.entry(person).dialed_at = moment
            self.entry(person)._settle(outcome, call=call, when=moment)
        return call

    def responses(self):
        self.env["crm.touchpoint"]._fill(["crm_call", "crm_call_list_attempt"])
        self.env["crm.campaign.response"]._fill(self.campaign)
        return {
            (row.target_id.partner_id.name, row.kind_id.code, row.wave_id.name or "")
            for row in self.env["crm.campaign.response"].search(
                [("campaign_id", "=", self.campaign.id)]
            )
        }

    def test_the_wave_fills_its_list(self):
        self.run_wave()
        states = {row.partner_id: (row.state, row.reason) for row in self.wave.delivery_ids}
        self.assertEqual(states[self.anna], ("sent", False))
        self.assertEqual(states[self.bert], ("sent", False))
        self.assertEqual(states[self.carl], ("sent", False))
        self.assertNotIn(self.dora, states, "The campaign knows that she has Carl's number.")
        self.assertEqual(states[self.emil], ("left_out", "blacklisted"))
        self.assertEqual(states[self.fritz], ("left_out", "no_address"))
        row = self._row(self.wave, self.anna)
        self.assertEqual(
            (row.res_model, row.res_id), ("crm.call.list.entry", self.entry(self.anna).id)
        )
        self.assertEqual((self.list.state, self.list.campaign_id), ("running", self.campaign))
        # again, nobody comes onto the list twice
        count = len(self.list.entry_ids)
        self._run(self.wave)
        self.assertEqual(len(self.list.entry_ids), count)

    def test_results_become_responses(self):
        self.run_wave()
        self.call(self.anna, "answered")
        self.call(self.bert, "refused")
        self.assertEqual(
            self.responses(), {("Anna", "talked", "Calls"), ("Bert", "refused", "Calls")}
        )
        # what the agent corrects is corrected there, too
        self.entry(self.anna)._correct("refused")
        self.assertEqual(
            self.responses(), {("Anna", "refused", "Calls"), ("Bert", "refused", "Calls")}
        )

    def test_sales_of_outgoing_calls(self):
        """Anna was reached and bought by the campaign; Bert was not, Carl's order is another."""
        self.run_wave()
        reached = {"result": "answered", "person": True, "date": NOW}
        attempts = self.env["crm.call.list.attempt"]
        attempts.create([
            {"entry_id": self.entry(self.anna).id, **reached},
            {"entry_id": self.entry(self.carl).id, **reached},
            {"entry_id": self.entry(self.bert).id, **reached, "result": "no_answer",
             "person": False},
        ])  # fmt: skip
        product = self.env["product.product"].create({"name": "Pump", "type": "service"})

        def order(person, days, **values):
            line = {"product_id": product.id, "price_unit": 250}
            return self.env["sale.order"].create({
                "partner_id": person.id, "company_id": self.company.id, "state": "sale",
                "campaign_id": self.campaign.id, "date_order": NOW + timedelta(days=days),
                "order_line": [(0, 0, line)], **values,
            })  # fmt: skip

        sold = order(self.anna, 1)
        order(self.anna, -1)  # before she was called
        order(self.bert, 1)
        order(self.carl, 1, campaign_id=False)
        page = self.env["crm.call.cost.page"].with_company(self.company)
        first, last = (NOW - timedelta(days=5)).date(), (NOW + timedelta(days=5)).date()
        rows = page._income(first, last)
        row = next(one for one in rows if one["label"] == "Sales of outgoing calls")
        self.assertEqual(self.env[row["model"]].search(row["domain"]), sold)
        self.assertEqual((row["count"], row["amount"]), (1, sold.amount_untaxed))

    def test_a_call_to_us_is_a_response(self):
        self.run_wave()
        self.call(self.anna, None, days=1, direction="inbound")
        self.call(self.bert, None, days=1)  # one of ours that no list made
        self.assertEqual({row[:2] for row in self.responses()}, {("Anna", "called")})

    def test_nobody_reached_is_no_response(self):
        self.run_wave()
        self.call(self.anna, "no_answer", result="no_answer")
        self.assertEqual(self.responses(), set())

    def test_cost(self):
        self.run_wave()
        self.call(self.anna, "answered")
        self.call(self.bert, "no_answer", result="no_answer")
        self.responses()
        self.env["crm.campaign.cost"]._fill(self.campaign)
        contacts = self.env["crm.campaign.cost"].search(
            [("campaign_id", "=", self.campaign.id), ("source", "=", "contact")]
        )
        self.assertEqual(sum(contacts.mapped("amount")), 4)

    def test_what_is_missing(self):
        wave = self._wave("No list", method="call")
        with self.assertRaisesRegex(UserError, "no call list"):
            self._start(wave)
        self.list.notice_sound = False
        with self.assertRaisesRegex(UserError, "message"):
            self._start(self.wave)
        self.list.write({"notice_sound": "spring", "state": "done"})
        with self.assertRaisesRegex(UserError, "ended"):
            self._start(self.wave)

    def test_one_list_for_one_campaign(self):
        other = self.campaign.copy()
        with self.assertRaises(ValidationError):
            self._wave("Other", campaign=other, method="call", call_list_id=self.list.id)

    def test_an_audience_as_source(self):
        wizard = self.env["crm.call.list.add"].create(
            {
                "list_id": self.list.id,
                "source": "audience",
                "audience_id": self.campaign.audience_ids[:1].id,
            }
        )
        wizard.action_add()
        self.assertIn(self.anna, self.list.entry_ids.partner_id)
        with self.assertRaises(UserError):
            wizard.copy({"audience_id": False}).action_add()
