from odoo.tests import HttpCase, tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentsTour(SegmentCase, HttpCase):
    """The page of segments as an analyst uses it, in a real browser."""

    def test_page(self):
        self.segment("Tour everyone", ("revenue", ">", 0))
        self.segment("Tour best", ("tier", "in", ["A"]))
        self.refresh()
        self.start_tour("/odoo/segments", "crm_customer_insight_segments", login=self.ann.login)
