"""What customers say when they are asked, and what is done for those who are not content."""

import random
from datetime import timedelta

from .clock import at, local
from .service import ADDON
from .service_topics import EXPERIENCE, WORDS
from .world import get, remember

#: Share of the solved requests whose customers are asked, and of those who answer.
ASKED, ANSWERING = 0.45, 0.55
#: Days between two questions to the same contact.
PAUSE = 21
#: Loops of so many last days are still open, and every second one of so many.
RECENT, FORGOTTEN = 25, 45


def build(env):
    chance = random.Random(5)
    scheme = env.ref(f"{ADDON}.feedback_scheme_request")
    asked, latest = [], {}
    for request in _solved(env):
        moment = _next_morning(request)
        before = latest.get(request.partner_id)
        if (
            chance.random() > ASKED
            or moment >= env.cr.now()
            or (before and moment - before < timedelta(days=PAUSE))
        ):
            continue
        latest[request.partner_id] = moment
        asked.append((moment, request))
    for moment, request in sorted(asked, key=lambda one: (one[0], one[1].id)):
        _ask(env, scheme, request, moment, chance)
    env["crm.feedback.invitation"]._expire_due()
    _suggestions(env)


def _solved(env):
    return env["crm.service.request"].search(
        [("date_solved", "!=", False), ("state", "in", ("solved", "closed"))],
        order="date_solved, id",
    )


def _next_morning(request):
    place = _place(request)
    return local((request.date_solved + timedelta(days=1)).date(), 9.25, place)


def _place(request):
    return "cn" if request.company_id == get(request.env, "company_cn") else "de"


def _ask(env, scheme, request, moment, chance):
    """One mail; some answer within days, and those who complain are called."""
    answered = moment + timedelta(hours=chance.uniform(1, 80))
    willing = chance.random() < ANSWERING and answered < env.cr.now()
    with at(moment):
        invitations = env["crm.feedback.invitation"]
        invitation = invitations.create(
            invitations._values_of(
                request, scheme, state="sent", sent_at=moment, channel_id=_mail(env).id
            )
        )
    if willing:
        with at(answered):
            answer = invitation._save(_opinion(scheme, request, chance), done=True)
        answer.date = answered
        _close_loop(answer, answered, chance)


def _mail(env):
    return env.ref("crm_customer_insight.crm_contact_channel_email")


def _opinion(scheme, request, chance):
    """``{question: points or words}``: worse after a promise that was not kept, or on level 2."""
    missed = "breached" in request.sla_timer_ids.mapped("state")
    used = set(request.level_span_ids.mapped("level"))
    mood = chance.gauss(8.4 - 2.6 * missed - 0.9 * ("2" in used) - 0.5 * request.reopen_count, 1.5)
    likely = min(10, max(0, round(mood)))
    solution, speed, recommend, words = scheme.aspect_ids
    tone = "good" if likely >= 9 else "fair" if likely >= 7 else "bad"
    given = {
        solution.id: min(5, max(1, round(mood / 2))),
        speed.id: 1 if missed else 5 if likely >= 8 else 3,
        recommend.id: likely,
    }
    if chance.random() < 0.4:
        given[words.id] = chance.choice(WORDS[_place(request)][tone])
    return given


def _close_loop(answer, moment, chance):
    """Who is not content is called within two days; not every loop has come to its end."""
    loop, later = answer.loop_ids, moment + timedelta(days=chance.uniform(0.5, 2.5))
    age = (answer.env.cr.now() - later).days
    if not loop or age < RECENT or (age < FORGOTTEN and chance.random() < 0.5):
        return
    won = chance.random() < 0.65
    with at(later):
        loop.note = EXPERIENCE["won" if won else "lost"]
        (loop.action_won if won else loop.action_lost)()


def _suggestions(env):
    """Words that hold an idea are marked; one went to the designers."""
    answers = env["crm.feedback.answer"].search(
        [("comment", "!=", False), ("nps_group", "=", "promoter")], order="id", limit=3
    )
    answers.is_suggestion = True
    remember(env, "answer_first", answers[:1])
