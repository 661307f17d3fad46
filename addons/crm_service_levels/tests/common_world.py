from .common_asset import AssetCase
from .common_plaint import PlaintCase
from .common_voice import VoiceCase


class WorldCase(PlaintCase, AssetCase, VoiceCase):
    """A record of each part of the service, all about Anna of Acme and in Rita's hands."""

    @classmethod
    def _world(cls):
        """``{model: record}``; Emma, an employee elsewhere, has to do with none of them."""
        asset = cls._asset(serial="QX-7731")
        request = cls._request(user_id=cls.rita.id, team_id=cls.team.id, asset_id=asset.id)
        answer = cls._answered({cls.solution: 1, cls.recommend: 2, cls.words: "Too slow"})
        approval = request.with_user(cls.rita)._ask_approval("refund", 900.0, "She waited long")
        approval = approval.with_env(cls.env)
        complaint = cls._complaint().sudo()
        article = cls._published_article()
        records = [
            asset,
            request,
            answer,
            answer.invitation_id,
            answer.loop_ids,
            article,
            article.version_ids,
            approval,
            complaint,
            cls.env["crm.feedback.desk"].create({"name": "Desk", "scheme_id": cls.scheme.id}),
            cls.env["sale.order"].create({"partner_id": cls.anna.id}),
            cls._collection(request),
            *cls._world_of_machines(asset),
            *cls._world_of_dialogs(request, asset, complaint, approval),
        ]
        cls.env.flush_all()
        return {record._name: record for record in records}

    @classmethod
    def _collection(cls, request):
        values = {
            "request_id": request.id,
            "partner_id": cls.anna.id,
            "contact_name": "Anna",
            "address": "1 Hidden Lane",
            "phone": "+33 1 00 00 00 37",
        }
        slots = {"slot_start": "2026-03-03 09:00:00", "slot_end": "2026-03-03 12:00:00"}
        return cls.env["crm.service.collection"].create({**values, **slots})

    @classmethod
    def _published_article(cls):
        values = {"name": "Seals", "body": "<p>Keep dry</p>", "audience": "internal"}
        article = cls.env["crm.service.article"].with_user(cls.rita).create(values)
        article.action_submit()
        article.with_user(cls.leo).action_publish()
        return article.with_env(cls.env)

    @classmethod
    def _world_of_machines(cls, asset):
        recall = cls.env["crm.service.recall"].create(
            {"name": "Seals", "product_ids": [(6, 0, cls.pump.ids)]}
        )
        line = cls.env["crm.service.recall.line"].create(
            {"recall_id": recall.id, "asset_id": asset.id, "company_id": cls.company.id}
        )
        education = cls.env["crm.service.education"].create(
            {"name": "How to start", "product_id": cls.pump.id}
        )
        return [
            recall,
            line,
            education,
            cls.env["crm.service.education.told"].create(
                {"education_id": education.id, "partner_id": cls.anna.id}
            ),
            cls.env["crm.service.warning"].create(
                {
                    "company_id": cls.company.id,
                    "date": "2026-03-01",
                    "kind": "faults",
                    "product_id": cls.pump.id,
                }
            ),
            cls.env["crm.customer.asset.plan"].create({"asset_id": asset.id, "every_months": 6}),
            cls.pump,
            cls.pump.product_tmpl_id,
            cls.acme,
        ]

    @classmethod
    def _world_of_dialogs(cls, request, asset, complaint, approval):
        on_request = {"request_id": request.id}
        values = {
            "crm.service.approval.ask": {**on_request, "amount": 5.0, "reason": "Waited"},
            "crm.service.approval.refuse": {"approval_ids": [(6, 0, approval.ids)], "note": "No"},
            "crm.service.complaint.words": {
                "complaint_id": complaint.id,
                "kind": "replied",
                "text": "Called her",
            },
            "crm.service.period.print": {},
            "crm.service.request.split": {**on_request, "name": "Rest"},
            "crm.service.sell": on_request,
            "crm.service.squad.invite": {
                "request_ids": [(6, 0, request.ids)],
                "user_ids": [(6, 0, cls.emma.ids)],
            },
            "crm.service.squad.task": {**on_request, "name": "Look", "user_id": cls.rita.id},
            "crm.customer.asset.transfer": {
                "asset_ids": [(6, 0, asset.ids)],
                "partner_id": cls.acme.id,
            },
        }
        return [cls.env[model].create(row) for model, row in values.items()]
