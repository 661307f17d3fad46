from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from . import campaign_cost


class CrmCampaignLedger(models.Model):
    """Costs of campaigns beside the ledger they come from (ROI-2): do they agree?

    One row per ledger line that is cost of a campaign, or stood as one, and per pool of overhead
    that was posted. *For campaigns* is what the ledger says now, *Costs* what the campaigns carry
    (after settlement included); the rest of a line, for nobody or for other analytic accounts, is
    *Not for campaigns*.
    """

    _name = "crm.campaign.ledger"
    _description = "Costs of campaigns and ledger"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "account.analytic.line": ["amount", "move_line_id"],
        "account.move": ["campaign_id", "move_type", "state"],
        "account.move.line": ["account_id", "balance", "date", "name"],
        "crm.campaign.cost": ["amount", "res_id", "source", "stage"],
        "crm.campaign.pool": ["amount", "date_to", "state"],
        "crm.campaign.pool.line": ["amount"],
        "utm.campaign": ["analytic_account_id"],
    }

    name = fields.Char("What for", readonly=True)
    kind = fields.Selection(
        [("item", "Journal item"), ("pool", "Overhead shared")], "From", readonly=True
    )
    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    account_id = fields.Many2one("account.account", "Ledger account", readonly=True)
    move_id = fields.Many2one("account.move", "Bill or entry", readonly=True)
    pool_id = fields.Many2one("crm.campaign.pool", "Overhead", readonly=True)
    balance = fields.Monetary("In the ledger", readonly=True)
    for_campaigns = fields.Monetary(
        "For campaigns", readonly=True, help="What the ledger says now."
    )
    other = fields.Monetary(
        "Not for campaigns", readonly=True, help="In the ledger − for campaigns."
    )
    cost = fields.Monetary("Costs", readonly=True, help="What the campaigns carry of it.")
    difference = fields.Monetary(
        readonly=True, help="For campaigns − costs: 0 once the ledger was read again."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT r.*, company.currency_id, r.balance - r.for_campaigns AS other,
                r.for_campaigns - r.cost AS difference
            FROM (%s UNION ALL %s) r
            JOIN res_company company ON company.id = r.company_id
            """,
            self._items(),
            self._pools(),
        )

    def _items(self):
        # sudo: what the ledger says is asked of all campaigns; rules limit the rows by company
        everything = self.env["utm.campaign"].sudo().with_context(active_test=False)
        campaigns = everything.search([("is_template", "=", False)])
        links = self.env["crm.campaign.cost"]._bill_links(campaigns.ids)
        return SQL(
            """
            SELECT x.id::bigint AS id, 'item' AS kind, COALESCE(l.name, x.name) AS name,
                COALESCE(l.date, x.date) AS date, x.company_id, l.account_id, l.move_id,
                NULL::integer AS pool_id, COALESCE(l.balance, 0) AS balance,
                COALESCE(x.now, 0) AS for_campaigns, COALESCE(x.cost, 0) AS cost
            FROM (
                SELECT res_id AS id, MIN(name) AS name, MIN(date) AS date,
                    MIN(company_id) AS company_id, SUM(now) AS now, SUM(cost) AS cost
                FROM (
                    SELECT res_id, name, date, company_id, amount AS now, NULL::numeric AS cost
                    FROM (%s) b
                    UNION ALL
                    SELECT res_id, name, date, company_id, NULL, amount
                    FROM crm_campaign_cost WHERE source = 'bill'
                ) both_sides
                GROUP BY res_id
            ) x
            LEFT JOIN account_move_line l ON l.id = x.id AND l.parent_state = 'posted'
            """,
            campaign_cost.bills(self.env, campaigns.ids, links),
        )

    def _pools(self):
        """Pools follow the items by their id; one of several accounts stands at none."""
        return SQL(
            """
            SELECT (1::bigint << 40) + p.id, 'pool', p.name, p.date_to, p.company_id,
                (SELECT MIN(r.account_id) FROM crm_campaign_pool_account_rel r
                    WHERE r.pool_id = p.id HAVING COUNT(*) = 1),
                NULL, p.id, p.amount, p.amount, COALESCE(cost.amount, 0)
            FROM crm_campaign_pool p
            LEFT JOIN (
                SELECT l.pool_id, SUM(c.amount) AS amount FROM crm_campaign_cost c
                JOIN crm_campaign_pool_line l ON l.id = c.res_id
                WHERE c.source = 'allocation' GROUP BY l.pool_id
            ) cost ON cost.pool_id = p.id
            WHERE p.state = 'posted'
            """
        )

    def action_fill(self):
        """Read the ledger again, for all campaigns.

        :raises AccessError: for everybody but controllers
        """
        if not self.env.user.has_group("crm_campaign_roi.group_campaign_controller"):
            raise AccessError(self.env._("The ledger is read again by controllers."))
        # sudo: rows that follow documents are written by no user
        self.env["crm.campaign.cost"].sudo()._fill(sources={"bill", "allocation"})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_document(self):
        """The entry, or the overhead."""
        self.ensure_one()
        return (self.move_id or self.pool_id).get_formview_action()
