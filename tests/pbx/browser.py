"""Chromium on the chain: people at work in the web client while real calls come in.

``JourneyCase`` has an exchange, Odoo and a listener (``office``), and opens a page for whoever is
asked for, each with a session of his own. A page that reports an error fails its test, and leaves
its picture in the logs.
"""

import shutil
import unittest
from contextlib import suppress

from chain import Office
from exchange_case import ExchangeMixin, until
from playwright.sync_api import sync_playwright

from suite import paths

#: Milliseconds that a page may take for what takes a second on an idle machine.
PATIENCE = 60_000
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PICTURES = paths.LOGS / "pictures"
#: What a browser reports that is nobody's error: a page left while it was loading.
HARMLESS = ("net::ERR_ABORTED", "Failed to load resource: net::ERR_")


class JourneyCase(ExchangeMixin, unittest.TestCase):
    """Tests of people in the browser, with real calls."""

    addon = "crm_callcenter"  # installed with what it needs, and nothing else

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = Office(cls.exchange, cls.addon)
        cls.addClassCleanup(cls.office.close)
        cls.prepare_office()
        cls.office.start_odoo()
        cls.office.start_listener()
        player = sync_playwright().start()
        cls.addClassCleanup(player.stop)
        cls.chromium = player.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        cls.addClassCleanup(cls.chromium.close)

    @classmethod
    def prepare_office(cls):
        """What the class wants in the database before Odoo starts: ``cls.office.run(script)``."""

    def setUp(self):
        super().setUp()
        self._pages = {}
        self.addCleanup(self._leave)

    def page(self, login, path="", viewport=None):
        """A page of the web client where the user *login* (his password, too) has gone to *path*.

        Times out with an error of Playwright; what the page itself reports is told at the end.
        """
        context = self.chromium.new_context(
            viewport=viewport or WIDE, base_url=self.office.url, locale="en-US"
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        said = self._pages.setdefault(page, [])
        page.on("console", lambda message: _note(said, message))
        page.on("pageerror", lambda error: said.append(str(error)))
        self._log_in(context, login)
        page.goto(f"/odoo/{path}")
        page.wait_for_selector(".o_web_client .o_main_navbar")
        return page

    def _log_in(self, context, login):
        parameters = {"db": self.office.database, "login": login, "password": login}
        answer = context.request.post(
            "/web/session/authenticate", data={"jsonrpc": "2.0", "params": parameters}
        ).json()
        self.assertTrue(answer.get("result", {}).get("uid"), f"{login} cannot log in: {answer}")

    def picture(self, page, name):
        """Keep what the page shows, for people who look at it."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png")

    def sees(self, page, selector, what, **options):
        """Wait until the page shows it; otherwise a picture, and a failure that says *what*."""
        try:
            page.locator(selector).first.wait_for(**options)
        except Exception as error:
            self.picture(page, f"failed_{self._testMethodName}")
            raise AssertionError(f"the page does not show {what} ({selector})") from error

    def _leave(self):
        errors = {page.url: said for page, said in self._pages.items() if said}
        for page in self._pages:
            with suppress(Exception):
                page.context.close()
        self.assertFalse(errors, "the browser reports errors")


def _note(said, message):
    if message.type == "error" and not any(text in message.text for text in HARMLESS):
        said.append(message.text)


__all__ = ["NARROW", "WIDE", "JourneyCase", "until"]
