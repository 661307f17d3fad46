from odoo.tests import HttpCase, tagged

from odoo.addons.crm_customer_insight.tests.test_hoot import suite_id


@tagged("post_install", "-at_install")
class TestHoot(HttpCase):
    """The JavaScript tests of this addon, in a browser."""

    def test_hoot(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=60000"
            f"&id={suite_id('@crm_campaign_roi')}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
