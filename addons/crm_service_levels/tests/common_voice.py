from unittest.mock import patch

from odoo.fields import Command

from .common_service import MODULE, ServiceCase


class VoiceCase(ServiceCase):
    """Questions: solution (CSAT, weight 2, expected 4), speed (5/3/1), recommendation, words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls._user("olga", f"{MODULE}.group_service_officer")
        cls.env["crm.feedback.rule"].search([]).active = False
        cls.scheme = cls.env["crm.feedback.scheme"].create(
            {
                "name": "How was it?",
                "sequence": -1,
                "team_id": cls.team.id,
                "type_id": cls.usage.id,
                "aspect_ids": [
                    cls._aspect("Solution", "csat", weight=2, expected=4),
                    cls._aspect(
                        "Speed",
                        "scale",
                        option_ids=[
                            Command.create({"name": name, "points": points})
                            for name, points in (("Fast", 5), ("Medium", 3), ("Slow", 1))
                        ],
                    ),
                    cls._aspect("Recommend", "nps"),
                    cls._aspect("Words", "words", weight=0),
                ],
            }
        )
        cls.solution, cls.speed, cls.recommend, cls.words = cls.scheme.aspect_ids

    @classmethod
    def _aspect(cls, label, kind, **values):
        return Command.create({"name": f"{label}?", "label": label, "kind": kind, **values})

    @classmethod
    def _solved(cls, **values):
        request = cls._request(team_id=cls.team.id, user_id=cls.rita.id, **values)
        request.action_solve()
        return request

    @classmethod
    def _invited(cls, request=None, **values):
        request = request or cls._solved()
        invitations = cls.env["crm.feedback.invitation"]
        return invitations.create(invitations._values_of(request, cls.scheme, **values))

    @classmethod
    def _answered(cls, given, request=None, done=True):
        """Answer with *given* ``{question: value}``."""
        values = {aspect.id: value for aspect, value in given.items()}
        return cls._invited(request)._save(values, done=done)

    def _job(self, method):
        """Run a job that commits by batch, without committing."""
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60):
            method()
