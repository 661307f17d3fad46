"""Mail waves (ROI-1): launching one, against Odoo's own mass mailing to the same persons.

``python -m bench.bench_campaign_mail [SIZES …]`` with ODOO_RC set (bin/bench does). 5,000 and
10,000 recipients unless told otherwise, in a copy of the database of ``campaign_data`` that is
dropped afterwards. Both send the same text, with a name and two links in it, to whoever has a tag;
the mail server takes every mail and says nothing. What each side does, in turns:

- *stock*: a mailing on contacts with a domain is put in the queue, and the queue is worked off;
- *ours*: a wave of a campaign whose audience is living is started: targets are chosen (duplicates,
  control group of 0 %), permissions, blacklist, quiet hours, contact pressure and other campaigns
  decided, Odoo's mailing made and its queue worked off, and the result taken over.

Given are milliseconds of CPU of this process and the database's together, for one mail, and the
queries that a mail takes. The better of two rounds counts.
"""

import argparse
import logging
import os
import sys
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench import campaign_data, table, value_data
from bench.bench_snapshot import timed
from suite import databases

SIZES = (5_000, 10_000)
#: Contacts of the database; more than the recipients, who must all be allowed to be written to.
CONTACTS = 20_000
BODY = """<div><p>Dear <t t-out="object.name"/>,</p><p>the new pumps are here:
<a href="https://www.example.com/pumps">see them all</a>, and
<a href="https://www.example.com/parts">their parts</a>.</p></div>"""
TAG = """
INSERT INTO res_partner_res_partner_category_rel (category_id, partner_id)
SELECT %s, p.id FROM res_partner p
JOIN crm_contact_permission m ON m.partner_id = p.id AND m.active AND m.state = 'granted'
    AND m.quiet_from = m.quiet_to
WHERE p.active AND p.email_normalized IS NOT NULL AND p.id > 1000 AND p.id %% 100 <> 0
    AND NOT EXISTS (SELECT FROM mail_blacklist b WHERE b.email = p.email_normalized)
    AND (SELECT count(*) FROM res_partner s WHERE s.email_normalized = p.email_normalized) = 1
ORDER BY p.id LIMIT %s
"""


def main():
    """Copy the database, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--full", action="store_true", help="no difference")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    name = f"{databases.RUN_PREFIX}bench_mail_{os.getpid()}"
    databases.copy(campaign_data.prepare(CONTACTS), name)
    try:
        with closing(value_data.connect(name)) as cr, _silent_server():
            # Odoo warns of a method of its own with each batch of mails
            logging.disable(logging.WARNING)
            table.show(measure(cr, arguments.sizes, arguments.rounds))
    finally:
        databases.drop(name)


def _silent_server():
    from odoo.addons.base.models.ir_mail_server import IrMail_Server

    return patch.multiple(
        IrMail_Server,
        _connect__=lambda *args, **kwargs: None,
        send_email=lambda server, message, *args, **kwargs: message["Message-Id"],
    )


def measure(cr, sizes, rounds):
    """Rows of the table; both sides have sent the same number of mails."""
    env = value_data.environment(cr)
    cr.execute("SET max_parallel_workers_per_gather = 0")
    _prepare(env)
    rows = []
    for size in sizes:
        tag = _tag(env, size)
        runs = [(_side(env, size, ours, tag), _side(env, size, stock, tag)) for _ in range(rounds)]
        mine, theirs = (min(side) for side in zip(*runs, strict=True))
        what = f"a mail of {size:,}"
        rows.append(table.Row(what, *_each(mine, theirs, 0, size), "mass mailing", "≤ 1.2", "ms"))
        rows.append(table.Row(f"{what}: queries", *_each(mine, theirs, 1, size), "mass mailing"))
    return rows


def _each(mine, theirs, place, size):
    return mine[place] / size, theirs[place] / size


def _prepare(env):
    """No campaign runs but that which is measured, and nothing is pressing."""
    env.cr.execute("UPDATE utm_campaign SET phase = 'finished' WHERE phase = 'running'")
    env["crm.contact.pressure.rule"].search([]).active = False
    env.invalidate_all()
    env.cr.commit()


def _tag(env, size):
    """A tag that as many contacts have, who may all be written to."""
    tag = env["res.partner.category"].create({"name": f"{size} recipients"})
    env.flush_all()
    env.cr.execute(TAG, [tag.id, size])
    if env.cr.rowcount != size:
        raise ValueError(f"There are only {env.cr.rowcount} recipients.")
    env.cr.commit()
    return tag


def _side(env, size, launch, tag):
    """(milliseconds, queries) of a launch that reached everybody."""
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    took = timed(env.cr, lambda: launch(env, tag))
    queries = env.cr.sql_log_count - before
    env.cr.execute("SELECT count(*) FROM mail_mail WHERE state = 'sent'")
    sent = env.cr.fetchone()[0]
    if sent != size:
        raise ValueError(f"{sent} of {size} mails were sent.")
    env.cr.execute("DELETE FROM mailing_trace; DELETE FROM mail_mail; DELETE FROM mail_message")
    env.cr.commit()
    return took.cpu * 1000, queries


def stock(env, tag):
    """Odoo's own mailing to contacts with a tag."""
    mailing = env["mailing.mailing"].create(
        {
            "subject": "Pumps",
            "body_arch": BODY,
            "body_html": BODY,
            "email_from": "bench@example.com",
            "reply_to_mode": "new",
            "reply_to": "bench@example.com",
            "keep_archives": True,
            "mailing_model_id": env["ir.model"]._get_id("res.partner"),
            "mailing_domain": repr([("category_id", "in", tag.ids)]),
        }
    )
    mailing.action_put_in_queue()
    _work_off(env)


def ours(env, tag):
    """A campaign for contacts with a tag, and its wave."""
    audience = env["crm.campaign.audience"].create(
        {
            "name": "Bench",
            "conditions": {
                "operator": "and",
                "conditions": [{"fact": "tags", "operator": "in", "value": tag.ids}],
            },
        }
    )
    values = {"title": "Bench", "audience_ids": audience.ids, "company_id": env.company.id}
    campaign = env["utm.campaign"].create(values)
    wave = env["crm.campaign.wave"].create(
        {
            "name": "Bench",
            "campaign_id": campaign.id,
            "subject": "Pumps",
            "body_html": BODY,
            "email_from": "bench@example.com",
        }
    )
    campaign._set_phase("approved")
    campaign._set_phase("running")
    wave.action_start()
    env["crm.campaign.wave"]._cron_run()
    _work_off(env)
    env["crm.campaign.wave"]._cron_run()
    if wave.state != "done":
        raise ValueError(f"The wave is {wave.state}.")


def _work_off(env):
    env["mailing.mailing"]._process_mass_mailing_queue()
    while env["mail.mail"].search_count([("state", "=", "outgoing")], limit=1):
        env["mail.mail"].process_email_queue()


if __name__ == "__main__":
    main()
