"""What colleagues know, written down: articles with their reviews, uses and votes; and the letters.

The Chinese company has its own articles in Chinese; two are translations of German ones.
"""

from .clock import at, told
from .service_topics import TOPICS
from .world import days_ago, get, remember

#: code: (title, text, keywords, product, cause it answers, audience, who writes, who reviews)
ARTICLES = {
    "filter": ("Submersible pump S300 brings no water: rinse the filter",
               ("Switch the pump off. Turn the filter to the left and take it out. Rinse it under "
               "the tap. Put it back and turn it until it clicks. Once a month is enough."),
               "no water, hums, clogged", "P300", "filter", "public", "service", "leader"),
    "seal": ("P200 drips at the shaft: is it the seal?",
             ("A few drops in the first week are normal. More than ten an hour: note the serial "
             "number and look for the recall. Seal kit S01; 40 minutes of work."),
             "leak, drip, seal, S01", "P200", "seal", "internal", "service_2", "service"),
    "dry": ("Pump has stopped and smells burnt: it ran dry",
            ("Check the level switch and the suction valve before the motor is replaced. Offer the "
            "dry-run protection."), "burnt, stopped, dry", "P200", "dry", "internal",
            "service", "leader"),
    "control": ("E14 on the K50: control unit or sensor?",
                ("Pull the plug of the sensor. E14 stays: control unit S05. E14 goes: sensor. Read "
                "the error memory (menu 4, line 2) first."), "E14, E31, stops, display", "K50",
                "control", "internal", "service_2", "leader"),
    "setting": ("Pump is loud: open the suction side",
                ("A pump that is loud after work on the pipes draws air. Open the valve on the "
                "suction side fully, then vent the housing."), "noise, loud, cavitation", "P200",
                "setting", "public", "service", "service_2"),
    "bill": ("Your bills in the portal",
             "All bills of the last two years are in your portal, with the state of the payment.",
             "invoice, copy, bill", "", "bill", "public", "service_sales", "service"),
    "seal_cn": ("P200 轴端漏水：更换机械密封", ("第一周少量滴水属正常。每小时超过十滴："
                "记下序列号，查看召回。密封组件 S01，工时约四十分钟。"), "漏水, 密封, S01", "P200",
                "seal", "internal", "service_cn", "leader_cn"),
    "control_cn": ("K50 显示 E14：控制器还是传感器", ("拔下传感器插头。E14 仍在：更换控制器 S05；"
                   "E14 消失：更换传感器。先读故障存储（菜单 4 第 2 行）。"), "E14, 停机, 控制器",
                   "K50", "control", "public", "service_cn", "leader_cn"),
}  # fmt: skip
#: Not published yet: (title, text, who writes, sent to review?)
DRAFTS = [
    ("K90: control units of batch C-7", "How to find the batch, and what to do meanwhile.",
     "service", True),
    ("Antifreeze before the winter", "Which pumps must be emptied, and how.", "service_2", False),
]  # fmt: skip
TRANSLATIONS = {"seal_cn": "seal", "control_cn": "control"}
#: Letters are kept of the last days; the rest is known by its dates.
LETTERS_DAYS = 60


def build(env):
    for code, row in ARTICLES.items():
        _article(env, code, *row)
    for title, text, login, submitted in DRAFTS:
        draft = _write(env, login, {"name": title, "body": f"<p>{text}</p>"})
        if submitted:
            draft.action_submit()
    _uses(env)
    _letters(env)


def _write(env, login, values):
    return env["crm.service.article"].with_user(get(env, f"user_{login}")).create(values)


def _article(env, code, title, text, keywords, product, cause, audience, writer, reviewer):
    china = code.endswith("_cn")
    original = TRANSLATIONS.get(code)
    values = {
        "name": title,
        "body": f"<p>{text}</p>",
        "keywords": keywords,
        "lang": "zh_CN" if china else "en_US",
        "audience": audience,
        "original_id": get(env, f"article_{original}").id if original else False,
    }
    if product:
        template = get(env, f"product_{product}").product_tmpl_id
        values["product_tmpl_ids"] = [(4, template.id)]
    with at(told(env, 330 - 20 * list(ARTICLES).index(code), 11)):
        article = _write(env, writer, values)
        article.action_submit()
        article.with_user(get(env, f"user_{reviewer}")).action_publish()
    remember(env, f"article_{code}", article)


def _uses(env):
    """Every second request of a cause was answered with its article; customers voted."""
    uses, votes = [], env["crm.service.article.vote"].sudo()
    for code, row in ARTICLES.items():
        article = get(env, f"article_{code}").sudo()
        domain = [
            ("cause_id", "=", get(env, f"cause_{row[4]}").id),
            ("user_id", "!=", False),
            (
                "company_id",
                "=",
                get(env, "company_cn" if code.endswith("_cn") else "company_de").id,
            ),
        ]
        requests = env["crm.service.request"].search(domain, order="id")[::2]
        requests.article_ids = [(4, article.id)]
        uses += [_use(article, request, place) for place, request in enumerate(requests)]
        for number in range(len(requests) // 3):
            votes._vote(article, number % 6 != 5, visitor=f"reader {number}")
    env["crm.service.article.use"].sudo().create(uses)
    env["crm.service.article.use"]._count(env["crm.service.article"].search([]))


def _use(article, request, place):
    return {
        "article_id": article.id,
        "request_id": request.id,
        "kind": ("inserted", "linked", "helped", "link_sent")[place % 4],
        "user_id": request.user_id.id,
        "date": request.date_first_reply or request.date_open,
        "position": 1 + place % 3,
        "suggested": True,
    }


def _letters(env):
    """What was written to and fro, as messages of the requests: one batch."""
    answers = {topic.subject: topic for topics in TOPICS.values() for topic in topics}
    requests = env["crm.service.request"].search(
        [("date_open", ">", days_ago(env, LETTERS_DAYS)), ("name", "in", list(answers))], order="id"
    )
    comment = env.ref("mail.mt_comment").id
    rows = [row for one in requests for row in _written(one, answers[one.name], comment)]
    env["mail.message"].with_context(mail_notify_force_send=False).create(rows)


def _written(request, topic, comment):
    common = {
        "model": request._name,
        "res_id": request.id,
        "subtype_id": comment,
        "record_name": request.display_name,
    }
    if request.channel_id == request.env.ref("crm_customer_insight.crm_contact_channel_email"):
        yield {
            **common,
            "message_type": "email",
            "author_id": request.partner_id.id,
            "email_from": request.email_from,
            "subject": request.name,
            "body": f"<p>{topic.words}</p>",
            "date": request.date_open,
        }
    if request.date_first_reply:
        yield {
            **common,
            "message_type": "comment",
            "author_id": request.user_id.partner_id.id,
            "body": f"<p>{topic.answer}</p>",
            "date": request.date_first_reply,
        }
