from odoo import fields, models
from odoo.tools import SQL


class CrmReferralReport(models.Model):
    """What referrals brought: won deals and invoiced revenue of the customers they led to (C360-4).

    One row per referral. Won revenue is the expected revenue of the referred lead, or for a contact
    referred without a lead of the deals created since. Invoiced revenue (net of credit notes,
    untaxed, company currency) counts from the day of the referral through the window, and only for
    the customer's first referral, so that no invoice is counted twice. A referral that belongs to
    no company shows what it brought to the company the viewer works in, in its currency.
    """

    _name = "crm.referral.report"
    _description = "Referral analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "referrer_id"
    _depends = {
        "crm.referral": ["referrer_id", "partner_id", "lead_id", "date", "company_id"],
        "crm.lead": ["partner_id", "user_id", "won_status", "expected_revenue", "date_closed"],
        "account.move": ["commercial_partner_id", "invoice_date", "state", "move_type"],
        "res.partner": ["commercial_partner_id", "user_id"],
    }

    referral_id = fields.Many2one("crm.referral", readonly=True)
    referrer_id = fields.Many2one("res.partner", "Referred by", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date("Referred on", readonly=True)
    referral_count = fields.Integer("Referrals", readonly=True)
    won_count = fields.Integer("Deals won", readonly=True)
    won_revenue = fields.Monetary("Revenue won", readonly=True)
    invoiced = fields.Monetary("Invoiced in the window", readonly=True)
    became_customer = fields.Boolean(
        "Became a customer", readonly=True, help="Won a deal or was invoiced in the window."
    )

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            WITH referral AS (%s)
            SELECT r.id, r.id AS referral_id, r.referrer_id, r.customer_id, r.lead_id, r.user_id,
                   r.company_id, r.currency_id, r.date,
                   1 AS referral_count,
                   COALESCE(w.won_count, 0) AS won_count, w.won_revenue, i.invoiced,
                   COALESCE(w.won_count, 0) > 0 OR i.invoiced > 0 AS became_customer
              FROM referral r
              LEFT JOIN (%s) w ON w.referral_id = r.id
              LEFT JOIN (%s) i ON i.referral_id = r.id
            """,
            self._referrals(),
            self._won(),
            self._invoiced(),
        )

    def _window_days(self):
        # sudo: anybody who may read the report needs the window it is computed with
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("crm_customer_insight.referral_window_days", 365))

    def _referrals(self):
        """Each referral with its customer (commercial entity) and which one of his it is."""
        return SQL(
            """
            SELECT r.id, r.referrer_id, r.lead_id, r.date, c.commercial_partner_id AS customer_id,
                   COALESCE(l.user_id, c.user_id) AS user_id,
                   COALESCE(r.company_id, l.company_id) AS company_id,
                   co.id AS scope_id, co.currency_id,
                   ROW_NUMBER() OVER (
                       PARTITION BY c.commercial_partner_id,
                                    COALESCE(r.company_id, l.company_id, %(company)s)
                       ORDER BY r.date, r.id
                   ) AS number
              FROM crm_referral r
              LEFT JOIN crm_lead l ON l.id = r.lead_id
              LEFT JOIN res_partner c ON c.id = COALESCE(r.partner_id, l.partner_id)
              LEFT JOIN res_company co ON co.id = COALESCE(r.company_id, l.company_id, %(company)s)
            """,
            company=self.env.company.id,
        )

    def _won(self):
        return SQL(
            """
            SELECT r.id AS referral_id, COUNT(*) AS won_count,
                   SUM(l.expected_revenue) AS won_revenue
              FROM referral r
              JOIN crm_lead l ON l.won_status = 'won' AND l.id = r.lead_id
             GROUP BY r.id
            UNION ALL
            SELECT r.id, COUNT(*), SUM(l.expected_revenue)
              FROM referral r
              JOIN res_partner p ON p.commercial_partner_id = r.customer_id
              JOIN crm_lead l ON l.partner_id = p.id AND l.won_status = 'won'
                             AND l.create_date >= r.date
                             AND COALESCE(l.company_id, r.scope_id) = r.scope_id
             WHERE r.lead_id IS NULL AND r.number = 1
               AND NOT EXISTS (SELECT 1 FROM crm_referral o WHERE o.lead_id = l.id)
             GROUP BY r.id
            """
        )

    def _invoiced(self):
        return SQL(
            """
            SELECT r.id AS referral_id, SUM(m.amount_untaxed_signed) AS invoiced
              FROM referral r
              JOIN account_move m ON m.commercial_partner_id = r.customer_id
                                 AND m.state = 'posted'
                                 AND m.move_type IN ('out_invoice', 'out_refund')
                                 AND m.company_id = r.scope_id
                                 AND m.invoice_date BETWEEN r.date AND r.date + %s
             WHERE r.number = 1
             GROUP BY r.id
            """,
            self._window_days(),
        )
