from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.fields import Command

from .common_service import ServiceCase


class SlaCase(ServiceCase):
    """One policy in 9–17 UTC: first reply 2 h, next reply 3 h, solution 8 h; warned at 75 %.

    2024-03-01 is a Friday, 2024-03-04 a Monday.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.service.sla.policy"].search([]).active = False
        cls.policy = cls._policy("Standard", first_reply=2, next_reply=3, resolution=8)
        cls.waiting = cls.env.ref("crm_service_levels.stage_customer")
        cls.timers = cls.env["crm.service.sla.timer"]

    @classmethod
    def _policy(cls, name, values=None, **hours):
        """Policy with a target per kind; *hours* may be a number or values of the target."""
        targets = [
            {"kind": kind, "warning_shares": "75"}
            | (given if isinstance(given, dict) else {"hours": given})
            for kind, given in hours.items()
        ]
        return cls.env["crm.service.sla.policy"].create(
            {
                "name": name,
                "target_ids": [Command.create(target) for target in targets],
                **(values or {}),
            }
        )

    def _opened(self, when, **values):
        """Request received at *when*, written by Rita."""
        with freeze_time(when):
            request = self._request(user=self.rita, user_id=self.rita.id, **values)
            self.env.cr.flush()
        return request

    def _timer(self, request, kind="resolution"):
        return request.sla_timer_ids.filtered(lambda timer: timer.kind == kind)[-1:]

    def _answer(self, request, when):
        with freeze_time(when):
            request._service_answered(self._at(when))

    def _tick(self, when):
        """The scheduler runs at *when*, with a cursor of its own."""
        self.env.cr.flush()
        with (
            freeze_time(when),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            self.timers.with_env(self.timers.env(cr=cr, user=SUPERUSER_ID))._cron_check()
        self.env.invalidate_all()

    def _change(self, when, request, **values):
        with freeze_time(when):
            request.write(values)
            self.env.cr.flush()
