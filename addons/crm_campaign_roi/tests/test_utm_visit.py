"""A visitor comes by a marked link; what he sends later belongs to the campaign (ROI-2)."""

from odoo.tests import HttpCase, tagged

from odoo.addons.http_routing.tests.common import MockRequest

from .common_campaign import CampaignCase


@tagged("post_install", "-at_install")
class TestMarkedLink(CampaignCase, HttpCase):
    """The page is visited in truth; the form that is sent afterwards is that of any addon."""

    def _visit(self, query):
        """Cookies that the visitor has after the page."""
        self.url_open(f"/web/login?{query}").raise_for_status()
        return self.opener.cookies.get_dict()

    def _send_form(self, cookies):
        """A lead as forms of the website make it: by the public, with the visitor's cookies."""
        public = self.env.ref("base.public_user")
        with MockRequest(self.env, cookies=cookies):
            return self.env["crm.lead"].with_user(public).sudo().create({"name": "Pumps, please"})

    def _log(self, lead):
        links = self.env["crm.campaign.link"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        )
        return [(link.campaign_id, link.how) for link in links]

    def test_the_cookie_of_the_link_gives_the_campaign(self):
        campaign = self._campaign("Pumps-by-link")
        cookies = self._visit(f"utm_campaign={campaign.name}&utm_source=Newsletter")
        self.assertEqual(cookies["odoo_utm_campaign"], campaign.name)
        lead = self._send_form(cookies)
        self.assertEqual((lead.campaign_id, lead.source_id.name), (campaign, "Newsletter"))
        self.assertEqual(self._log(lead), [(campaign, "utm")])

    def test_the_last_marked_link_counts(self):
        first, second = self._campaign("First-by-link"), self._campaign("Second-by-link")
        self._visit(f"utm_campaign={first.name}")
        lead = self._send_form(self._visit(f"utm_campaign={second.name}"))
        self.assertEqual(self._log(lead), [(second, "utm")])

    def test_without_a_marked_link_there_is_no_campaign(self):
        lead = self._send_form(self._visit("redirect=/my"))
        self.assertFalse(lead.campaign_id)
        self.assertEqual(self._log(lead), [])
