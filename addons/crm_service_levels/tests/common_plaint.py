from odoo.fields import Command

from .common_service import MODULE, ServiceCase

#: Monday, five minutes past ten; the team works from nine to five (UTC).
MONDAY = "2026-03-02 10:05:00"


class PlaintCase(ServiceCase):
    """A complaint of Anna's, a department with one member, a cause tree, an auditor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.audrey = cls._user("audrey", f"{MODULE}.group_service_auditor")
        cls.department = cls.env["crm.service.team"].create(
            {
                "name": "Production",
                "kind": "department",
                "member_ids": [Command.create({"user_id": cls.emma.id})],
            }
        )
        causes = cls.env["crm.service.cause"]
        cls.making = causes.create({"name": "Making"})
        cls.seal = causes.create({"name": "Seal", "parent_id": cls.making.id})
        cls.pump = cls.env["product.product"].create({"name": "Pump P7"})

    @classmethod
    def _complaint(cls, user=None, **values):
        defaults = {"type_id": cls.complaint.id, "name": "The pump leaks", "user_id": cls.rita.id}
        request = cls._request(user, **{**defaults, **values})
        complaint = cls.env["crm.service.complaint"].search([("request_id", "=", request.id)])
        return complaint.with_user(cls.rita)

    @staticmethod
    def _done(complaint, step, **values):
        """Fill in *values* and end *step*, as the button does."""
        if values:
            complaint.write(values)
        complaint.with_context(complaint_step=step).action_finish()

    @classmethod
    def _until(cls, complaint, step, validity="valid", kind="apology", amount=0.0):
        """Lead the complaint to *step* with usual entries."""
        entries = {
            "record": {},
            "judge": {"validity": validity, "validity_reason": "The seal was worn"},
            "department": {"department_id": cls.department.id},
            "cause": {"cause_id": cls.seal.id},
            "solution": {
                "solution": "A new seal",
                "compensation_kind": kind,
                "compensation_amount": amount,
            },
            "approve": {},
            "reply": {},
        }
        for code, values in entries.items():
            if complaint.step_code == step:
                return complaint
            user = cls.leo if code == "approve" else cls.rita
            if code == "reply":
                cls._words(complaint, "replied", "Called her")
            cls._done(complaint.with_user(user), code, **values)
        return complaint

    @classmethod
    def _words(cls, complaint, kind, text, **values):
        words = complaint.env["crm.service.complaint.words"]
        words.create(
            {"complaint_id": complaint.id, "kind": kind, "text": text, **values}
        ).action_say()
