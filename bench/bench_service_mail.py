"""Mail intake (SVC-L1): messages a second through the gateway, requests against Odoo's leads.

``python -m bench.bench_service_mail [--database NAME] [--mails N]`` with ODOO_RC set. The database
has ``crm_service_levels`` installed; whatever is created is rolled back. Both sides get the same
mails, each from a customer of its own, at an alias of their own, in turns. The request also finds
its contact, guesses its type, starts its clocks and answers with its number; the lead does not.
"""

import argparse
import time
from email.message import EmailMessage
from unittest.mock import patch

from odoo import SUPERUSER_ID, api

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from . import service_database, table

MAILS, DOMAIN = 200, "bench-intake.example.com"


def main():
    arguments = _arguments()
    with service_database.opened(arguments.database) as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        prepare(env, arguments.mails)
        # nothing leaves the house: what is measured is reading and storing
        with (
            patch.object(IrMail_Server, "_connect__", lambda *a, **k: None),
            patch.object(IrMail_Server, "send_email", _sent),
        ):
            table.show(rows(measure(env, arguments.mails)))


def _sent(_server, message, *_args, **_options):
    return message["Message-Id"]


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    service_database.add_option(parser)
    parser.add_argument("--mails", type=int, default=MAILS)
    return parser.parse_args()


def prepare(env, mails):
    """An alias for requests (one team answers, one does not) and one for leads; the customers."""
    domain = env["mail.alias.domain"].create({"name": DOMAIN})
    env.company.alias_domain_id = domain
    teams = env["crm.service.team"]
    teams.create({"name": "Answers", "alias_name": "answers", "alias_domain_id": domain.id})
    silent = {"name": "Silent", "alias_name": "silent", "alias_domain_id": domain.id}
    teams.create({**silent, "acknowledge": False})
    model = env["ir.model"]._get_id("crm.lead")
    alias = {"alias_name": "leads", "alias_domain_id": domain.id, "alias_model_id": model}
    env["mail.alias"].create({**alias, "alias_defaults": "{'type': 'lead'}"})
    people = [{"name": f"Bench {n}", "email": f"p{n}@customers.example.com"} for n in range(mails)]
    env["res.partner"].create(people)
    kinds = env["crm.service.type"].search([])
    for kind in kinds:
        kind.mail_keywords = f"word{kind.id}, other{kind.id}"
    env.flush_all()


def mail(to, number):
    message = EmailMessage()
    message["From"] = f"Bench {number} <p{number}@customers.example.com>"
    message["To"] = f"{to}@{DOMAIN}"
    message["Subject"] = f"Matter {number}"
    message["Message-Id"] = f"<{to}-{number}@customers.example.com>"
    message.set_content("The pump does not start. " * 20)
    message.add_attachment(b"x" * 20_000, maintype="image", subtype="png", filename="pump.png")
    return message.as_bytes()


def measure(env, mails):
    """Seconds for *mails* messages to each alias, one message to each in turn."""
    spent = dict.fromkeys(("leads", "silent", "answers"), 0.0)
    for number in range(-3, mails):
        for to in spent:
            raw = mail(to, number)
            start = time.perf_counter()
            env["mail.thread"].message_process(None, raw)
            env.flush_all()
            env.cr.precommit.run()
            if number >= 0:  # the first ones fill caches
                spent[to] += time.perf_counter() - start
            env.cr.postcommit.clear()
    return {to: mails / seconds for to, seconds in spent.items()}


def rows(rates):
    peer = {"peer": rates["leads"], "against": "crm.lead", "unit": "/s"}
    return [
        table.Row("mails a second", rates["silent"], **peer),
        table.Row("mails a second, each acknowledged", rates["answers"], **peer),
    ]


if __name__ == "__main__":
    main()
