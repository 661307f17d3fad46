"""Quality in the call center: recordings, reviews, an appeal, coaching, training (CC-5, CC-10)."""

import hashlib
import io
import random
import wave
from datetime import timedelta

import numpy as np

from .world import days_ago, get, remember

ADDON = "crm_callcenter"
HERTZ = 8000
#: Recordings of each agent, and seconds that such a call may have at most: the demo stays small.
EACH, LONGEST = 2, 120
#: What reviewers found, by agent: ratings in the order of the criteria of the scorecard.
RATINGS = {
    "agent": ("1", "3", "3", "2", "2", "1", "1"),
    "agent_2": ("1", "2", "2", "1", "1", "1", "1"),
    "agent_3": ("0", "2", "2", "1", "1", "1", "1"),
}
#: Talked about data before he knew who called.
FATAL = ("1", "3", "3", "2", "2", "0", "1")
REASON = "The customer had told his number and the order before; I could not ask once more."
NEEDS = (
    "Wants to see in the portal when parts come.",
    "",
    "Likes a call before prices rise.",
)


def build(env):
    chance = random.Random(12)
    company = get(env, "company_de")
    world = env(context={**env.context, "allowed_company_ids": [company.id]})
    manager = get(world, "user_call_quality")
    _training(world, manager)
    calls = _recorded(world, chance)
    _reviews(world, manager, calls)
    _samples(world, manager)


# --- recordings ------------------------------------------------------------------------------


def _recorded(env, chance):
    """Calls of the last weeks whose sound is there, the latest first."""
    rule = env["crm.call.recording.rule"].create(
        {
            "name": "Support, one call in five",
            "queue_ids": [(6, 0, [get(env, "call_queue_support").id])],
            "share": 0.2,
            "consent": "assumed",
            "announcement": "For training we record some calls. Tell us if you do not agree.",
        }
    )
    found = env["crm.call"].search(
        [
            ("queue_id", "=", rule.queue_ids.id),
            ("direction", "=", "inbound"),
            ("result", "=", "answered"),
            ("talk_seconds", ">", 60),
            ("talk_seconds", "<", LONGEST),
            ("start", "<", days_ago(env, 3)),
        ]
    )
    calls = found.browse()
    for agent in found.agent_id:
        calls |= found.filtered(lambda call, agent=agent: call.agent_id == agent)[:EACH]
    for call in calls:
        _record(env, rule, call, chance)
    return calls


def _record(env, rule, call, chance):
    sound = _sound(call.talk_seconds, chance)
    one = env["crm.call.recording"].create(
        {
            "exchange_id": call.exchange_id.id,
            "call_id": call.id,
            "rule_id": rule.id,
            "consent": "assumed",
            "state": "ended",
            "file": f"crm-demo-{call.id}.wav",
            "started_at": call.answer.timestamp() if call.answer else call.start.timestamp(),
        }
    )
    one._begin_upload(len(sound), hashlib.sha256(sound).hexdigest())
    for start in range(0, len(sound), 2**20):
        one._take_piece(start, sound[start : start + 2**20])


def _sound(seconds, chance):
    """Two voices that take turns, as tones: what a player shows, and nobody's words."""
    count = int(seconds * HERTZ)
    moments = np.arange(count) / HERTZ
    loud, at, pitch = np.zeros(count), 0, 180
    while at < count:
        end = at + int(chance.uniform(1.5, 6) * HERTZ)
        loud[at:end] = chance.uniform(0.3, 1) * np.sin(2 * np.pi * pitch * moments[at:end])
        at, pitch = end + int(chance.uniform(0.1, 0.9) * HERTZ), 300 - pitch + 180
    loud *= 0.6 + 0.4 * np.sin(2 * np.pi * 3 * moments)
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HERTZ)
        file.writeframes((loud * 12000).astype("<i2").tobytes())
    return data.getvalue()


# --- reviews ---------------------------------------------------------------------------------


def _reviews(env, manager, calls):
    """One for each recorded call; the one with a fatal error is appealed against, and rightly."""
    card = env.ref(f"{ADDON}.crm_call_scorecard_general")
    if card.state == "draft":
        card.action_activate()
    for place, call in enumerate(calls):
        login = call.agent_id.user_id.login
        fatal = place == 1
        review = _review(env, manager, call, card, FATAL if fatal else RATINGS[login])
        review.with_user(manager).action_release()
        if fatal:
            _appeal(review)
        elif not review.passed:
            _coach(env, manager, review)


def _review(env, manager, call, card, ratings):
    review = (
        env["crm.call.review"]
        .with_user(manager)
        .create({"call_id": call.id, "agent_id": call.agent_id.id, "scorecard_id": card.id})
    )
    for answer, rating in zip(review.answer_ids.sorted("sequence"), ratings, strict=True):
        answer.rating = rating
    review.remark_ids = [
        (0, 0, {"second": 12, "kind": "praise", "name": "Sums up what the caller wants"}),
        (0, 0, {"second": 48, "kind": "improve", "name": "Names no time for the next step"}),
    ]
    review.feedback = "Friendly and clear. Say when the customer hears from us again."
    review.action_score()
    return review.sudo()


def _appeal(review):
    """Open: somebody other than the reviewer has to decide."""
    review.with_user(review.agent_id.user_id).action_appeal(REASON)


def _coach(env, manager, review):
    env["crm.call.review.coaching"].with_user(manager).create(
        {
            "agent_id": review.agent_id.id,
            "review_id": review.id,
            "goal": "Agrees on the next step, with a time, in every call",
            "steps": "Listen to three calls together; two accompanied calls a week",
            "due": env.cr.now().date() + timedelta(days=21),
        }
    )


def _samples(env, manager):
    """Those of last month: drawn, half of the calls reviewed, customers asked."""
    month = env.cr.now().date().replace(day=1) - timedelta(days=1)
    samples = env["crm.call.review.sample"].with_user(manager)
    drawn = samples.create([{"month": month, "kind": kind} for kind in ("agent", "customer")])
    drawn.action_draw()
    lines = drawn.filtered(lambda one: one.kind == "customer").line_ids
    for line, needs in zip(lines, NEEDS, strict=False):
        line.write({"service": "4", "solved": "yes", "needs": needs or False})
        line.action_asked()


# --- training --------------------------------------------------------------------------------


def _training(env, manager):
    """Two have passed, one of them long ago; the third is on the way."""
    skill = get(env, "call_skill_pumps")
    training = env["crm.call.training"].create(
        {
            "name": "Pumps on the telephone",
            "skill_ids": [(6, 0, skill.ids)],
            "class_hours": 16,
            "practice_hours": 24,
            "accompanied_calls": 10,
            "cost": 900,
        }
    )
    remember(env, "call_training", training)
    env["crm.call.training.budget"].create({"amount": 6000})
    for login, days, mark in (("agent", 700, 92), ("agent_2", 200, 84)):
        plan = _plan(env, manager, training, login, days, (16, 24, 10))
        plan.mark = mark
        plan.with_user(manager).action_examined()
        issued = env.cr.now().date() - timedelta(days=days - 30)
        plan.certificate_ids.write({"issued": issued, "expires": issued + timedelta(days=730)})
    _plan(env, manager, training, "agent_3", 20, (16, 10, 0))


def _plan(env, manager, training, login, ago, done):
    start = env.cr.now().date() - timedelta(days=ago)
    start -= timedelta(days=start.weekday())  # a Monday
    plan = env["crm.call.training.plan"].create(
        {
            "training_id": training.id,
            "agent_id": get(env, f"call_{login}").id,
            "start": start,
            "trainer_id": manager.id,
        }
    )
    classes, practice, calls = done
    rows = [("class", 8)] * (classes // 8) + [("practice", 2)] * (practice // 2)
    rows += [("call", 0.25)] * calls
    env["crm.call.training.entry"].create(
        [
            {
                "plan_id": plan.id, "kind": kind, "hours": hours, "mentor_id": manager.id,
                "date": start + timedelta(days=place + place // 5 * 2),
            }
            for place, (kind, hours) in enumerate(rows)
        ]
    )  # fmt: skip
    return plan
