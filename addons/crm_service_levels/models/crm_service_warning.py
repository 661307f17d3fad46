from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import early_warning

#: Earlier periods of 30 days that say what is normal.
PERIODS = 12
DAYS = 30


class CrmServiceWarning(models.Model):
    """A rate above its own normal range: look before customers complain (SVC-L5).

    Daily, the last 30 days are judged by the twelve periods of 30 days before: faults per asset of
    a model by a u chart, reopened of solved requests of a team by a p chart.
    """

    _name = "crm.service.warning"
    _description = "Early warning"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(
        [("faults", "Faults of a model"), ("reopened", "Reopened requests of a team")],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    team_id = fields.Many2one("crm.service.team", readonly=True, index="btree_not_null")
    date = fields.Date(required=True, readonly=True)
    rate = fields.Float("Rate seen (%)", readonly=True, digits=(16, 2))
    center = fields.Float("Normal rate (%)", readonly=True, digits=(16, 2))
    upper = fields.Float("Normal up to (%)", readonly=True, digits=(16, 2))
    state = fields.Selection(
        [("open", "To look at"), ("done", "Looked at")], default="open", required=True, index=True
    )
    note = fields.Text("What was found")

    # One open warning per matter: the next one comes when this one was looked at.
    _open_uniq = models.UniqueIndex(
        "(kind, company_id, COALESCE(product_id, 0), COALESCE(team_id, 0)) WHERE state = 'open'"
    )

    @api.depends("kind", "product_id", "team_id")
    def _compute_name(self):
        for warning in self:
            # sudo: service staff see the names of products without a right to products
            about = warning.sudo().product_id or warning.team_id
            warning.name = about.display_name

    @api.model
    def _cron_warn(self):
        """Judge the last 30 days; an activity for the leader of each new warning."""
        today = fields.Date.context_today(self)
        found = [*self._model_faults(today), *self._team_reopened(today)]
        known = {
            (one.kind, one.company_id.id, one.product_id.id, one.team_id.id)
            for one in self.search([("state", "=", "open")])
        }
        new = self.create([values for key, values in found if key not in known])
        new._remind()
        return new

    def _remind(self):
        for warning in self:
            team = warning.team_id or self.env["crm.service.team"].search(
                [("company_id", "=", warning.company_id.id), ("user_id", "!=", False)], limit=1
            )
            if team.user_id:
                warning.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("A rate is above its normal range"),
                    user_id=team.user_id.id,
                )

    @api.model
    def _judged(self, rows, limit, today, values):
        """Warnings of ``{key: {period: (events, exposure)}}``; period 0 is the one judged."""
        for key, periods in rows.items():
            now = periods.pop(0, None)
            if not now:
                continue
            judged = limit(list(periods.values()), *now)
            if judged and judged.warns:
                yield values(key, judged, today)

    @staticmethod
    def _rates(judged, today):
        return {
            "date": today,
            "rate": 100 * judged.rate,
            "center": 100 * judged.center,
            "upper": 100 * judged.upper,
        }

    def _model_faults(self, today):
        """Faults per living asset of a model and period."""
        self.env.flush_all()
        rows = self._by_key(
            SQL(
                """SELECT a.product_id, a.company_id, w.w, COUNT(r.id), COUNT(DISTINCT a.id)
                FROM generate_series(0, %(periods)s) w(w)
                JOIN crm_customer_asset a ON a.product_id IS NOT NULL AND a.active
                    AND a.start_on <= %(today)s::date - w.w * %(days)s
                    AND (a.out_on IS NULL OR a.out_on > %(today)s::date - (w.w + 1) * %(days)s)
                LEFT JOIN crm_service_request r ON r.asset_id = a.id AND r.nature = 'fault'
                    AND r.state <> 'cancelled'
                    AND r.date_open >= %(today)s::date - (w.w + 1) * %(days)s
                    AND r.date_open < %(today)s::date - w.w * %(days)s
                GROUP BY 1, 2, 3""",
                periods=PERIODS,
                today=today + relativedelta(days=1),
                days=DAYS,
            )
        )

        def values(key, judged, day):
            product, company = key
            found = {"kind": "faults", "product_id": product, "company_id": company}
            return ("faults", company, product, False), {**found, **self._rates(judged, day)}

        return self._judged(rows, early_warning.u_limit, today, values)

    def _team_reopened(self, today):
        """Reopened of the requests of a team that were received in a period and solved since."""
        rows = self._by_key(
            SQL(
                """SELECT team_id, company_id, (%(today)s::date - date_open::date - 1) / %(days)s,
                    COUNT(*) FILTER (WHERE reopen_count > 0), COUNT(*)
                FROM crm_service_request
                WHERE team_id IS NOT NULL AND state <> 'cancelled'
                    AND (date_solved IS NOT NULL OR reopen_count > 0)
                    AND date_open >= %(today)s::date - (%(periods)s + 1) * %(days)s
                    AND date_open < %(today)s::date
                GROUP BY 1, 2, 3""",
                periods=PERIODS,
                today=today + relativedelta(days=1),
                days=DAYS,
            )
        )

        def values(key, judged, day):
            team, company = key
            found = {"kind": "reopened", "team_id": team, "company_id": company}
            return ("reopened", company, False, team), {**found, **self._rates(judged, day)}

        return self._judged(rows, early_warning.p_limit, today, values)

    def _by_key(self, query):
        rows = {}
        for key, company, period, events, exposure in self.env.execute_query(query):
            rows.setdefault((key, company), {})[period] = (events, exposure)
        return rows

    def action_done(self):
        self.check_access("write")
        self.state = "done"
        self.activity_ids.action_feedback()

    def action_open_requests(self):
        self.ensure_one()
        since = self.date - relativedelta(days=DAYS - 1)
        domain = [("company_id", "=", self.company_id.id), ("date_open", ">=", since)]
        if self.kind == "faults":
            domain += [("asset_id.product_id", "=", self.product_id.id), ("nature", "=", "fault")]
        else:
            domain += [("team_id", "=", self.team_id.id), ("reopen_count", ">", 0)]
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.service.request",
            "view_mode": "list,form",
            "domain": domain,
        }

    def action_educate(self):
        """Start a measure for the owners of the model (SVC-E)."""
        self.ensure_one()
        self.check_access("read")  # the name of the product is computed without rights
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.education",
            "view_mode": "form",
            "context": {
                "default_name": self.name,
                "default_product_id": self.product_id.id,
            },
        }
