"""A small call center with a quality manager, calls of last month and a scorecard."""

from odoo.tests import new_test_user

from .call_common import CallCase

MONTH = "2026-05"


class QualityCase(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quinn = new_test_user(cls.env, "cc_quinn", "crm_callcenter.group_call_quality")
        cls.rhea = new_test_user(cls.env, "cc_rhea", "crm_callcenter.group_call_quality")
        cls.env["crm.call.scorecard"].search([]).action_retire()
        cls.card = cls.env["crm.call.scorecard"].create(
            {
                "name": "Support",
                "criterion_ids": [
                    (0, 0, {"name": "Greeting", "weight": 1, "top": "2", "section": "Contact"}),
                    (0, 0, {"name": "Right", "weight": 3, "top": "4", "is_correctness": True}),
                    (0, 0, {"name": "Privacy", "weight": 2, "top": "1", "is_fatal": True}),
                ],
            }
        )
        cls.card.action_activate()
        cls.call = cls._call("c1", cls.ada)

    @classmethod
    def _call(cls, linked, agent, start=f"{MONTH}-10 09:00:00", talk=120, **values):
        return cls.env["crm.call"].create(
            {
                "exchange_id": cls.exchange.id,
                "company_id": cls.company.id,
                "linked": linked,
                "direction": "inbound",
                "state": "done",
                "agent_id": agent.id,
                "queue_id": cls.support.id,
                "start": start,
                "talk_seconds": talk,
                "result": "answered",
                **values,
            }
        )

    @classmethod
    def _review(cls, call=None, reviewer=None, ratings=("1", "3", "1"), **values):
        review = (
            cls.env["crm.call.review"]
            .with_user(reviewer or cls.quinn)
            .create({"call_id": (call or cls.call).id, **values})
        )
        for answer, rating in zip(review.answer_ids.sorted("id"), ratings, strict=True):
            answer.rating = rating
        return review
