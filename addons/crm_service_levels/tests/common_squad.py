from odoo.tests import new_test_user

from .common_service import ServiceCase


class SquadCase(ServiceCase):
    """Two colleagues of other departments, one of them in another company.

    ========  ==================================================
    pia       employee of production, same company
    otto      employee of another company, no rights of service
    request   rita's
    ========  ==================================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Works GmbH"})
        cls.pia = cls._user("pia", "base.group_user")
        cls.otto = cls._user(
            "otto", "base.group_user", company_id=cls.other.id, company_ids=[(6, 0, cls.other.ids)]
        )
        cls.portal = new_test_user(cls.env, "squad_portal", groups="base.group_portal")
        cls.production = cls.env["crm.service.team"].create(
            {"name": "Production", "kind": "department"}
        )
        cls.request = cls._request(user_id=cls.rita.id)

    def _as(self, user):
        self.env.invalidate_all()
        return self.request.with_user(user)

    def _squad(self, *users, role="helper"):
        self._as(self.rita).squad_invite([u.id for u in users], role, self.production.id, "Help")
        for user in users:
            self._as(user).squad_join()

    def _task(self, user, by=None, **values):
        task = self._as(by or self.rita).squad_create_task("Check the seal", user.id, **values)
        return self.env["project.task"].browse(task)

    def _state(self, request=None):
        request = request or self.request
        return [(s.level, bool(s.date_to)) for s in request.level_span_ids if s.level == "2"]
