from odoo import fields, models

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.models.report_fields import KnownMonetary

#: What a key stands for.
ORIGINS = [
    ("known", "What was asked for"),
    ("other", "Contact of another kind"),
    ("direct", "Customer's own accord"),
    ("unknown", "Not known"),
]


class CrmAttributionKey(models.Model):
    """What one campaign, wave, channel, content or salesperson is credited by a run (ROI-2).

    The name is kept as it was, because a locked result outlives what it was about.
    """

    _name = "crm.attribution.key"
    _description = "Attribution result"
    _order = "revenue desc, id"
    _log_access = False

    run_id = fields.Many2one(
        "crm.attribution.run", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = BareMany2one("res.company", required=True, readonly=True)
    currency_id = BareMany2one("res.currency", required=True, readonly=True)
    ref = fields.Integer("Key", readonly=True, help="The id at the level of the run.")
    origin = fields.Selection(ORIGINS, required=True, readonly=True)
    name = fields.Char(readonly=True)
    campaign_id = BareMany2one("utm.campaign", "Campaign", readonly=True)
    wave_id = BareMany2one("crm.campaign.wave", "Wave", readonly=True)
    mailing_id = BareMany2one("mailing.mailing", "Mailing", readonly=True)
    channel_id = BareMany2one("crm.contact.channel", "Channel", readonly=True)
    source_id = BareMany2one("utm.source", "Content", readonly=True)
    user_id = BareMany2one("res.users", "Salesperson", readonly=True)
    deals = fields.Float(
        readonly=True, digits=(16, 2), help="Shares of deals, added up: two halves are one deal."
    )
    revenue = fields.Monetary(readonly=True)
    profit = KnownMonetary(readonly=True, help="Of the goods whose cost is known.")
    effect = fields.Float(
        readonly=True,
        digits=(16, 4),
        help="Markov: the share of deals that would be lost without it. Shapley: its deals by the "
        "model.",
    )

    _run_ref_uniq = models.UniqueIndex("(run_id, ref)")

    def action_open_credits(self):
        """Open the deals that were credited."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_attribution_credit"
        )
        return {**action, "domain": [("key_id", "in", self.ids)], "context": {}}
