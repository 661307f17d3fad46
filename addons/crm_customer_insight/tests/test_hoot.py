from odoo.tests import HttpCase, tagged


def suite_id(name):
    """Identifier by which Hoot selects a suite (the hash of ``web/static/lib/hoot``)."""
    value = 0
    for char in name:
        value = ((value << 5) - value + ord(char)) & 0xFFFFFFFF
    return f"{value:08x}"


def run_hoot(case, addon):
    """Run the JavaScript tests of an addon in a browser.

    :param case: an ``HttpCase``
    """
    case.browser_js(
        f"/web/tests?headless&loglevel=2&preset=desktop&timeout=60000&id={suite_id(f'@{addon}')}",
        "",
        "",
        login="admin",
        timeout=300,
        success_signal="[HOOT] Test suite succeeded",
        error_checker=lambda message: "[HOOT]" not in message,
    )


@tagged("post_install", "-at_install")
class TestHoot(HttpCase):
    """The JavaScript tests of this addon, in a browser."""

    def test_hoot(self):
        # Odoo's own suite has this identifier (web/tests/test_js.py).
        self.assertEqual(suite_id("@web/core"), "e39ce9ba")
        run_hoot(self, "crm_customer_insight")
