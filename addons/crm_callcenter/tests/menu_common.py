"""A telephone menu as an administrator designs it: order state, people, hours."""

from .call_common import CallCase


class MenuCase(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.menu = cls.env["crm.call.menu"].create({"name": "Main", "code": "main"})
        node = cls._node
        cls.home = node("Welcome", "menu", sounds="welcome", wrong_sounds="beeperr")
        cls.number = node("Order number", "collect", sounds="enter", least=1, most=8)
        cls.find = node("Look up", "lookup", subject="order")
        cls.told = node(
            "Order is confirmed", "message", sounds="confirmed", say="date", answers=True
        )
        cls.people = node("People", "queue", queue_id=cls.support.id, sounds="hold-on")
        cls.later = node("Not now", "message", sounds="later")
        cls.bye = node("Goodbye", "hangup", sounds="vm-goodbye")
        cls.number.next_id = cls.find
        cls.find.next_id = cls.told
        cls.told.next_id = cls.bye
        cls.later.next_id = cls.people
        cls._ways(cls.home, {"1": cls.number, "2": cls.people})
        cls._ways(cls.find, {"unknown": cls.people, "silent": cls.later})

    @classmethod
    def _node(cls, name, kind, **values):
        values = {"menu_id": cls.menu.id, "name": name, "kind": kind, **values}
        return cls.env["crm.call.menu.node"].create(values)

    @classmethod
    def _ways(cls, node, ways):
        node.option_ids = [
            (0, 0, {"key": key, "target_id": target.id}) for key, target in ways.items()
        ]

    def told_menus(self, version=""):
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        return exchanges.listener_menus("hamburg", version)
