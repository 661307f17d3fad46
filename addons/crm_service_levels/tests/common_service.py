from datetime import datetime

from odoo.fields import Command
from odoo.tests import TransactionCase

from odoo.addons.crm_customer_insight.tests.common_users import new_users

MODULE = "crm_service_levels"


class ServiceCase(TransactionCase):
    """A service team with a representative and a leader, a customer, and types of requests.

    ========  =============================================
    rita      representative of the team
    rob       another representative of the team
    leo       team leader
    ada       administrator of the addon
    emma      employee of another department
    ========  =============================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls.rita, cls.rob, cls.leo, cls.ada, cls.emma = new_users(
            cls.env,
            {
                "rita": f"{MODULE}.group_service_user",
                "rob": f"{MODULE}.group_service_user",
                "leo": f"{MODULE}.group_service_manager",
                "ada_service": f"{MODULE}.group_service_admin",
                "emma": "base.group_user",
            },
        )
        cls.calendar = cls._calendar("Nine to five", 9, 17)
        cls.team = cls.env["crm.service.team"].create(
            {
                "name": "Service",
                "sequence": -1,
                "user_id": cls.leo.id,
                "resource_calendar_id": cls.calendar.id,
                "hourly_cost": 60.0,
                "member_ids": [
                    Command.create({"user_id": cls.rita.id}),
                    Command.create({"user_id": cls.rob.id}),
                ],
            }
        )
        cls.acme = cls.env["res.partner"].create(
            {"name": "Acme", "is_company": True, "email": "info@acme.example.com"}
        )
        cls.anna = cls.env["res.partner"].create(
            {"name": "Anna", "parent_id": cls.acme.id, "email": "anna@acme.example.com"}
        )
        cls.fault = cls.env.ref(f"{MODULE}.type_breakdown")
        cls.usage = cls.env.ref(f"{MODULE}.type_usage")
        cls.complaint = cls.env.ref(f"{MODULE}.type_complaint")

    @classmethod
    def _user(cls, login, groups, **values):
        return new_users(cls.env, {login: groups}, **values)

    @classmethod
    def _calendar(cls, name, start, end, tz="UTC", days=range(5)):
        """Working hours from *start* to *end* o'clock on *days* (0 is Monday)."""
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": "morning",
                        }
                    )
                    for day in days
                ],
            }
        )

    @classmethod
    def _request(cls, user=None, **values):
        requests = cls.env["crm.service.request"].with_user(user or cls.env.user)
        defaults = {
            "name": "Pump does not start",
            "partner_id": cls.anna.id,
            "type_id": cls.usage.id,
            "company_id": cls.company.id,
        }
        return requests.create({**defaults, **values})

    @staticmethod
    def _at(text):
        return datetime.fromisoformat(text)
