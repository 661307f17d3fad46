from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_service import ServiceCase


@tagged("post_install", "-at_install")
class TestSupervisorTour(ServiceCase, HttpCase):
    """SVC-L1, SVC-L2: a team leader's morning on board, level mix and backlog, in a browser."""

    def test_a_supervisor_assigns_what_is_late_and_reads_the_level_mix(self):
        self.env["crm.service.request"].search([]).unlink()
        requests = self._request(name="Late pump", team_id=self.team.id)
        for number in range(5):
            requests += self._request(name=f"Question {number}", team_id=self.team.id)
        requests[:2]._begin_level("2", "Needs the workshop")
        late = requests[0]
        self.env.flush_all()
        self.env.cr.precommit.run()  # promises are computed; that of the first reply was broken
        late.sudo().sla_due_at = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        self.env.flush_all()
        self.start_tour("/odoo/service-board", "crm_service_levels_supervisor", login="leo")
        self.assertEqual(late.user_id, self.rita)
