from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.alert import fill, placeholders, slot

#: What texts may name in braces.
KNOWN = (
    "name",
    "company",
    "salesperson",
    "our_company",
    "last_purchase",
    "last_product",
    "figure",
    "usual",
    "offer",
)


class CrmRetentionTemplate(models.Model):
    """What to say and offer to a customer who may leave (C360-3) [挽留模板]."""

    _name = "crm.retention.template"
    _description = "Retention template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    rule_ids = fields.Many2many(
        "crm.customer.alert.rule",
        "crm_alert_rule_retention_template_rel",
        "template_id",
        "rule_id",
        "Alert rules",
        help="For whose alerts it is offered, beside those of rules that name no template.",
    )
    tier_a = fields.Boolean("For tier A", default=True)
    tier_b = fields.Boolean("For tier B", default=True)
    tier_c = fields.Boolean("For tier C", default=True)
    tier_d = fields.Boolean("For tier D", default=True)
    tier_none = fields.Boolean("For customers without tier", default=True)
    channel_id = fields.Many2one(
        "crm.contact.channel",
        required=True,
        index=True,
        domain="[('is_outbound', '=', True)]",
        default=lambda self: self.env.ref(
            "crm_customer_insight.crm_contact_channel_email", raise_if_not_found=False
        ),
        help="E-mail is sent; on other channels the text becomes the note of the activity.",
    )
    offer = fields.Selection(
        [
            ("none", "None"),
            ("visit", "Visit"),
            ("check", "Free check"),
            ("discount", "Discount"),
            ("other", "Other"),
        ],
        required=True,
        default="none",
    )
    offer_text = fields.Char("Offer in words", translate=True)
    is_marketing = fields.Boolean(
        "Marketing",
        help="On: sent only with the contact's permission and within contact pressure. Off: service"
        " to an existing customer; blacklists, denials of address and quiet hours hold anyway.",
    )
    subject = fields.Char(required=True, translate=True)
    body = fields.Html(
        required=True,
        translate=True,
        sanitize_attributes=True,
        help="The personal opening stands before it.",
    )
    follow_up_days = fields.Integer(
        "Ask again after (days)", default=7, help="When the activity is due after sending."
    )
    alert_ids = fields.One2many("crm.customer.alert", "template_id", "Alerts")
    sent_count = fields.Integer("Sent", compute="_compute_sent_count")
    kept_count = fields.Integer("Customers kept", compute="_compute_sent_count")

    _follow_up_not_negative = models.Constraint(
        "CHECK(follow_up_days >= 0)", "Days cannot be negative."
    )

    @api.constrains("subject", "body", "offer_text")
    def _check_placeholders(self):
        for template in self:
            text = f"{template.subject} {template.body} {template.offer_text or ''}"
            unknown = sorted(set(placeholders(text)) - set(KNOWN))
            if unknown:
                raise ValidationError(
                    self.env._(
                        "There is nothing to put for %(unknown)s. Known are: %(known)s.",
                        unknown=", ".join(f"{{{name}}}" for name in unknown),
                        known=", ".join(f"{{{name}}}" for name in KNOWN),
                    )
                )

    def _compute_sent_count(self):
        groups = self.env["crm.customer.alert"]._read_group(
            [("template_id", "in", self.ids)], ["template_id", "outcome"], ["__count"]
        )
        for template in self:
            mine = {outcome: count for own, outcome, count in groups if own == template}
            template.sent_count = sum(mine.values())
            template.kept_count = mine.get("kept", 0)

    def action_open_alerts(self):
        """Open the alerts for which it was used."""
        self.ensure_one()
        return self.alert_ids._action_list([("template_id", "=", self.id)])

    @api.model
    def _offered(self, rule, tier):
        """The templates to choose from for an alert of *rule* with a customer of *tier*."""
        fitting = [(f"tier_{slot(tier)}", "=", True)]
        if rule.template_ids:
            fitting.append(("id", "in", rule.template_ids.ids))
        return self.search(fitting)

    def _filled(self, values):
        """``(subject, body)`` with what is known of the customer."""
        self.ensure_one()
        values = {**values, "offer": fill(self.offer_text, values)}
        return fill(self.subject, values), fill(self.body, values, markup=True)

    def copy_data(self, default=None):
        data = super().copy_data(default)
        return [
            {**values, "name": self.env._("%(name)s (copy)", name=template.name)}
            for template, values in zip(self, data, strict=True)
        ]
