"""Every screen behind our menu, in Chinese: no text that we wrote is left in English."""

import json
import re
from pathlib import Path

import polib

from odoo.tests import HttpCase, new_test_user, tagged

ADDONS = Path(__file__).parents[2] / "addons"
SCRIPT = Path(__file__).with_name("no_english.js")
MENU = "crm_customer_insight.menu_insight_root"
GROUPS = "base.group_user,sales_team.group_sale_manager,crm_customer_insight.group_insight_admin"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
TAG = re.compile(r"<[^>]*>")
#: With fewer letters, the fixed part of a text with placeholders says too little.
MIN_LETTERS = 8


def terms():
    """``(English texts, patterns of those with placeholders, Chinese texts)`` of our addons."""
    texts, patterns, chinese = set(), set(), set()
    for path in sorted(ADDONS.glob("*/i18n/zh_CN.po")):
        for entry in polib.pofile(str(path)):
            translated = _pieces(entry.msgstr)
            chinese |= translated
            for piece in _pieces(entry.msgid) - translated:
                fixed = PLACEHOLDER.split(piece)
                if len(fixed) == 1:
                    texts.add(piece)
                elif len(re.findall("[a-z]", "".join(fixed))) >= MIN_LETTERS:
                    patterns.add(".+".join(map(re.escape, fixed)))
    return texts, patterns, chinese


def _pieces(text):
    """What a browser shows of *text* as separate texts: tags cut out, white space collapsed."""
    pieces = (" ".join(piece.split()) for piece in TAG.split(text))
    return {piece for piece in pieces if re.search(r"[A-Za-z]{2}|[^\x00-\x7f]", piece)}


@tagged("standard", "post_install", "-at_install")
class TestSimplifiedChinese(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        installed = cls.env["ir.module.module"].search([("state", "=", "installed")])
        installed._update_translations("zh_CN")
        cls.user = new_test_user(cls.env, "insight_zh", GROUPS, lang="zh_CN")
        cls.customer = cls.env["res.partner"].create(
            {"name": "北风泵业", "is_company": True, "user_id": cls.user.id}
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "三号码头", "type": "opportunity", "partner_id": cls.customer.id}
        )
        cls._make_history()

    @classmethod
    def _make_history(cls):
        """Rows for the lists and charts, which otherwise would show their empty state only."""
        cls.env["crm.contact.permission"].with_context(lang="zh_CN").create(
            {
                "partner_id": cls.customer.id,
                "channel_id": cls.env.ref("crm_customer_insight.crm_contact_channel_visit").id,
                "state": "granted",
                "origin": "spoken",
            }
        )
        cls.env["crm.key.account"].create(
            {"partner_id": cls.customer.id, "user_id": cls.user.id, "reason": "示范"}
        )
        cls.env["crm.touchpoint"]._fill()
        company = cls.env.company
        cls.env["crm.customer.snapshot"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.user.id,
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "month": "2026-03-01",
                "date": "2026-03-31",
                "is_current": True,
                "revenue": 1000.0,
                "profit": 400.0,
                "tier": "A",
                "previous_tier": "B",
                "pyramid_level": "top",
                "lifecycle_stage": "growing",
                "r_score": 5,
                "f_score": 4,
                "m_score": 5,
            }
        )

    def test_no_english_left_on_our_screens(self):
        texts, patterns, chinese = terms()
        media = self.env["utm.medium"].search([]).mapped("name")  # Odoo's own data, in English
        data = {
            "texts": sorted(texts.difference(media)),
            "patterns": sorted(patterns),
            "translated": sorted(chinese),
            "screens": self._screens(),
            "planted": "Value pyramid",
        }
        script = SCRIPT.read_text().replace("= __DATA__", f"= {json.dumps(data)}", 1)
        self.browser_js(
            "/odoo/customer-360",
            script,
            "Boolean(document.querySelector('.o_c360_finder'))",
            login="insight_zh",
            timeout=400,
        )

    def _screens(self):
        """(name, action, options): each action of our menu, its form, and the forms we extend."""
        menus = self.env["ir.ui.menu"].search([("id", "child_of", self.env.ref(MENU).id)])
        actions = [menu.action for menu in menus if menu.action]
        screens = [(action.name, action.id, {}) for action in actions]
        screens += [
            (f"{action.name}, form", action.id, {"viewType": "form"})
            for action in actions
            if action._name == "ir.actions.act_window" and "form" in action.view_mode
        ]
        screens += [(record.name, self._form(record), {}) for record in (self.customer, self.lead)]
        view360 = self.env.ref("crm_customer_insight.crm_customer_360_action")
        context = {"additionalContext": {"partner_id": self.customer.id}}
        return [*screens, (view360.name, view360.id, context)]

    def _form(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }
