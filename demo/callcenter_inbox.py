"""What waits beside calls in the agents' inbox: mail, a web form, a fax, call-backs (CC-7)."""

import io
from datetime import timedelta

from PIL import Image, ImageDraw

from odoo.addons.crm_callcenter.tools import fax as pages

from .world import get

#: Channel: queue that works on it, minutes until an answer is due.
RULES = {
    "callback": ("support", 240),
    "fax": ("sales", 480),
    "mail": ("support", 240),
    "web": ("support", 240),
}
#: Channel of the suite, subject, minutes ago.
REQUESTS = (
    ("email", "Which oil for the compressor in winter?", 25),
    ("email", "Delivery note 4471 shows two seals, we got one", 70),
    ("web", "Pump vibrates since the last service", 10),
)
CALLBACKS = (("Asked for it in the queue", 15), ("Wants to know when the technician comes", 300))
ORDER = (
    "Order",
    "",
    "4 pcs. sealing kit S01",
    "2 pcs. filter F20",
    "",
    "Please deliver to our works in Kiel by Friday.",
)


def build(env):
    world = env(context={**env.context, "allowed_company_ids": [get(env, "company_de").id]})
    channels = dict(world["crm.call.inbox.rule"]._fields["channel"]._description_selection(world))
    world["crm.call.inbox.rule"].create(
        [
            {"channel": channel, "queue_id": get(world, f"call_queue_{queue}").id,
             "answer_minutes": minutes}
            for channel, (queue, minutes) in RULES.items()
            if channel in channels
        ]
    )  # fmt: skip
    customers = world["res.partner"].search(
        [("is_company", "=", True), ("phone", "=like", "+49%")], order="id", limit=8
    )
    _callbacks(world, customers[:2])
    _fax(world, customers[2])
    if "crm.service.request" in world:
        _requests(world, customers[3:6])
    _in_work(world)


def _callbacks(env, customers):
    now = env.cr.now().replace(microsecond=0)
    for (note, minutes), customer in zip(CALLBACKS, customers, strict=True):
        callback = env["crm.call.callback"].create(
            {
                "partner_id": customer.id,
                "queue_id": get(env, "call_queue_support").id,
                "due_at": now - timedelta(minutes=minutes),
                "note": note,
            }
        )
        _waits_since(env, callback, minutes)


def _waits_since(env, record, minutes):
    """What was made just now has waited for a while: two hours are one, four are late."""
    contact = env["crm.call.contact"]._of(record)
    contact.since = env.cr.now().replace(microsecond=0) - timedelta(minutes=minutes)
    contact.answer_by = contact.since + timedelta(minutes=contact.rule_id.answer_minutes)


def _fax(env, customer):
    fax = env["crm.call.fax"]._new_received(get(env, "call_exchange"), "in-demo.tif")
    fax.write({"number": customer.phone, "partner_id": customer.id})
    env["crm.call.fax"]._receive(fax.exchange_id, fax.file, _page(customer.name))
    _waits_since(env, fax, 45)


def _page(sender):
    """An order as it comes by fax."""
    image = Image.new("L", (1728, 1100), 255)
    draw = ImageDraw.Draw(image)
    for place, line in enumerate((sender, "", *ORDER)):
        draw.text((160, 120 + 70 * place), line, fill=0, font_size=44)
    content = io.BytesIO()
    image.save(content, "PNG")
    tiff, _count = pages.to_tiff(content.getvalue())
    return tiff


def _requests(env, customers):
    now = env.cr.now().replace(microsecond=0)
    for (code, name, minutes), customer in zip(REQUESTS, customers, strict=True):
        env["crm.service.request"].create(
            {
                "name": name,
                "partner_id": customer.id,
                "channel_id": env["crm.contact.channel"]._of_code(code).id,
                "date_open": now - timedelta(minutes=minutes),
                "user_id": False,
            }
        )


def _in_work(env):
    """The second agent works on the call-back that waited longest."""
    waiting = env["crm.call.contact"].search(
        [("state", "=", "waiting"), ("channel", "=", "callback")], order="since", limit=1
    )
    if waiting:
        waiting._accept(get(env, "call_agent_2"))
