from odoo.tests import HttpCase, tagged

from odoo.addons.crm_customer_insight.tests.test_hoot import run_hoot


@tagged("post_install", "-at_install")
class TestHoot(HttpCase):
    """The JavaScript tests of this addon, in a browser."""

    def test_hoot(self):
        run_hoot(self, "crm_callcenter")
