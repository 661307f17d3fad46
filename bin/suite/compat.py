"""Odoo's own test suites beside ours: whatever passes without our addons must pass with them."""

import json

from . import odoo_home, results, stamps

#: Addons of Odoo whose tests run with ours installed. An addon that extends another part of
#: Odoo adds it here.
SUITES = ["crm", "sale_crm", "sales_team", "utm", "phone_validation"]
#: Warnings about Odoo's own code are Odoo's business; its folders lie outside of our root.
FLAGS = ["-W", "ignore"]


def targets():
    """Test folders of the suites in Odoo's source."""
    folders = odoo_home.core_addons()
    found = [folder / name / "tests" for name in SUITES for folder in folders]
    return [str(path) for path in found if path.is_dir()]


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
    result.skipped += len(known)
    result.problems += [f"ran without our addons, not with them: {test}" for test in sorted(lost)]
