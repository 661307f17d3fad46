"""A small call center: one exchange, two skills, two queues, three agents."""

from odoo.tests import TransactionCase, new_test_user


class CallCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls.listener = new_test_user(cls.env, "cc_listener", "crm_callcenter.group_call_listener")
        cls.exchange = cls.env["crm.call.exchange"].create(
            {"name": "Hamburg", "code": "hamburg", "listener_user_id": cls.listener.id}
        )
        cls.pumps, cls.french = cls.env["crm.call.skill"].create(
            [{"name": "Pumps"}, {"name": "French"}]
        )
        cls.support = cls._queue("support", (cls.pumps, "2"))
        cls.sales_fr = cls._queue("sales_fr", (cls.pumps, "1"), (cls.french, "3"))
        cls.ada = cls._agent("ada", "1001", (cls.pumps, "3"), (cls.french, "3"))
        cls.ben = cls._agent("ben", "1002", (cls.pumps, "2"))
        cls.cyd = cls._agent("cyd", "1003", (cls.pumps, "1"))
        cls.eve = new_test_user(cls.env, "cc_eve", "crm_callcenter.group_call_supervisor")

    @classmethod
    def _queue(cls, code, *skills):
        return cls.env["crm.call.queue"].create(
            {
                "name": code,
                "code": code,
                "skill_ids": [
                    (0, 0, {"skill_id": skill.id, "level": level}) for skill, level in skills
                ],
            }
        )

    @classmethod
    def _agent(cls, login, extension, *skills):
        user = new_test_user(cls.env, f"cc_{login}", "crm_callcenter.group_call_agent")
        return cls.env["crm.call.agent"].create(
            {
                "user_id": user.id,
                "exchange_id": cls.exchange.id,
                "extension": extension,
                "skill_ids": [
                    (0, 0, {"skill_id": skill.id, "level": level}) for skill, level in skills
                ],
            }
        )

    @classmethod
    def _state(cls, agent, state, start, end=None):
        return cls.env["crm.call.agent.state"].create(
            {"agent_id": agent.id, "state": state, "date_from": start, "date_to": end}
        )
