"""Run in Odoo's shell: a menu as an administrator designs it, and a customer with an order."""

menu = env["crm.call.menu"].create({"name": "Main", "code": "main"})  # noqa: F821
queue = env["crm.call.queue"].search([("code", "=", "support")])  # noqa: F821


def node(name, kind, **values):
    return env["crm.call.menu.node"].create(  # noqa: F821
        {"menu_id": menu.id, "name": name, "kind": kind, "timeout": 3, **values}
    )


home = node("Welcome", "menu", sounds="beep", wrong_sounds="beeperr", tries=2)
number = node("Order number", "collect", sounds="beep", most=8)
find = node("Look up", "lookup", subject="order")
told = node("Order is confirmed", "message", sounds="beep", say="order", answers=True)
people = node("People", "queue", sounds="beep", queue_id=queue.id)
later = node("Not now", "message", sounds="beeperr")
words = node("Message", "voicemail", sounds="beep", seconds=30)
bye = node("Goodbye", "hangup", sounds="beep")
number.next_id, find.next_id, told.next_id, later.next_id = find, told, bye, bye
words.next_id = bye
for step, ways in (
    (home, {"1": number, "2": people, "7": words}),
    (find, {"unknown": people, "silent": later}),
):
    step.option_ids = [(0, 0, {"key": key, "target_id": way.id}) for key, way in ways.items()]
menu.action_publish()
env["crm.call.inbox.rule"].create({"channel": "voice", "queue_id": queue.id})  # noqa: F821
customer = env["res.partner"].create({"name": "Jane", "phone": "+14155550123"})  # noqa: F821
env["sale.order"].create({"partner_id": customer.id, "name": "S00042"})  # noqa: F821
env["crm.contact.number"]._drain()  # noqa: F821
env.cr.commit()  # noqa: F821
