"""Cases with a course of their own: complaints, recall, education, decisions, warnings."""

from datetime import timedelta

from .clock import at, told
from .service import ADDON
from .world import days_ago, get, remember

#: The steps of a complaint in their order.
STEPS = (
    "record", "judge", "department", "cause", "solution", "approve", "reply", "compensate", "learn",
)  # fmt: skip
#: (place, contact, subject, words, days ago, how many steps are done, validity, cause,
#:  compensation, amount, solution, what was learned)
COMPLAINTS = [
    ("de", "person_papier_0", "Prices raised without a word",
     "The seal kits cost a fifth more than in spring, and nobody told us.", 96, 9, "partly",
     "promise", "discount", 150, "Old price until the end of the year.",
     "New prices are announced six weeks ahead."),
    ("de", "person_zoo_0", "Pump too loud for the aquarium",
     "The fish are disturbed; we were promised a silent pump.", 150, 9, "valid", "setting",
     "goods", 220, "Rubber mounts and a visit, free of charge.",
     "Ask about noise when a pump is for animals."),
    ("de", "person_hotel_0", "Technician came a day late", "Our guests had no pool for two days.",
     61, 9, "valid", "late", "voucher", 120, "Apology and a voucher.", "Visits are confirmed."),
    ("de", "customer_house_de_3", "Hotline never answers", "I was put through four times.", 40, 9,
     "invalid", "", "none", 0, "", "Explained the hours of the hotline."),
    ("de", "person_bau_0", "Wrong pump delivered", "We ordered H400 and got S300.", 33, 7, "valid",
     "packing", "goods", 260, "The right pump by express; he keeps the other one for a week.", ""),
    ("de", "person_molkerei_0", "Bill for work on warranty",
     "We got a bill for a seal that was on warranty.", 9, 5, "valid", "bill", "apology", 0,
     "The bill is cancelled.", ""),
    ("de", "person_agrar_0", "Rude on the telephone", "Your colleague hung up on me.", 5, 2,
     "valid", "", "", 0, "", ""),
    ("de", "person_stadtwerke_0", "Third seal in one year", "We want our money back.", 1, 0, "",
     "", "", 0, "", ""),
    ("cn", "person_brew_cn_0", "维修费用太高", "一个小零件收了一天的工时费。", 75, 9, "partly",
     "promise", "discount", 300, "减收一半工时费。", "报价单写明最低工时。"),
    ("cn", "person_textil_cn_0", "到货外壳破损", "两台水泵外壳破损。", 12, 4, "valid", "packing",
     "", 0, "", ""),
]  # fmt: skip
#: Decisions that wait today: (who asks, kind, amount, why)
DECISIONS = [
    ("service", "compensation", 350, "Third seal within a year: we should pay for his downtime."),
    ("service_2", "free_part", 120, "Seal kit, three weeks after the warranty ended."),
    ("service", "refund", 65, "Freight was charged twice."),
    ("service_cn", "free_part", 900, "保修期刚过两周，建议免费更换。"),
]
#: Decided in the past: (who asks, kind, amount, why, days ago, by whom, verdict, note)
DECIDED = [
    ("service", "compensation", 180, "Pool closed for two days.", 58, "leader", "approved",
     "Agreed."),
    ("service_2", "refund", 240, "Pump came back unused.", 80, "leader", "approved", ""),
    ("service", "discount", 30, "He asks for a third off.", 45, "leader", "refused",
     "Fifteen at most; offer the older model."),
]  # fmt: skip
#: Parameter that holds the guest's link.
GUEST = "crm_suite.demo_guest"
#: How long it works.
LINK_DAYS = 3650
OWNERS = {
    "de": ("service", "leader", "production"),
    "cn": ("service_cn", "leader_cn", "quality_cn"),
}


def build(env):
    for index, row in enumerate(COMPLAINTS):
        _complaint(env, index, *row)
    _recall(env)
    _education(env)
    _decisions(env)
    _squads_now(env)
    _collections(env)
    _jobs(env)
    _guest(env)
    _languages(env)


# --- complaints --------------------------------------------------------------------------------


def _complaint(env, index, place, contact, subject, words, ago, done, *judged):
    owner, _leader, _department = OWNERS[place]
    with at(told(env, ago, 9.2, place)) as moment:
        request = env["crm.service.request"].create(
            {
                "name": subject,
                "description": f"<p>{words}</p>",
                "partner_id": get(env, contact).id,
                "type_id": env.ref(f"{ADDON}.type_complaint").id,
                "channel_id": env.ref("crm_customer_insight.crm_contact_channel_email").id,
                "company_id": get(env, f"company_{place}").id,
                "team_id": get(env, f"service_team_{place}").id,
                "user_id": get(env, f"user_{owner}").id,
                "date_open": moment,
            }
        )
    remember(env, f"complaint_{index}", request)
    if done:
        with at(told(env, ago, 9.6, place)) as moment:
            request.with_user(request.user_id).action_take()
            request.with_user(request.user_id)._service_answered(moment)
    for number, step in enumerate(STEPS[:done]):
        # Two steps a day, and the department took too long once.
        late = 2 if index == 1 and step == "cause" else 0
        hour = 10 + 4.5 * (number % 2)
        with at(told(env, ago, hour, place, number // 2 + late)) as moment:
            _step(env, request.complaint_ids, step, place, moment, *judged)


def _step(env, complaint, step, place, moment, validity, cause, kind, amount, solution, learned):
    if complaint.step_code != step:
        return  # not needed: the complaint is not valid
    owner, leader, department = OWNERS[place]
    values = {
        "judge": {"validity": validity,
                  "validity_reason": "" if validity == "valid" else "We follow only in part."},
        "department": {"department_id": get(env, f"department_{department}").id},
        "cause": {"cause_id": get(env, f"cause_{cause}").id if cause else False},
        "solution": {"solution": solution or "–", "compensation_kind": kind or "none",
                     "compensation_amount": amount},
        "compensate": {"penalty_amount": round(amount / 2)},
        "learn": {"learning": learned or "–", "customer_content": "yes"},
    }.get(step)  # fmt: skip
    own = complaint.with_user(get(env, f"user_{leader if step == 'approve' else owner}"))
    if values:
        own.write(values)
    if step == "reply":
        complaint.request_id.with_user(get(env, f"user_{owner}"))._service_answered(moment)
    if step == "compensate" and kind == "voucher":
        own.voucher_code = "SORRY-120"
    own.action_finish()


# --- recall and education ----------------------------------------------------------------------


def _recall(env):
    """Published in the summer; three of four owners have been helped."""
    recall = get(env, "recall_seal")
    with at(told(env, 88, 9)):
        recall.action_publish()
        recall.action_open_requests()
        env.flush_all()
    requests = recall.line_ids.request_id.sorted("id")
    for number, request in enumerate(requests):
        waits = number % 4 == 3  # for the customer's date, asked for at once: no clock runs
        with at(told(env, 87 if waits else 80 - number * 3, 11)) as moment:
            request.user_id = get(env, "user_service_2")
            request._service_answered(moment)
            if waits:
                request.action_wait()
            else:
                request.action_solve()


def _education(env):
    """Owners of the S300 were told how to clean its filter; since then few ask."""
    measure = env["crm.service.education"].create(
        {
            "name": "S300: rinse the filter once a month",
            "kind": "mail",
            "company_id": get(env, "company_de").id,
            "user_id": get(env, "user_leader").id,
            "product_id": get(env, "product_P300").id,
            "cause_id": get(env, "cause_filter").id,
            "date": days_ago(env, 150).date(),
            "months": 4,
            "content": "<p>Take the filter out, rinse it under the tap, put it back: two minutes "
            "a month keep your pump running.</p>",
        }
    )
    with at(told(env, 150, 9)):
        measure.action_done()
    remember(env, "education_filter", measure)
    planned = measure.copy(
        {
            "name": "P200: keep the suction side open",
            "kind": "article",
            "product_id": get(env, "product_P200").id,
            "cause_id": get(env, "cause_dry").id,
            "date": False,
        }
    )
    remember(env, "education_dry", planned)


# --- decisions, squads -------------------------------------------------------------------------


def _open_of(env, login):
    user = get(env, f"user_{login}")
    domain = [("user_id", "=", user.id), ("state", "in", ("open", "customer", "third_party"))]
    return env["crm.service.request"].search(domain, order="id")


def _decisions(env):
    taken = env["crm.service.request"]
    for login, kind, amount, why in DECISIONS:
        request = (_open_of(env, login) - taken)[:1]
        taken |= request
        if request:
            request.with_user(get(env, f"user_{login}"))._ask_approval(kind, amount, why)
    for login, kind, amount, why, ago, decider, verdict, note in DECIDED:
        _decided(env, login, kind, amount, why, ago, decider, verdict, note)


def _decided(env, login, kind, amount, why, ago, decider, verdict, note):
    user, moment = get(env, f"user_{login}"), told(env, ago, 10)
    domain = [("user_id", "=", user.id), ("date_open", "<", moment), ("state", "=", "closed")]
    request = env["crm.service.request"].search(domain, order="date_open desc", limit=1)
    with at(moment):
        approval = request.with_user(user)._ask_approval(kind, amount, why)
    with at(moment + timedelta(hours=3)):
        if approval.state == "waiting":
            approval.with_user(get(env, f"user_{decider}")).decide(verdict, note)


def _languages(env):
    """Customers in China get their pages, mails and papers in Chinese."""
    env["res.partner"].search([("country_id", "=", env.ref("base.cn").id)]).lang = "zh_CN"
    people = [("parent_id.country_id", "=", env.ref("base.cn").id), ("user_ids", "=", False)]
    env["res.partner"].search(people).lang = "zh_CN"
    if "website" in env:
        chinese = env["res.lang"].search([("code", "=", "zh_CN")])
        env["website"].search([]).language_ids = [(4, chinese.id)]


def _squads_now(env):
    """Two squads at work today, one with a task that is being handed over."""
    production, quality = get(env, "user_production"), get(env, "user_quality_cn")
    first, second = (
        _open_of(env, login).filtered(lambda one: one.asset_id and not one.complaint_id)[-1:]
        for login in ("service", "service_cn")
    )
    for request, helper, what in (
        (first, production, "Look on the test bench at the part that came back"),
        (second, quality, "检查同批次的控制器"),
    ):
        own = request.with_user(request.user_id)
        own.squad_invite(helper.ids, "expert", note=what)
        request.with_user(helper).squad_join()
        own.squad_create_task(what, helper.id, days_ago(env, -2, 14))
    own = first.with_user(first.user_id)
    task = own.squad_create_task("Call the customer about the appointment")
    own.squad_hand_over(task, production.id, "He is on site only on Tuesday and Thursday.")


# --- customers on the portal, and guests -------------------------------------------------------


def _collections(env):
    """Pumps are fetched for repair: one came back last week, one is fetched the day after."""
    team = get(env, "service_team_de")
    team.collection_capacity = 2
    domain = [
        ("company_id", "=", team.company_id.id),
        ("product_id", "=", get(env, "product_P200").id),
    ]
    requests = env["crm.service.request"]
    closed = requests.search([*domain, ("state", "=", "closed")], order="id desc", limit=1)
    going_on = requests.search([*domain, ("is_closed", "=", False)], order="id", limit=1)
    past, _coming = env["crm.service.collection"].create(
        [_fetched(env, closed, 12), _fetched(env, going_on, -2)]
    )
    for ago, deed in ((12, "action_collected"), (11, "action_received"), (8, "action_returned")):
        with at(told(env, ago, 15)):
            getattr(past, deed)()


def _fetched(env, request, ago):
    partner = request.partner_id
    start = days_ago(env, ago, 9)
    return {
        "request_id": request.id,
        "partner_id": partner.id,
        "company_id": request.company_id.id,
        "team_id": request.team_id.id,
        "slot_start": start,
        "slot_end": start + timedelta(hours=2),
        "contact_name": partner.name,
        "phone": partner.phone,
        "address": partner.contact_address,
    }


def _guest(env):
    """Somebody without a log-in follows his request by its link, which bin/demo prints.

    A demo may be looked at long after it was made: this one link works for years.
    """
    request = get(env, "complaint_5")
    remember(env, "request_guest", request)
    team, usual = request.team_id, request.team_id.guest_days
    team.guest_days = LINK_DAYS
    link = f"/service/{request.id}/{request._guest_token()}"
    team.guest_days = usual
    env["ir.config_parameter"].set_param(GUEST, link)


# --- what the scheduled actions would do tonight -----------------------------------------------


def _jobs(env):
    env["crm.service.sla.timer"]._cron_check()
    env["crm.customer.asset.plan"]._cron_open_due()
    env["crm.service.warning"]._cron_warn()
    env["crm.feedback.rule"]._cron_invite()
    env["crm.service.approval"]._cron_check()
    env["crm.touchpoint"]._fill()
    env["crm.customer.snapshot"]._cron_refresh()
