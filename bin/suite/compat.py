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
    # Waves of campaigns go out as mailings, links, invitations and text messages.
    "link_tracker",
    "mass_mailing/test_mailing_internals.py",
    "mass_mailing/test_mailing_retry.py",
    "mass_mailing_sms/test_mailing_internals.py",
    "event/test_event_internals.py",
    "event_crm/test_event_crm_flow.py",
    "survey/test_survey_flow.py",
    "survey/test_survey_invite.py",
    # Points of loyalty cards are read into the ledger.
    "sale_loyalty/test_loyalty_history.py",
    # Orders and expenses commit cost; accepted demand is replenished.
    "purchase/test_purchase.py",
    "hr_expense/test_expenses_states.py",
    "stock/test_replenish.py",
    "purchase_stock/test_replenish_wizard.py",
    "mrp/test_replenish.py",
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


def suspects(result):
    """Tests that did not pass with our addons; the others need no comparison."""
    return sorted(test for test, outcome in result.outcomes.items() if outcome != "passed")


def baseline(template, tests, run):
    """Outcomes of *tests* without our addons: ``{test: outcome}``, kept by *template* and tests.

    *run* is called with a file that names the tests, one in a line, when the outcomes are not
    known yet, and returns a ``Result``.
    """
    if not tests:
        return {}
    key = stamps.digest(template, *SUITES, *tests)
    path = results.FOLDER / f"compat-baseline-{key}.json"
    if not path.exists():
        chosen = path.with_suffix(".txt")
        chosen.write_text("\n".join(tests))
        path.write_text(json.dumps(run(chosen).outcomes, indent=1, sort_keys=True))
    return json.loads(path.read_text())


def judge(result, without_us):
    """Reduce *result* to what our addons are to blame for.

    A test that fails in both databases is Odoo's and counts as skipped; a test that ran without
    us and is skipped with us is a failure, as is one that is unknown without us.
    """
    known = [test for test in result.failures if without_us.get(test) == "failed"]
    lost = [
        test
        for test in suspects(result)
        if result.outcomes[test] == "skipped" and without_us.get(test) == "passed"
    ]
    unknown = [test for test in suspects(result) if test not in without_us]
    result.failures = [test for test in result.failures if test not in set(known)]
    result.failed -= len(known)
    result.known = len(known)
    result.skipped += len(known)
    result.problems += [f"ran without our addons, not with them: {test}" for test in lost]
    result.problems += [f"could not be run without our addons: {test}" for test in unknown]
