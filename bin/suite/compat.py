"""Odoo's own test suites beside ours: whatever passes without our addons must pass with them."""

import json

from . import odoo_home, results, stamps
from .console import SetupError

#: What of Odoo's tests runs with ours installed: an addon, or the files of it that touch what we
#: extend. An addon that extends another part of Odoo adds it here. The parts that are large and
#: mostly about something else (the 970 tests of account, the 595 of stock) are here with the files
#: in which our hooks run, so that the suite takes minutes and not an hour.
SUITES = [
    "crm",
    "sale_crm",
    "sales_team",
    "utm",
    "phone_validation",
    # Reading a person's data and merging two contacts go through our declarations.
    "privacy_lookup",
    "base/test_res_partner_merge.py",
    "account/test_res_partner_merge.py",
    # Figures in the digest, and costs of what was sold.
    "digest",
    "sale_margin",
    # Invoices, deliveries, meetings, mails and mailings write into the ledger.
    "account/test_account_partner.py",
    "stock/test_immediate.py",
    "calendar/test_attendees.py",
    "calendar/test_event_recurrence.py",
    "mail/test_mail_activity.py",
    "mail/test_mail_message.py",
    "mail/test_res_partner.py",
    "mass_mailing/test_mailing_list.py",
    "mass_mailing/test_utm.py",
]
#: Warnings about Odoo's own code are Odoo's business; its folders lie outside of our root.
FLAGS = ["-W", "ignore"]


def targets():
    """Test folders and files of the suites in Odoo's source.

    :raises SetupError: for one that this Odoo does not have, so that none is left out unnoticed
    """
    return [str(_target(suite)) for suite in SUITES]


def _target(suite):
    addon, _slash, file = suite.partition("/")
    for folder in odoo_home.core_addons():
        path = folder / addon / "tests" / file
        if path.exists():
            return path
    raise SetupError(f"This Odoo has no tests {suite!r}; see SUITES in bin/suite/compat.py.")


def baseline(template, run):
    """Outcomes without our addons: ``{test: outcome}``, kept by the hash in the template's name.

    *run* is called when they are not known yet and returns a ``Result``.
    """
    key = stamps.digest(template, *SUITES)
    path = results.FOLDER / f"compat-baseline-{key}.json"
    if not path.exists():
        result = run()
        if not result.outcomes:
            return {}
        path.write_text(json.dumps(result.outcomes, indent=1, sort_keys=True))
    return json.loads(path.read_text())


def judge(result, without_us):
    """Reduce *result* to what our addons are to blame for.

    A test that fails in both databases is Odoo's and counts as skipped; a test that ran without
    us and is gone or skipped with us is a failure, as is an empty comparison.
    """
    if not without_us:
        result.problems.append("there is no result without our addons to compare with")
    known = [test for test in result.failures if without_us.get(test) == "failed"]
    lost = [
        test
        for test, outcome in without_us.items()
        if outcome == "passed" and result.outcomes.get(test) in (None, "skipped")
    ]
    result.failures = [test for test in result.failures if test not in set(known)]
    result.failed -= len(known)
    result.known = len(known)
    result.skipped += len(known)
    result.problems += [f"ran without our addons, not with them: {test}" for test in sorted(lost)]
