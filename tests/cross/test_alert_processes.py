"""Alerts under real processes: two at once, and killed (C360-3).

Whatever happens, each cause is told once and has one activity; counts are read by SQL afterwards.
"""

import os
import signal

import pytest
from processes import BUSY, two_workers, wait_until, work_of, worker

from suite import databases, suites

DATABASE = f"{databases.RUN_PREFIX}alerts_{os.getpid()}"
#: Customers who are silent for longer than usual.
SILENT = 60

WORLD = (
    f"""
SILENT = {SILENT}
"""
    """
from datetime import timedelta
groups = [(6, 0, [env.ref("sales_team.group_sale_salesman").id])]
sam = env["res.users"].create({"name": "Sam", "login": "sam_p", "group_ids": groups})
env["crm.customer.alert.rule"].search([]).active = False
env["crm.customer.alert"].search([]).unlink()
people = env["res.partner"].create(
    [{"name": f"P{n}", "is_company": True, "user_id": sam.id} for n in range(SILENT)]
)
now = env.cr.now()
env["crm.touchpoint"].create(
    [{"partner_id": p.id, "commercial_partner_id": p.id, "company_id": env.company.id,
      "date": now - timedelta(days=days), "kind": "order", "event": "confirmed", "amount": 100,
      "direction": "none", "res_model": "test.order", "res_id": 10 * p.id + turn}
     for p in people for turn, days in enumerate((110, 90, 70, 50))]
)
rule = env["crm.customer.alert.rule"].create(
    {"name": "Race", "kind": "silence", "threshold_none": 2, "threshold_a": 2, "threshold_b": 2,
     "threshold_c": 2, "threshold_d": 2, "window_days": 365, "most_a_night": 1000}
)
env["ir.cron"].search([]).active = False
env.cr.commit()
print("world", rule.id, sam.id)
"""
)


@pytest.fixture(scope="module")
def race(tmp_path_factory):
    place = tmp_path_factory.mktemp("works")
    with two_workers(suites.full(), DATABASE, WORLD, ("rule", "sam"), place) as found:
        yield found


@pytest.fixture(autouse=True)
def nothing_told(race):
    """Each test begins without alerts."""
    race.rows("DELETE FROM mail_activity WHERE summary = 'Race'")
    race.rows("DELETE FROM crm_customer_alert")
    race.rows("DELETE FROM crm_insight_run")


def told(race):
    """(alerts, causes, alerts with an activity of their own, activities)."""
    [alerts] = race.rows(
        """SELECT count(*), count(DISTINCT (partner_id, cause)), count(DISTINCT activity_id)
             FROM crm_customer_alert WHERE rule_id = %s""",
        race.ids["rule"],
    )
    [activities] = race.rows("SELECT count(*) FROM mail_activity WHERE summary = 'Race' AND active")
    return (*alerts, *activities)


def raising(race, before=""):
    return f"""
{before}
rule = env["crm.customer.alert.rule"].browse({race.ids["rule"]})
answer = len(rule._raise_alerts(env["crm.customer.snapshot"]._data_date()))
"""


def test_two_that_raise_at_once_tell_each_cause_once(race):
    """Without the lock of the run, the index alone decides: the second finds nothing new."""
    answers = race.both(raising(race))
    assert [what for what, _value in answers] == ["done", "done"]
    assert sorted(value for _what, value in answers) == [0, SILENT]
    assert told(race) == (SILENT, SILENT, SILENT, SILENT)


def test_two_jobs_at_once(race):
    """Both find the same run in the queue; its lock lets one compute."""
    race.rows(
        "INSERT INTO crm_insight_run (code, state, create_date, write_date)"
        " VALUES ('alerts', 'waiting', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')"
    )
    answers = race.both('env["crm.insight.run"]._cron_run()')
    states = race.rows("SELECT state, problem FROM crm_insight_run")
    assert (answers, states) == ([["done", None], ["done", None]], [("done", None)])
    assert told(race) == (SILENT, SILENT, SILENT, SILENT)


#: Stop for good when the alerts are raised and before their activities are planned.
STUCK = """
import time
def stuck(self):
    self.env.cr.execute("SELECT count(*) FROM crm_customer_alert")
    open({flag!r}, "w").write(str(self.env.cr.fetchone()[0]))
    time.sleep(600)
env.registry["crm.customer.alert"]._plan_activities = stuck
"""


def test_a_run_killed_in_the_middle_leaves_nothing_and_comes_again(race, tmp_path):
    flag, place = tmp_path / "flag", tmp_path / "works"
    place.mkdir()
    with worker(DATABASE, place, 0) as process:
        work_of(process, place, raising(race, STUCK.format(flag=str(flag))))
        wait_until(lambda: flag.exists() and flag.read_text() == str(SILENT))
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until(lambda: race.rows(BUSY) == [(0,)])
    assert told(race) == (0, 0, 0, 0)
    race.both(raising(race))
    assert told(race) == (SILENT, SILENT, SILENT, SILENT)
