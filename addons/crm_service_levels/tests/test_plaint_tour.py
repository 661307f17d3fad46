from odoo.tests import HttpCase, tagged

from .common_plaint import PlaintCase


@tagged("post_install", "-at_install")
class TestPlaintTour(PlaintCase, HttpCase):
    """SVC-C: a complaint through nine steps, in a real browser."""

    def test_a_complaint_through_nine_steps(self):
        # The representative's leader approves: the one who leads the steps is a team leader, too,
        # and so the solution is proposed by somebody else before.
        complaint = self._complaint(name="The pump leaks badly")
        self.start_tour("/odoo/complaints", "crm_service_levels_complaint_begin", login="rita")
        self.assertEqual((complaint.step_code, complaint.cause_id), ("approve", self.seal))
        self.start_tour("/odoo/complaints", "crm_service_levels_complaint_approve", login="leo")
        self.assertEqual((complaint.step_code, complaint.approved_by_id), ("reply", self.leo))
        self.start_tour("/odoo/complaints", "crm_service_levels_complaint_end", login="rita")
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.learning, "Check the hardness of seals")
        self.assertEqual(complaint.request_id.state, "solved")
