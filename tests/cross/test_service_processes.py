"""The service under real processes: two at once, and killed (SVC-L1, SVC-L2, SVC-S, SVC-T).

Two processes of Odoo stay up and are given the same work at the same moment, as two browsers or
two cron workers are. Nothing may be doubled, nothing lost; counts are read by SQL afterwards.
"""

import os
import signal

import pytest
from processes import BUSY, two_workers, wait_until, work_of, worker

from suite import databases, suites

DATABASE = f"{databases.RUN_PREFIX}service_{os.getpid()}"
#: Requests whose promises are all missed.
LATE = 150

#: Rita and Rob work in the team of Leo; a customer of theirs has requests of all kinds.
WORLD = (
    f"""
LATE = {LATE}
"""
    """
def user(login, group):
    groups = [(6, 0, [env.ref("crm_service_levels." + group).id])]
    values = {"name": login, "login": login, "email": login + "@example.com", "group_ids": groups}
    return env["res.users"].create(values)

rita, rob = user("rita_p", "group_service_user"), user("rob_p", "group_service_user")
sue, leo = user("sue_p", "group_service_user"), user("leo_p", "group_service_manager")
# open day and night, so that people are told at once
hours = [
    (0, 0, {"name": "Day", "dayofweek": str(d), "hour_from": 0, "hour_to": 24,
            "day_period": "morning"})
    for d in range(7)
]
always = env["resource.calendar"].create({"name": "Always", "tz": "UTC", "attendance_ids": hours})
people = [(0, 0, {"user_id": rita.id}), (0, 0, {"user_id": rob.id})]
team = env["crm.service.team"].create(
    {"name": "Race", "user_id": leo.id, "member_ids": people, "resource_calendar_id": always.id}
)
customer = env["res.partner"].create({"name": "Customer", "email": "customer@example.com"})

def requests(name, count, **values):
    common = {"name": name, "partner_id": customer.id, "team_id": team.id, "user_id": False}
    return env["crm.service.request"].create([{**common, **values} for _n in range(count)])

requests("Deal", 31)
requests("Take", 20)
requests("Book", 2)
requests("Late", LATE, user_id=sue.id, date_open="2026-01-05 10:00:00")
squad = requests("Squad", 1, user_id=rita.id)
as_rita = squad.with_user(rita)
as_rita.squad_invite(rob.ids, "helper", None, "Help")
squad.with_user(rob).squad_join()
as_rita.squad_invite(leo.ids, "helper", None, "Help")
squad.with_user(leo).squad_join()
task = as_rita.squad_create_task("Look", rita.id)
handover = as_rita.squad_hand_over(task, None, "Somebody, please")
approval = as_rita._ask_approval("refund", 900.0, "Waited").id
env.cr.commit()
print("world", team.id, squad.id, task, approval, leo.id, rob.id, customer.id)
"""
)


@pytest.fixture(scope="module")
def race(tmp_path_factory):
    names = ("team", "squad", "task", "approval", "leo", "rob", "customer")
    place = tmp_path_factory.mktemp("works")
    with two_workers(suites.full(), DATABASE, WORLD, names, place) as found:
        yield found


def test_numbers_drawn_at_once_are_different_and_follow_each_other(race):
    code = f"""
values = {{"name": "Number", "partner_id": {race.ids["customer"]}, "team_id": {race.ids["team"]}}}
for _n in range(10):
    env["crm.service.request"].create([dict(values) for _m in range(10)])
"""
    assert [what for what, _value in race.both(code)] == ["done", "done"]
    [row] = race.rows(
        """SELECT count(*), count(DISTINCT n), max(n) - min(n) + 1 FROM (
             SELECT substring(number from '[0-9]+$')::int AS n
               FROM crm_service_request WHERE name = 'Number') x"""
    )
    # 2 workers × 10 × 10; a worker that is tried again after a conflict leaves a gap of its draws
    assert row[:2] == (200, 200)
    assert 200 <= row[2] <= 400


def test_new_requests_dealt_out_by_two_at_once_have_one_owner_each(race):
    code = """
requests = env["crm.service.request"].search([("name", "=", "Deal"), ("user_id", "=", False)])
answer = len(requests._assign())
"""
    answers = race.both(code)
    # Whoever comes second finds them dealt out.
    assert sorted(value for _what, value in answers) == [0, 31]
    # By load: Rita has another request already, so that both have 16 afterwards.
    owners = race.rows(
        "SELECT count(*) FROM crm_service_request WHERE name = 'Deal' GROUP BY user_id ORDER BY 1"
    )
    assert owners == [(15,), (16,)]
    assert open_spans(race, "Deal") == [(1, 31)]


def open_spans(race, name):
    """``[(open spans of a request, requests with so many)]``: one stay in a stage at a time."""
    return race.rows(
        """SELECT spans, count(*) FROM (
             SELECT count(s.id) AS spans FROM crm_service_request r
               LEFT JOIN crm_service_stage_span s ON s.request_id = r.id AND s.date_to IS NULL
              WHERE r.name = %s GROUP BY r.id) x GROUP BY spans""",
        name,
    )


def test_two_who_take_the_same_requests_at_once(race):
    code = f"""
user = env["res.users"].browse([{race.ids["leo"]}, {race.ids["rob"]}][me])
requests = env["crm.service.request"].with_user(user).search([("name", "=", "Take")])
requests.action_take()
"""
    assert [what for what, _value in race.both(code)] == ["done", "done"]
    owners = race.rows("SELECT DISTINCT user_id FROM crm_service_request WHERE name = 'Take'")
    assert len(owners) == 1
    assert owners[0][0] in (race.ids["leo"], race.ids["rob"])
    assert open_spans(race, "Take") == [(1, 20)]


def test_a_hand_over_is_accepted_once(race):
    code = f"""
user = env["res.users"].browse([{race.ids["leo"]}, {race.ids["rob"]}][me])
request = env["crm.service.request"].browse({race.ids["squad"]}).with_user(user)
handover = env["crm.service.handover"].search([("request_id", "=", request.id)])
answer = request.squad_accept(handover.id) and user.id
"""
    answers = race.both(code)
    assert [what for what, _value in answers] == ["UserError", "done"]
    assert race.rows("SELECT state, count(*) FROM crm_service_handover GROUP BY state") == [
        ("accepted", 1)
    ]
    task = race.ids["task"]
    owners = race.rows("SELECT user_id FROM project_task_user_rel WHERE task_id = %s", task)
    assert owners == [(answers[1][1],)]


def test_of_two_who_decide_at_once_one_decides(race):
    code = f"""
approval = env["crm.service.approval"].browse({race.ids["approval"]}).with_user({race.ids["leo"]})
approval.decide(["approved", "refused"][me], "Checked")
answer = ["approved", "refused"][me]
"""
    answers = race.both(code)
    assert [what for what, _value in answers] == ["UserError", "done"]
    [(state,)] = race.rows(
        "SELECT state FROM crm_service_approval WHERE id = %s", race.ids["approval"]
    )
    assert state == answers[1][1]
    steps = race.rows(
        "SELECT state, count(*) FROM crm_service_approval_step WHERE approval_id = %s GROUP BY 1",
        race.ids["approval"],
    )
    assert steps == [(state, 1)]


def test_the_last_place_of_a_collection_slot_is_booked_once(race):
    code = """
request = env["crm.service.request"].search([("name", "=", "Book")], order="id")[me]
values = {
    "request_id": request.id,
    "team_id": request.team_id.id,
    "slot_start": "2031-03-03 09:00:00",
    "slot_end": "2031-03-03 11:00:00",
}
answer = env["crm.service.collection"]._book(values, 1).place
"""
    answers = race.both(code)
    assert [what for what, _value in answers] == ["UserError", "done"]
    assert race.rows("SELECT place, count(*) FROM crm_service_collection GROUP BY place") == [
        (1, 1)
    ]


CHECK = """
from odoo.addons.crm_service_levels.models import crm_service_sla_timer as timers
timers.BATCH = 5
env["crm.service.sla.timer"]._cron_check()
"""
DUE = """
SELECT count(*) FROM crm_service_sla_timer t JOIN crm_service_request r ON r.id = t.request_id
 WHERE r.name = 'Late' AND {}
"""


def test_the_scheduler_killed_and_then_run_twice_at_once_tells_each_breach_once(race, tmp_path):
    [(total,)] = race.rows(DUE.format("t.next_check <= now() AT TIME ZONE 'UTC'"))
    assert total >= LATE
    with worker(DATABASE, tmp_path, 0) as process:
        work_of(process, tmp_path, CHECK)
        wait_until(lambda: breached(race) >= 20)
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until(lambda: race.rows(BUSY) == [(0,)])
    assert 20 <= breached(race) < total
    # What the killed one did not commit it did not tell either.
    assert told(race) == breached(race)
    assert [what for what, _value in race.both(CHECK)] == ["done", "done"]
    assert breached(race) == total
    assert race.rows(DUE.format("t.next_check <= now() AT TIME ZONE 'UTC'")) == [(0,)]
    assert told(race) == total
    assert race.rows(TWICE.format(LINES)) == []


#: A line for each breach and person: owner and leader are told, here in their two mails.
LINES = """
SELECT n.res_partner_id AS person, line[1]::int AS request, line[2] AS what
  FROM mail_message m JOIN mail_notification n ON n.mail_message_id = m.id,
       regexp_matches(m.body, 'data-oe-id="([0-9]+)"[^>]*>[^<]*</a>: ([^<]*) missed', 'g') AS line
"""
TWICE = "SELECT person, request, what FROM ({}) x GROUP BY 1, 2, 3 HAVING count(*) > 1"
TO_OWNER = """
SELECT count(*) FROM ({}) x JOIN crm_service_request r ON r.id = x.request
  JOIN res_users u ON u.id = r.user_id AND u.partner_id = x.person WHERE r.name = 'Late'
"""


def breached(race):
    [(count,)] = race.rows(DUE.format("t.state = 'breached'"))
    return count


def told(race):
    """Breaches that the owner of the requests was told."""
    [(count,)] = race.rows(TO_OWNER.format(LINES))
    return count
