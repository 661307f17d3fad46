"""Persons of campaigns (ROI-1, ROI-2): choosing, deciding, planning, responses, flow, journeys.

``python -m bench.bench_campaign_persons [--contacts N] [--full]`` with ODOO_RC set (bin/bench
does). On the database of ``campaign_data`` with 20,000 contacts unless told otherwise, with
``--full`` a million; whatever is written is rolled back. What the peers do:

- *audience*: the same five conditions (country, tier, has an address, ordered within a year, was
  no target of a campaign) in one statement written by hand;
- *targets*: one ``INSERT … SELECT`` of all contacts, one per address, arm and variant drawn by the
  same hash; nobody's earlier row is looked at. Ours also looks at those, numbers, and who left;
- *decisions*: the pure rules in Python, for 5,000 contacts at a time (all facts by statements);
- *responses*: one ``INSERT … SELECT`` of the touches that name the campaign, by contact alone. Ours
  also finds leads, addresses and colleagues, the wave, and what came without naming a campaign;
- *journeys*: one statement that joins invoiced orders with the contacts of their customer in the 90
  days before and counts them. Ours keeps all of it, learns, and writes the credits.

Given are milliseconds of CPU of this process and the database's together, parallel plans off, the
better of two runs where nothing is written; *flow* is what the client reads to open the picture of
the largest campaign, all of whose contacts are its targets.
"""

import argparse
import sys
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench import campaign_data, table, value_data
from bench.bench_snapshot import DisagreementError, timed

SIZE, FULL = 20_000, 1_000_000
AUDIENCE = """
SELECT count(*) FROM res_partner p
WHERE p.active AND p.partner_share AND p.country_id = ANY(%(countries)s) AND p.email > ''
    AND EXISTS (SELECT FROM crm_customer_snapshot s WHERE s.partner_id = p.commercial_partner_id
        AND s.is_current AND s.company_id = %(company)s AND s.tier IN ('A', 'B'))
    AND EXISTS (SELECT FROM sale_order o WHERE o.partner_id = p.commercial_partner_id
        AND o.state = 'sale' AND o.company_id = %(company)s AND o.date_order >= current_date - 365)
    AND NOT EXISTS (SELECT FROM crm_campaign_target t WHERE t.campaign_id = %(campaign)s
        AND t.partner_id = p.id AND t.state IN ('in', 'left'))
"""
TARGETS = """
INSERT INTO crm_campaign_target (campaign_id, company_id, partner_id, commercial_partner_id,
    email_normalized, arm, variant, drawn, state, joined_on)
SELECT %(campaign)s, %(company)s, id, commercial_partner_id, email_normalized,
    CASE WHEN row_number() OVER (ORDER BY md5('1:' || id)) <= 0.1 * count(*) OVER ()
        THEN 'control' ELSE 'treated' END,
    CASE WHEN row_number() OVER (ORDER BY md5('2:' || id)) <= 0.5 * count(*) OVER ()
        THEN 'A' ELSE 'B' END, TRUE, 'in', current_date
FROM (
    SELECT DISTINCT ON (COALESCE(email_normalized, id::text)) id, commercial_partner_id,
        email_normalized
    FROM res_partner WHERE active AND partner_share
    ORDER BY COALESCE(email_normalized, id::text), id
) p
"""
RESPONSES = """
INSERT INTO crm_campaign_response (campaign_id, target_id, partner_id, company_id, kind_id, date,
    res_model, res_id, event, by_hand)
SELECT %(other)s, g.id, g.partner_id, t.company_id, k.id, t.date, t.res_model, t.res_id, t.event,
    FALSE
FROM crm_touchpoint t
JOIN crm_campaign_target g ON g.campaign_id = t.campaign_id AND g.partner_id = t.partner_id
JOIN crm_campaign_response_kind k ON k.code = CASE t.event WHEN 'sent' THEN 'delivered'
    ELSE t.event END
WHERE t.campaign_id = %(campaign)s AND t.kind = 'mailing' AND t.voided IS NOT TRUE
"""
JOURNEYS = """
SELECT count(*) FROM (
    SELECT o.id, o.partner_id, o.date_order FROM account_move m
    JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'
    JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
    JOIN sale_order_line s ON s.id = r.order_line_id
    JOIN sale_order o ON o.id = s.order_id
    WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
        AND m.invoice_date BETWEEN %(start)s AND %(end)s
    GROUP BY o.id
) d
JOIN crm_touchpoint t ON t.commercial_partner_id = d.partner_id AND t.date <= d.date_order
    AND t.date > d.date_order - interval '90 days' AND t.voided IS NOT TRUE
    AND t.kind IN ('mail', 'mailing', 'meeting', 'activity', 'call')
"""


def main():
    """Make the database, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=SIZE)
    parser.add_argument("--full", action="store_true", help="a million contacts")
    arguments = parser.parse_args()
    name = campaign_data.prepare(FULL if arguments.full else arguments.contacts)
    with closing(value_data.connect(name)) as cr:
        cr.execute("SET max_parallel_workers_per_gather = 0")
        table.show(_Bench(cr).rows())
        cr.rollback()


class _Bench:
    """The measurements of one database."""

    def __init__(self, cr):
        self.cr, self.env = cr, value_data.environment(cr)
        self.campaigns = campaign_data.campaigns_of(self.env)
        self.large, self.other = self.campaigns[0], self.campaigns[-1]
        self.env["crm.contact.pressure.rule"].search([]).active = False
        self.env["crm.contact.pressure.rule"].create(
            [
                {"name": "Three days", "max_contacts": 1, "window_days": 3},
                {"name": "A month", "max_contacts": 4, "window_days": 30, "tier": "A"},
            ]
        )
        self.env.flush_all()

    def rows(self):
        parts = (self.audience, self.persons, self.responses, self.flow, self.journeys)
        return [row for part in parts for row in part()]

    def _took(self, function, rounds=1):
        """Milliseconds; the caches are empty."""
        self.env.flush_all()
        found = []
        for _round in range(rounds):
            self.env.invalidate_all()
            found.append(timed(self.cr, function).cpu)
        return 1000 * min(found)

    def _execute(self, statement, **values):
        company = self.env.company.id
        self.cr.execute(statement, {"company": company, "campaign": self.large.id, **values})

    def _number(self, statement, **values):
        self._execute(statement, **values)
        return self.cr.fetchone()[0]

    @contextmanager
    def _undone(self):
        self.cr.execute("SAVEPOINT bench")
        yield
        self.cr.execute("ROLLBACK TO SAVEPOINT bench")
        self.env.invalidate_all()

    def _audience(self, conditions):
        conditions = {"operator": "and", "conditions": conditions}
        return self.env["crm.campaign.audience"].create(
            {"name": "Bench", "conditions": conditions, "level": "contact"}
        )

    # -- who -------------------------------------------------------------------------------------

    def audience(self):
        """Count an audience of five conditions."""
        countries = self.env["res.country"].search([("code", "in", ("DE", "US"))]).ids
        before = self.campaigns[3]
        audience = self._audience(
            [
                {"fact": "country", "operator": "in", "value": countries},
                {"fact": "tier", "operator": "in", "value": ["A", "B"]},
                {"fact": "has_email", "operator": "=", "value": True},
                {"fact": "order_count", "operator": ">=", "value": 1, "params": {"days": 365}},
                {"fact": "campaign_target", "operator": "not_in", "value": [before.id]},
            ]
        )
        values = {"countries": countries, "campaign": before.id}
        found = []
        peer = self._took(lambda: found.append(self._number(AUDIENCE, **values)), rounds=2)
        expected = found[0]
        ours = self._took(lambda: audience.person_count, rounds=2)
        _agree("audience", audience.person_count, expected)
        yield table.Row(f"audience of {expected:,}", ours, peer, "by hand", "", "ms")

    def persons(self):
        """Choose targets, decide, plan a wave."""
        everybody = self._audience([])
        campaign = self.env["utm.campaign"].create(
            {
                "title": "Bench",
                "company_id": self.env.company.id,
                "audience_ids": everybody.ids,
                "control_share": 10,
                "variant_ids": [(0, 0, {"name": name, "share": 50}) for name in "AB"],
            }
        )
        with self._undone():
            peer = self._took(lambda: self._execute(TARGETS, campaign=self.other.id))
        ours = self._took(campaign._fill_targets)
        again = self._took(campaign._fill_targets)
        count = campaign.target_count + campaign.control_count
        yield table.Row(f"{count:,} targets chosen", ours, peer, "INSERT … SELECT", "", "ms")
        yield table.Row(f"{count:,} targets chosen again", again, peer, "INSERT … SELECT", "", "ms")
        yield from self._decisions(count)
        yield from self._plan(campaign)

    def _decisions(self, count):
        from odoo.tools import SQL

        channel = self.env.ref("crm_customer_insight.crm_contact_channel_email")
        partners = self.env["res.partner"]
        now = self.cr.now()
        self.cr.execute("SELECT id FROM res_partner WHERE id > 1000 ORDER BY id")
        ids = [key for (key,) in self.cr.fetchall()]
        found = {}

        def by_statement():
            questions = SQL(
                "SELECT id, id AS partner_id, %s AS asked FROM res_partner WHERE id > 1000", now
            )
            sql = partners._contact_decisions_sql(questions, channel)
            self.cr.execute(SQL("SELECT reasons, COUNT(*) FROM (%s) a GROUP BY 1", sql))
            found["statement"] = dict(self.cr.fetchall())

        def by_policy():
            counts = found["policy"] = {}
            for place in range(0, len(ids), 5000):
                decisions = partners.browse(ids[place : place + 5000])._contact_decisions(
                    channel, now
                )
                for decision in decisions.values():
                    codes = ",".join(reason.code for reason in decision.reasons)
                    counts[codes] = counts.get(codes, 0) + 1

        peer, ours = self._took(by_policy), self._took(by_statement)
        _agree("decisions", found["statement"], found["policy"])
        yield table.Row(f"{len(ids):,} decisions", ours, peer, "the rules in Python", "≤ 1", "ms")

    def _plan(self, campaign):
        for throttle in (0, max(1, campaign.target_count // 1000)):
            wave = self.env["crm.campaign.wave"].create(
                {
                    "name": "Bench",
                    "campaign_id": campaign.id,
                    "subject": "Bench",
                    "throttle": throttle,
                }
            )
            before = self.cr.sql_log_count
            took = self._took(lambda wave=wave: wave._simulate(wave.env.cr.now()))
            queries = self.cr.sql_log_count - before
            how = f"in {campaign.target_count // throttle:,} hours" if throttle else "at once"
            yield table.Row(f"{campaign.target_count:,} planned {how}", took, unit="ms")
            yield table.Row("… queries", queries)

    # -- what they did -----------------------------------------------------------------------------

    def responses(self):
        """Read the responses of the large campaign from the ledger, and once more."""
        model = self.env["crm.campaign.response"]
        with self._undone():
            self.cr.execute(
                "DELETE FROM crm_campaign_response WHERE campaign_id = %s", [self.large.id]
            )
            peer = self._took(lambda: self._execute(RESPONSES, other=self.other.id))
            written = model.search_count([("campaign_id", "=", self.other.id)])
            ours = self._took(lambda: model._fill(self.large))
            again = self._took(lambda: model._fill(self.large))
        what = f"{written:,} responses"
        yield table.Row(f"{what} read", ours, peer, "INSERT … SELECT", "", "ms")
        yield table.Row(f"{what} read again", again, peer, "INSERT … SELECT", "", "ms")

    def flow(self):
        """Open the picture of the large campaign."""
        self.env["crm.campaign.response.group"]._make_usual(self.large.wave_ids)
        counted = self._took(self.large._count)
        self.large._keep_counts()
        shown = self._took(self.large.get_flow, rounds=2)
        yield table.Row("flow opened, counts kept", shown, unit="ms")
        yield table.Row("… counted anew by the job", counted, unit="ms")
        page = self._took(self.large.get_return_page, rounds=2)
        yield table.Row("return page opened", page, unit="ms")

    # -- journeys ----------------------------------------------------------------------------------

    def journeys(self):
        """Credits of a year's deals."""
        end = date.today()
        values = {"start": end - timedelta(days=365), "end": end}
        found = []
        peer = self._took(lambda: found.append(self._number(JOURNEYS, **values)))
        touches = found[0]
        for model in ("linear", "markov"):
            run = self.env["crm.attribution.run"].create(
                {"date_from": values["start"], "date_to": end, "model": model}
            )
            ours = self._took(run._compute_credits)
            what = f"{run.deal_count:,} deals, {touches:,} touches, {model}"
            yield table.Row(what, ours, peer, "bare join", "", "ms")


def _agree(what, ours, expected):
    if ours != expected:
        raise DisagreementError(f"{what}: {ours} instead of {expected}")


if __name__ == "__main__":
    main()
