from odoo.tests import HttpCase, tagged

from .common_voice import VoiceCase


@tagged("post_install", "-at_install")
class TestVoiceTour(VoiceCase, HttpCase):
    """SVC-L5, SVC-F: satisfaction asked, a detractor won back, in a real browser."""

    def test_a_detractor_is_won_back(self):
        invitation = self._invited()
        url = f"/feedback/{invitation.id}/{invitation._token()}"
        self.start_tour(url, "crm_service_levels_detractor_answers", login=None)
        answer = invitation.answer_ids
        self.assertEqual((answer.csat, answer.comment), (1, "Nobody called back"))
        loop = self.env["crm.feedback.loop"].search([("answer_id", "=", answer.id)])
        self.assertEqual((loop.user_id, loop.state), (self.rita, "open"))
        self.assertEqual(len(loop.activity_ids), 1)
        self.start_tour(
            "/odoo/feedback-loops", "crm_service_levels_detractor_won_back", login="rita"
        )
        self.assertEqual(loop.state, "won")
        self.assertEqual(loop.note, "Called, the part comes tomorrow")
        self.assertFalse(loop.activity_ids)
