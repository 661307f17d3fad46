from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.finance_notice import Notice
from .crm_payment_behavior import RISKS
from .day_format import format_day

FINANCE = "crm_customer_insight.group_insight_user,account.group_account_invoice"


class CrmQualityPartnerMixin(models.AbstractModel):
    """The contact: how he pays, what finance should know, facts to ask for (C360-5, C360-6)."""

    _name = "crm.quality.partner.mixin"
    _description = "Contact: payment, notices for finance, facts to ask for"

    payment_risk = fields.Selection(
        RISKS, "Payment", compute="_compute_payment", groups=FINANCE,
        help="From reconciled invoices of twelve months; see Payment behavior for the borders.",
    )  # fmt: skip
    payment_text = fields.Char("Payment behavior", compute="_compute_payment", groups=FINANCE)
    finance_notice = fields.Text(
        "Before dunning", compute="_compute_finance_notice", groups=FINANCE,
        help="Open complaints and requests, and holds on dunning.",
    )  # fmt: skip

    # -- payment -------------------------------------------------------------------------------

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_payment(self):
        rows = self.env["crm.payment.behavior"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("is_current", "=", True),
                ("company_id", "=", self.env.company.id),
            ]
        )
        found = {row.partner_id.id: row for row in rows}
        for partner in self:
            row = found.get(partner.commercial_partner_id.id)
            partner.payment_risk = row.risk if row else False
            partner.payment_text = self._payment_words(row) if row else False

    def _payment_words(self, row):
        parts = []
        if row.days_late is not False:
            parts.append(
                self.env._(
                    "%(days)s days late in the mean, %(share)s %% of the amount late",
                    days=round(row.days_late, 1), share=round(100 * row.late_share),
                )
            )  # fmt: skip
        if row.overdue_amount:
            parts.append(
                self.env._(
                    "%(amount)s overdue since %(day)s",
                    amount=row.currency_id.format(row.overdue_amount),
                    day=format_day(self.env, row.oldest_due),
                )
            )
        return "; ".join(parts) or self.env._("Not enough data")

    def action_open_payment_behavior(self):
        """The customer's payment figures month by month."""
        self.ensure_one()
        if not self.env["crm.payment.behavior"].has_access("read"):
            raise AccessError(self.env._("Payment behavior is for sales and finance."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_payment_behavior_action"
        )
        domain = [("partner_id", "=", self.commercial_partner_id.id)]
        return {**action, "domain": domain, "context": {}}

    # -- notices for finance -------------------------------------------------------------------

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "allowed_company_ids", "uid", "lang")
    def _compute_finance_notice(self):
        notices = self._finance_notices(self)
        for partner in self:
            found = notices.get(partner.commercial_partner_id.id, [])
            partner.finance_notice = "\n".join(notice.text for notice in found) or False

    @api.model
    def _finance_notices(self, partners):
        """What finance should know before dunning: ``{commercial partner id: [Notice]}``.

        Addons add theirs by ``super()``. Read by people who may see the invoice or the contact,
        not the matter itself, so a notice says only what finance needs.
        """
        # sudo: whoever may see the customer's invoices is told of a hold; see the rules of holds
        holds = self.env["crm.dunning.hold"].sudo().search(
            [
                ("partner_id", "in", partners.commercial_partner_id.ids),
                ("company_id", "in", self.env.companies.ids),
                ("is_active", "=", True),
            ]
        )  # fmt: skip
        notices = {}
        for hold in holds:
            notices.setdefault(hold.partner_id.id, []).append(self._hold_notice(hold))
        return notices

    def _hold_notice(self, hold):
        text = self.env._(
            "Do not dun until %(day)s (%(who)s): %(reason)s",
            day=format_day(self.env, hold.date_until),
            who=hold.user_id.name or "–",
            reason=hold.reason or "–",
        )
        return Notice("hold", text, hold.create_date.date(), 1, hold.date_until)

    @api.model
    def _finance_complaints_sql(self):
        """SQL of ``(partner_id, company_id, count)``: open complaints of customers, or ``None``.

        Extended by addons that know complaints; counts of several are added up.
        """
        return

    # -- facts to ask for ----------------------------------------------------------------------

    def action_ask_now(self):
        """The dialog with the few facts worth asking for now."""
        self.ensure_one()
        self.env["crm.fact.occasion"]._check_asker(self)
        return {
            "type": "ir.actions.client",
            "tag": "crm_ask_now",
            "target": "new",
            "params": {"partner_id": self.id},
        }

    # -- tools ---------------------------------------------------------------------------------

    @api.model
    def _forget_quality_rows(self, ids):
        """Rows without a foreign key go with deleted contacts."""
        for table, column in (
            ("crm_data_issue", "partner_id"),
            ("crm_data_issue", "other_id"),
            ("crm_data_issue", "customer_id"),
            ("crm_payment_behavior", "partner_id"),
        ):
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s IN %s",
                    SQL.identifier(table), SQL.identifier(column), tuple(ids),
                )
            )  # fmt: skip
