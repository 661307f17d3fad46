from odoo.tests import HttpCase, tagged

from .test_knowledge import KnowledgeCase


@tagged("post_install", "-at_install")
class TestKnowledgeTour(KnowledgeCase, HttpCase):
    """SVC-L1: a representative answers from an article, in a real browser."""

    def test_answer_from_an_article(self):
        request = self._request(self.rita, name="Question")
        url = f"/odoo/crm.service.request/{request.id}"
        self.start_tour(url, "crm_service_levels_answer_from_article", login="rita")
        self.assertEqual(request.article_ids, self.noise)
        kinds = request.article_use_ids.sorted("id").mapped("kind")
        self.assertEqual(kinds, ["inserted", "helped"])
        self.assertEqual(request.article_use_ids.mapped("suggested"), [True, True])
        self.assertIn("Air in the pipes", request.message_ids[0].body)
        self.assertTrue(request.date_first_reply)
