"""Every screen behind our menu, in Chinese: no text that we wrote is left in English."""

import json
import re
from pathlib import Path

import polib

from odoo.tests import HttpCase, new_test_user, tagged

ADDONS = Path(__file__).parents[2] / "addons"
SCRIPT = Path(__file__).with_name("no_english.js")
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


class ChineseScreens(HttpCase):
    """What both tests share: a user who reads Chinese, and the search for English texts."""

    menu = groups = login = start = ready = planted = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        installed = cls.env["ir.module.module"].search([("state", "=", "installed")])
        installed._update_translations("zh_CN")
        cls.user = new_test_user(cls.env, cls.login, cls.groups, lang="zh_CN")
        cls.customer = cls.env["res.partner"].create(
            {"name": "北风泵业", "is_company": True, "user_id": cls.user.id}
        )
        cls._make_history()

    def _look_for_english(self, screens):
        texts, patterns, chinese = terms()
        media = self.env["utm.medium"].search([]).mapped("name")  # Odoo's own data, in English
        data = {
            "texts": sorted(texts.difference(media, self._data_texts())),
            "patterns": sorted(patterns),
            "translated": sorted(chinese),
            "screens": screens,
            "planted": self.planted,
        }
        script = SCRIPT.read_text().replace("= __DATA__", f"= {json.dumps(data)}", 1)
        ready = f"Boolean(document.querySelector('{self.ready}'))"
        self.browser_js(self.start, script, ready, login=self.login, timeout=600)

    def _data_texts(self):
        """Texts of records, which nobody translates, that read like texts of ours."""
        return ()

    def _actions(self):
        menus = self.env["ir.ui.menu"].search([("id", "child_of", self.env.ref(self.menu).id)])
        return [menu.action for menu in menus if menu.action]

    def _form(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }


@tagged("standard", "post_install", "-at_install")
class TestSimplifiedChinese(ChineseScreens):
    menu = "crm_customer_insight.menu_insight_root"
    groups = (
        "base.group_user,sales_team.group_sale_manager,crm_customer_insight.group_insight_admin"
    )
    login = "insight_zh"
    start, ready, planted = "/odoo/customer-360", ".o_c360_finder", "Value pyramid"

    @classmethod
    def _make_history(cls):
        """Rows for the lists and charts, which otherwise would show their empty state only."""
        cls.lead = cls.env["crm.lead"].create(
            {"name": "三号码头", "type": "opportunity", "partner_id": cls.customer.id}
        )
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
        self._look_for_english(self._screens())

    def _screens(self):
        """(name, action, options): each action of our menu, its form, and the forms we extend."""
        actions = self._actions()
        screens = [(action.name, action.id, {}) for action in actions]
        screens += [
            (f"{action.name}, form", action.id, {"viewType": "form"})
            for action in actions
            if action._name == "ir.actions.act_window"
            and "form" in action.view_mode
            and self.env[action.res_model].with_user(self.user).has_access("create")
        ]
        screens += [(record.name, self._form(record), {}) for record in (self.customer, self.lead)]
        screens += [(record._name, self._form(record), {}) for record in self._computed_rows()]
        view360 = self.env.ref("crm_customer_insight.crm_customer_360_action")
        context = {"additionalContext": {"partner_id": self.customer.id}}
        return [*screens, (view360.name, view360.id, context)]

    def _computed_rows(self):
        """A row of each model that has a form and is written by the night only."""
        company, widget = self.env.company, self.env["product.product"].create({"name": "泵"})
        month = {"company_id": company.id, "month": "2026-03-01", "date": "2026-03-31"}
        rule = self.env["crm.customer.alert.rule"].create(
            {"name": "示范", "kind": "silence", "threshold_a": 2}
        )
        alert = {
            "rule_id": rule.id,
            "kind": "silence",
            "partner_id": self.customer.id,
            "company_id": company.id,
            "cause": "silence@2026-01-01",
            "raised_on": "2026-03-31",
            "user_id": self.user.id,
        }
        pair = {
            **month,
            "product_id": widget.id,
            "offered_id": self.env["product.product"].create({"name": "阀"}).id,
            "antecedent_key": str(widget.id),
            "size": 2,
            "date_from": "2025-04-01",
            "confidence": 0.5,
            "lift": 2,
            "baskets": 5,
            "baskets_product": 10,
        }
        return [
            self.env["crm.customer.alert"].create(alert),
            self.env["crm.product.quality"].create(
                {**month, "product_id": widget.id, "kind": "return"}
            ),
            self.env["crm.product.rule"].create(pair),
        ]


@tagged("standard", "post_install", "-at_install")
class TestServiceInSimplifiedChinese(ChineseScreens):
    """Screens of service (SVC-L1 … SVC-L5, SVC-C, SVC-S): lists and charts of the menu, forms."""

    menu = "crm_service_levels.menu_service_root"
    groups = "base.group_user,crm_service_levels.group_service_admin"
    login = "service_zh"
    start, ready, planted = "/odoo/requests", ".o_view_controller", "Team board"

    @classmethod
    def _make_history(cls):
        env = cls.env(context={**cls.env.context, "lang": "zh_CN"})
        calendar = env.company.resource_calendar_id
        cls.team = env["crm.service.team"].create(
            {"name": "服务部", "user_id": cls.user.id, "resource_calendar_id": calendar.id}
        )
        cls.asset = env["crm.customer.asset"].create(
            {"name": "三号泵", "partner_id": cls.customer.id, "delivered_on": "2026-01-15"}
        )
        cls.request, complaint = env["crm.service.request"].create(
            [cls._request(env, "type_breakdown"), cls._request(env, "type_complaint")]
        )
        cls.complaint = complaint.complaint_ids
        cls.request.with_user(cls.user).log_minutes(20)
        cls.request.with_user(cls.user).ask_approval("decision", 0, "请决定")
        cls.article = env["crm.service.article"].create({"name": "更换密封", "body": "<p>步骤</p>"})
        policy = env.ref("crm_service_levels.sla_policy_urgent")
        cls.forms = (cls.request, cls.complaint, cls.asset, cls.article, cls.team, policy)

    @classmethod
    def _request(cls, env, kind):
        return {
            "name": "水泵停机",
            "partner_id": cls.customer.id,
            "team_id": cls.team.id,
            "user_id": cls.user.id,
            "asset_id": cls.asset.id,
            "type_id": env.ref(f"crm_service_levels.{kind}").id,
        }

    def _data_texts(self):
        """Codes, and the words by which the tone of a message is told."""
        words = self.env["crm.service.tone.word"].search([]).mapped("name")
        coded = ("crm.service.result", "crm.service.sla.cause")
        return [
            *words,
            *(code for model in coded for code in self.env[model].search([]).mapped("code")),
        ]

    def test_no_english_left_on_our_screens(self):
        windows = [one for one in self._actions() if one._name != "ir.actions.server"]
        screens = [(action.name, action.id, {}) for action in windows]
        screens += [(record._name, self._form(record), {}) for record in self.forms]
        self._look_for_english(screens)


@tagged("standard", "post_install", "-at_install")
class TestCampaignsInSimplifiedChinese(ChineseScreens):
    """Screens of campaigns (ROI-1, ROI-2, ROI-4, ROI-6): lists and charts of the menu, forms."""

    menu = "crm_campaign_roi.menu_campaign_root"
    groups = "base.group_user,crm_campaign_roi.group_campaign_admin"
    login = "campaign_zh"
    start, ready, planted = "/odoo/campaigns", ".o_view_controller", "Campaign return"

    @classmethod
    def _make_history(cls):
        env = cls.env(context={**cls.env.context, "lang": "zh_CN"})
        addon = "crm_campaign_roi"
        cls.campaign = env["utm.campaign"].create(
            {
                "title": "春季活动",
                "user_id": cls.user.id,
                "kind_id": env.ref(f"{addon}.kind_selective_mailing").id,
                "date_start": "2026-03-01",
                "company_id": env.company.id,
                "budget_ids": [
                    (0, 0, {"kind_id": env.ref(f"{addon}.cost_kind_print").id, "amount": 400})
                ],
            }
        )
        wave = env["crm.campaign.wave"].create(
            {"name": "信函", "campaign_id": cls.campaign.id, "method": "letter"}
        )
        audience = env["crm.campaign.audience"].create(
            {
                "name": "客户",
                "source": "members",
                "user_id": cls.user.id,
                "member_ids": [(0, 0, {"partner_id": cls.customer.id})],
            }
        )
        cls.campaign.audience_ids = audience
        cls.campaign._fill_targets()
        cls.campaign.action_usual_groups()
        cls.campaign._set_phase("approved")
        cls.campaign._set_phase("running")
        env["crm.campaign.cost"].create(
            {"name": "印刷", "campaign_id": cls.campaign.id, "amount": 400}
        )
        plan = env["crm.marketing.plan"].create({"name": "年度计划", "year": 2026})
        rival = env["crm.competitor"].create({"name": "南风泵业"})
        run = env["crm.attribution.run"].create({"model": "linear"})
        cls.forms = (cls.campaign, wave, audience, plan, rival, run)

    def test_no_english_left_on_our_screens(self):
        # Settings are for administrators of the system.
        windows = [
            one
            for one in self._actions()
            if one._name != "ir.actions.server" and one.res_model != "res.config.settings"
        ]
        screens = [(action.name, action.id, {}) for action in windows]
        screens += [(record._name, self._form(record), {}) for record in self.forms]
        page = self.env.ref("crm_campaign_roi.action_crm_campaign_return_page")
        context = {"additionalContext": {"active_id": self.campaign.id}}
        self._look_for_english([*screens, (page.name, page.id, context)])
