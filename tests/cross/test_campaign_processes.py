"""Campaigns under real processes: two at once, and killed (ROI-1, ROI-2).

Two processes of Odoo are given the same work at the same moment; others are killed with SIGKILL in
the middle and followed by the next one. Nobody is planned, written to or handed over twice, nobody
is lost; counts are read by SQL afterwards.
"""

import os
import signal

import pytest
from processes import BUSY, two_workers, wait_until, work_of, worker

from suite import databases, suites

DATABASE = f"{databases.RUN_PREFIX}campaign_{os.getpid()}"
#: Targets of the campaign; one in ten is the control group, which gets nothing.
PEOPLE = 120
TREATED = 108

#: Mara's campaign runs; Rita (or Rolf) decides about another one; a third one is finished.
WORLD = (
    f"""
PEOPLE = {PEOPLE}
"""
    """
def user(login, group):
    groups = [(6, 0, [env.ref(group).id])]
    values = {"name": login, "login": login, "email": login + "@example.com", "group_ids": groups}
    return env["res.users"].create(values)

mona = user("mona_p", "crm_campaign_roi.group_campaign_manager")
mara = user("mara_p", "crm_campaign_roi.group_campaign_user")
rita, rolf = user("rita_p", "base.group_user"), user("rolf_p", "base.group_user")
env["crm.contact.pressure.rule"].search([]).active = False
people = env["res.partner"].create(
    [{"name": f"P{n}", "email": f"p{n}@race.example.com"} for n in range(PEOPLE)]
)
email = env.ref("crm_customer_insight.crm_contact_channel_email")
env["crm.contact.permission"].create(
    [{"partner_id": p.id, "channel_id": email.id, "state": "granted", "origin": "written"}
     for p in people]
)
audience = env["crm.campaign.audience"].create(
    {"name": "All", "source": "members", "mode": "living",
     "member_ids": [(0, 0, {"partner_id": p.id}) for p in people]}
)

def campaign(title, **values):
    common = {"title": title, "date_start": "2026-03-01", "user_id": mara.id}
    return env["utm.campaign"].create({**common, **values})

def run(one):
    one._set_phase("approved")
    one._set_phase("running")
    return one

running = run(campaign("Race", audience_ids=audience.ids, control_share=10))
text = {"campaign_id": running.id, "subject": "Race", "body_html": "<p>Hello</p>",
        "email_from": "mara@example.com", "user_id": mara.id}
task = env["crm.campaign.wave"].create({"name": "Task", "method": "task", **text})
task.channel_id = env.ref("crm_customer_insight.crm_contact_channel_branch")
mail = env["crm.campaign.wave"].create({"name": "Mail", "method": "mail", **text})
slow = env["crm.campaign.wave"].create({"name": "Slow", "method": "task", **text})
slow.channel_id = task.channel_id

kind = env["crm.campaign.cost.kind"].create({"name": "Print"})
budget = [(0, 0, {"kind_id": kind.id, "amount": 100})]
steps = [(0, 0, {"user_id": rita.id, "substitute_id": rolf.id}), (0, 0, {"user_id": mona.id})]
env["crm.campaign.approval.rule"].search([]).active = False
env["crm.campaign.approval.rule"].create({"name": "All", "step_ids": steps})
asked = campaign("Asked", budget_ids=budget)
asked.with_user(mara).action_apply()
approval = asked.approval_ids

finished = run(campaign("Finished", budget_ids=budget))
finished._set_phase("finished")
env["crm.campaign.hours"].create(
    [{"campaign_id": running.id, "user_id": mara.id, "hours": 1, "rate": 10} for n in range(30)]
)
env.flush_all()
env.cr.execute("TRUNCATE crm_campaign_cost")  # as if nobody had filled them yet
env.invalidate_all()
env["crm.campaign.cost"].create(
    {"campaign_id": finished.id, "kind_id": kind.id, "amount": 100, "name": "Paper"}
)

seller = user("sam_p", "sales_team.group_sale_salesman")
rule = env["crm.campaign.distribution"].create(
    {"name": "Turns", "line_ids": [(0, 0, {"user_id": seller.id})]}
)
silent = env["crm.campaign.response.group"].create(
    {"name": "Silent", "campaign_id": running.id, "wave_id": task.id,
     "none_kind_ids": env.ref("crm_campaign_roi.response_kind_replied").ids}
)
env["ir.cron"].search([]).active = False
env.cr.commit()
print("world", running.id, task.id, mail.id, slow.id, approval.id, rita.id, rolf.id, mara.id,
      mona.id, finished.id, silent.id, rule.id)
"""
)
NAMES = (
    "campaign", "task", "mail", "slow", "approval", "rita", "rolf", "mara", "mona", "finished",
    "group", "rule",
)  # fmt: skip


@pytest.fixture(scope="module")
def race(tmp_path_factory):
    place = tmp_path_factory.mktemp("works")
    with two_workers(suites.full(), DATABASE, WORLD, NAMES, place) as found:
        yield found


def done(answers):
    """Whether both did their work, one perhaps after a conflict."""
    return [what for what, _value in answers] == ["done", "done"]


# -- at once -----------------------------------------------------------------------------------


def test_targets_chosen_by_two_at_once_are_there_once(race):
    code = f"""
campaign = env["utm.campaign"].browse({race.ids["campaign"]}).with_user({race.ids["mara"]})
campaign.action_fill_targets()
"""
    assert done(race.both(code))
    rows = race.rows(
        """SELECT arm, count(*), count(DISTINCT partner_id) FROM crm_campaign_target
            WHERE campaign_id = %s AND state = 'in' AND drawn GROUP BY arm ORDER BY arm""",
        race.ids["campaign"],
    )
    assert rows == [("control", 12, 12), ("treated", TREATED, TREATED)]


def test_a_wave_run_by_two_at_once_reaches_each_once(race):
    """One of the two runs it; the other one leaves it alone, or finds it done."""
    start = f"""
wave = env["crm.campaign.wave"].browse({race.ids["task"]})
if me == 0:
    wave.with_user({race.ids["mara"]}).action_start()
"""
    assert done(race.both(start))
    assert done(race.both('env["crm.campaign.wave"]._cron_run()'))
    assert tasks(race, "task") == (TREATED, TREATED, TREATED)


def tasks(race, wave):
    """(deliveries sent, persons in them, tasks) of a wave; a task is of one delivery."""
    [row] = race.rows(
        """SELECT count(*), count(DISTINCT d.partner_id), count(DISTINCT a.id)
             FROM crm_campaign_delivery d
             JOIN mail_activity a ON a.id = d.res_id AND a.res_id = d.partner_id
            WHERE d.wave_id = %s AND d.state = 'sent' AND d.res_model = 'mail.activity'""",
        race.ids[wave],
    )
    return row


def test_a_group_handed_over_by_two_at_once_gives_each_one_opportunity(race):
    code = f"""
group = env["crm.campaign.response.group"].browse({race.ids["group"]})
rule = env["crm.campaign.distribution"].browse({race.ids["rule"]})
as_mara = group.with_user({race.ids["mara"]})
answer = len(as_mara._make_leads(rule.with_user({race.ids["mara"]})))
"""
    answers = race.both(code)
    assert done(answers)
    # Whoever comes second finds that everybody was handed over.
    assert sorted(value for _what, value in answers) == [0, TREATED]
    rows = race.rows(
        """SELECT count(*), count(DISTINCT partner_id) FROM crm_lead WHERE campaign_id = %s""",
        race.ids["campaign"],
    )
    assert rows == [(TREATED, TREATED)]
    handed = race.rows("SELECT count(*), count(DISTINCT lead_id) FROM crm_campaign_handover")
    assert handed == [(TREATED, TREATED)]


def test_of_approver_and_substitute_who_decide_at_once_one_decides(race):
    """The approval has two steps: the second of two clicks does not decide the next one."""
    code = f"""
user = [{race.ids["rita"]}, {race.ids["rolf"]}][me]
approval = env["crm.campaign.approval"].browse({race.ids["approval"]}).with_user(user)
approval.action_approve()
answer = user
"""
    answers = race.both(code)
    assert [what for what, _value in answers] in (["AccessError", "done"], ["UserError", "done"])
    steps = race.rows(
        """SELECT sequence, state, decided_by FROM crm_campaign_approval_step
            WHERE approval_id = %s ORDER BY sequence""",
        race.ids["approval"],
    )
    assert steps == [(0, "approved", answers[1][1]), (1, "waiting", None)]
    [(state,)] = race.rows(
        "SELECT state FROM crm_campaign_approval WHERE id = %s", race.ids["approval"]
    )
    assert state == "waiting"


def test_a_campaign_settled_by_two_at_once_is_settled_once(race):
    opened = f"""
campaign = env["utm.campaign"].browse({race.ids["finished"]}).with_user({race.ids["mona"]})
campaign.action_settle()
"""
    answers = race.both(opened)
    assert "done" in [what for what, _value in answers]
    closed = f"""
campaign = env["utm.campaign"].browse({race.ids["finished"]}).with_user({race.ids["mona"]})
campaign.settlement_ids.action_close()
"""
    answers = race.both(closed)
    assert [what for what, _value in answers] == ["UserError", "done"]
    rows = race.rows(
        """SELECT c.phase, s.state, count(*) FROM crm_campaign_settlement s
             JOIN utm_campaign c ON c.id = s.campaign_id GROUP BY 1, 2"""
    )
    assert rows == [("settled", "done", 1)]


def test_costs_filled_by_two_at_once_are_counted_once(race):
    """30 hours at 10."""
    assert done(race.both('env["crm.campaign.cost"]._fill()'))
    rows = race.rows(
        """SELECT count(*), count(DISTINCT res_id), sum(amount)::int FROM crm_campaign_cost
            WHERE source = 'hours' AND campaign_id = %s""",
        race.ids["campaign"],
    )
    assert rows == [(30, 30, 300)]


# -- killed ------------------------------------------------------------------------------------


def start(race, wave):
    code = f"""
if me == 0:
    env["crm.campaign.wave"].browse({race.ids[wave]}).action_start()
"""
    assert done(race.both(code))


SMALL_BATCHES = """
from odoo.addons.crm_campaign_roi.models import crm_campaign_wave_paper_mixin as paper
from odoo.addons.crm_campaign_roi.models import crm_campaign_wave_plan_mixin as plan
paper.MAKE, plan.DECIDE = 10, 10
"""
#: Stop for good before the next batch when so many rows are in one of the states.
STUCK = """
import time
from odoo.addons.base.models.ir_cron import IrCron
commit = IrCron._commit_progress
def stuck(self, *args, **kwargs):
    left = commit(self, *args, **kwargs)
    self.env.cr.execute("SELECT count(*) FROM crm_campaign_delivery WHERE wave_id = %s "
                        "AND state = ANY(%s)", [{wave}, {states}])
    if self.env.cr.fetchone()[0] >= {most}:
        self.env.cr.commit()
        time.sleep(600)
    return left
IrCron._commit_progress = stuck
"""


def killed(race, place, code, condition):
    """Let a process of its own do *code*, and kill it when *condition* holds."""
    place.mkdir()
    with worker(DATABASE, place, 0) as process:
        work_of(process, place, code)
        wait_until(condition)
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until(lambda: race.rows(BUSY) == [(0,)])


def states(race, wave):
    return dict(
        race.rows(
            "SELECT state, count(*) FROM crm_campaign_delivery WHERE wave_id = %s GROUP BY state",
            race.ids[wave],
        )
    )


def test_a_job_killed_while_planning_and_while_making_tasks_goes_on(race, tmp_path):
    start(race, "slow")
    run = SMALL_BATCHES + STUCK + 'env["crm.campaign.wave"]._cron_run()'
    planning = run.format(wave=race.ids["slow"], states=["planned"], most=40)
    killed(race, tmp_path / "plan", planning, lambda: states(race, "slow").get("planned", 0) >= 40)
    # Batches of ten were decided and kept; the others are still to decide.
    assert states(race, "slow") == {"planned": 40, "new": TREATED - 40}
    making = run.format(wave=race.ids["slow"], states=["sent"], most=50)
    killed(race, tmp_path / "make", making, lambda: states(race, "slow").get("sent", 0) >= 50)
    assert states(race, "slow") == {"sent": 50, "planned": TREATED - 50}
    assert done(race.both('env["crm.campaign.wave"]._cron_run()'))
    assert tasks(race, "slow") == (TREATED, TREATED, TREATED)
    made = race.rows(
        "SELECT count(*), count(DISTINCT res_id) FROM mail_activity WHERE summary = 'Race'"
    )
    assert made == [(2 * TREATED, TREATED)]  # those of the first wave and of this one


#: What a mail server took is a line of a file, whatever becomes of the process afterwards.
SERVER = """
import os, time
from odoo.addons.base.models.ir_mail_server import IrMail_Server
def send_email(self, message, *args, **kwargs):
    most = {most}
    taken = sum(1 for line in open({file!r}))
    if most and taken >= most:
        open({file!r} + ".stuck", "w").close()
        time.sleep(600)
    with open({file!r}, "a") as file:
        file.write(message["To"] + "\\n")
    return message["Message-Id"]
IrMail_Server.send_email = send_email
IrMail_Server._connect__ = lambda self, *args, **kwargs: None
env["ir.config_parameter"].sudo().set_param("mail.batch_size", 20)
"""
MAILINGS = 'env["mailing.mailing"]._process_mass_mailing_queue()\n'
QUEUE = 'env["mail.mail"].process_email_queue()\n'
WAVES = 'env["crm.campaign.wave"]._cron_run()\n'


#: Stop for good before the third batch of mails is made.
TWO_BATCHES = """
import time
from odoo.addons.mail.wizard.mail_compose_message import MailComposeMessage
prepare = MailComposeMessage._prepare_mail_values
def stuck(self, res_ids):
    if self.env["mailing.trace"].search_count([("mass_mailing_id.wave_id", "=", {wave})]) >= 40:
        time.sleep(600)
    return prepare(self, res_ids)
MailComposeMessage._prepare_mail_values = stuck
"""


def traced(race):
    [(count,)] = race.rows(
        """SELECT count(*) FROM mailing_trace t JOIN mailing_mailing m ON m.id = t.mass_mailing_id
            WHERE m.wave_id = %s""",
        race.ids["mail"],
    )
    return count


def test_a_mailing_killed_half_way_reaches_everybody_once(race, tmp_path):
    """Killed after two batches of 20 mails were made, and again when 30 of them had gone out.

    Odoo commits after each mail that the server took: what a kill within that moment leaves open
    no program can know.
    """
    file = tmp_path / "taken"
    file.touch()
    start(race, "mail")
    assert done(race.both(WAVES))

    def taken():
        return file.read_text().splitlines()

    whole = SERVER.format(file=str(file), most=0)
    making = whole + TWO_BATCHES.format(wave=race.ids["mail"]) + MAILINGS
    killed(race, tmp_path / "make", making, lambda: traced(race) >= 40)
    assert (traced(race), len(taken())) == (40, 0)
    slow = SERVER.format(file=str(file), most=30)
    killed(race, tmp_path / "send", slow + QUEUE, file.with_name("taken.stuck").exists)
    assert len(set(taken())) == 30
    # the mails that were made, then the others; the waves are told what became of them
    for work in (QUEUE, MAILINGS, QUEUE, WAVES, MAILINGS, QUEUE, WAVES):
        answers = race.both(f"{whole}\nif me == 0:\n    {work}")
        assert done(answers), answers
    addresses = taken()
    assert len(addresses) == len(set(addresses)) == TREATED
    traces = race.rows(
        """SELECT count(*), count(DISTINCT t.res_id) FROM mailing_trace t
             JOIN mailing_mailing m ON m.id = t.mass_mailing_id
            WHERE m.wave_id = %s AND t.trace_status IN ('pending', 'sent')""",
        race.ids["mail"],
    )
    assert traces == [(TREATED, TREATED)]
    mails = race.rows(
        """SELECT count(*) FROM mail_mail m JOIN mail_message g ON g.id = m.mail_message_id
            WHERE m.state <> 'sent' AND g.subject = 'Race'"""
    )
    assert mails == [(0,)]
    assert states(race, "mail") == {"sent": TREATED}
    ledger(race)


def ledger(race):
    """What went out is in the touch ledger once, and as responses once."""
    code = f"""
if me == 0:
    campaign = env["utm.campaign"].browse({race.ids["campaign"]})
    campaign.action_fill_responses()
"""
    assert done(race.both(code))
    touches = race.rows(
        """SELECT count(*), count(DISTINCT partner_id) FROM crm_touchpoint
            WHERE campaign_id = %s AND kind = 'mailing' AND event = 'sent' AND NOT voided""",
        race.ids["campaign"],
    )
    assert touches == [(TREATED, TREATED)]
    responses = race.rows(
        """SELECT count(*), count(DISTINCT r.target_id) FROM crm_campaign_response r
             JOIN crm_campaign_response_kind k ON k.id = r.kind_id AND k.code = 'delivered'
            WHERE r.wave_id = %s""",
        race.ids["mail"],
    )
    assert responses == [(TREATED, TREATED)]
