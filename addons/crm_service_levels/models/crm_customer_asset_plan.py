from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import maintenance

#: Requests opened by one run of the job are committed in batches of this size.
BATCH = 500


class CrmCustomerAssetPlan(models.Model):
    """Maintenance of an asset every N months, every N units of a meter, or whichever is first.

    The job opens a proactive request or an activity when a service is due; a service that was done
    is a ``crm.customer.asset.maintenance``, and the next one counts from it (SVC-L3, SVC-E).
    """

    _name = "crm.customer.asset.plan"
    _description = "Maintenance plan of an asset"
    _order = "next_on, id"

    asset_id = fields.Many2one("crm.customer.asset", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="asset_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="asset_id.partner_id", string="Customer")
    name = fields.Char(required=True, default=lambda self: self.env._("Maintenance"))
    active = fields.Boolean(default=True)
    every_months = fields.Integer("Every (months)")
    every_units = fields.Float("Every (meter units)")
    meter_id = fields.Many2one(
        "crm.customer.asset.meter", index="btree_not_null",
        domain="[('asset_id', '=', asset_id)]",
    )  # fmt: skip
    start_on = fields.Date("Counted from", default=fields.Date.context_today)
    lead_days = fields.Integer("Days ahead", default=14, help="How early the work is opened.")
    kind = fields.Selection(
        [("request", "Proactive request"), ("activity", "Activity")],
        "Opens a",
        required=True,
        default="request",
    )
    type_id = fields.Many2one(
        "crm.service.type",
        "Request type",
        default=lambda self: self.env.ref("crm_service_levels.type_maintenance", False),
        index="btree_not_null",
    )
    user_id = fields.Many2one("res.users", "Responsible", index="btree_not_null")
    instructions = fields.Html("What to do")
    maintenance_ids = fields.One2many("crm.customer.asset.maintenance", "plan_id", "Done")
    last_on = fields.Date("Last done", compute="_compute_last", store=True)
    last_total = fields.Float("Used at the last one", compute="_compute_last", store=True)
    next_on = fields.Date("Next due", compute="_compute_next", store=True, index=True)
    next_total = fields.Float("Next due at", compute="_compute_next", store=True)
    is_due_by_use = fields.Boolean("Due by use", compute="_compute_is_due_by_use", store=True)
    expected_on = fields.Date(
        "Expected by use",
        compute="_compute_expected_on",
        help="When the meter will reach its mark at the present pace.",
    )
    opened_on = fields.Date("Opened on", readonly=True, copy=False)
    request_id = fields.Many2one(
        "crm.service.request", "Open request", readonly=True, copy=False, index="btree_not_null"
    )

    _positive = models.Constraint(
        "CHECK(every_months >= 0 AND every_units >= 0 AND lead_days >= 0 AND every_months <= 1200)",
        "The interval of a plan cannot be negative or longer than a hundred years.",
    )
    _due_idx = models.Index("(next_on) WHERE active AND opened_on IS NULL")
    _due_by_use_idx = models.Index("(id) WHERE active AND opened_on IS NULL AND is_due_by_use")

    @api.constrains("every_months", "every_units", "meter_id", "asset_id")
    def _check_interval(self):
        for plan in self:
            if not plan.every_months and not plan.every_units:
                raise ValidationError(
                    self.env._("%(plan)s: say after how many months or meter units it is due.",
                               plan=plan.name)
                )  # fmt: skip
            if plan.every_units and plan.meter_id.asset_id != plan.asset_id:
                raise ValidationError(
                    self.env._("%(plan)s: choose a meter of this asset.", plan=plan.name)
                )

    @api.depends("maintenance_ids.date", "maintenance_ids.total")
    def _compute_last(self):
        for plan in self:
            last = plan.maintenance_ids.sorted(lambda one: (one.date, one._origin.id))[-1:]
            plan.last_on, plan.last_total = last.date, last.total

    @api.depends("last_on", "last_total", "every_months", "every_units", "start_on")
    def _compute_next(self):
        for plan in self:
            day = maintenance.next_date(
                plan.every_months, plan.last_on or None, plan.start_on or None
            )
            plan.next_on = day or False
            plan.next_total = maintenance.next_total(plan.every_units, plan.last_total) or 0.0

    @api.depends("next_total", "meter_id.total")
    def _compute_is_due_by_use(self):
        for plan in self:
            plan.is_due_by_use = bool(plan.next_total) and plan.meter_id.total >= plan.next_total

    @api.depends("next_total", "meter_id.total")
    def _compute_expected_on(self):
        today = fields.Date.context_today(self)
        by_meter = self.meter_id._readings_by_asset() if self.meter_id else {}
        for plan in self:
            rows = by_meter.get(plan.asset_id.id, [])
            plan.expected_on = (
                maintenance.expected_on(plan.next_total or None, rows, today) or False
            )

    # Opening work

    @api.model
    def _due_domain(self, today):
        """Plans whose time or use has come and whose work is not open yet."""
        by_time = Domain.custom(
            to_sql=lambda model, alias, query: model._due_sql(alias, query, today)
        )
        asset = Domain("asset_id.state", "not in", ("taken_out", "returned", "scrapped"))
        waiting = Domain("opened_on", "=", False) & Domain("asset_id.active", "=", True)
        return waiting & asset & (by_time | Domain("is_due_by_use", "=", True))

    def _due_sql(self, alias, query, today):
        return SQL(
            "%s - %s <= %s",
            self._field_to_sql(alias, "next_on", query),
            self._field_to_sql(alias, "lead_days", query),
            today,
        )

    @api.model
    def _cron_open_due(self):
        """Open the work of all plans that are due, in batches; the rest is done by the next run."""
        domain = self._due_domain(fields.Date.context_today(self))
        while plans := self.search(domain, limit=BATCH, order="next_on, id"):
            plans._open_work()
            left = self.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(len(plans), remaining=left):
                break

    def _open_work(self):
        """Proactive requests and activities of due plans, one batch each."""
        today = fields.Date.context_today(self)
        with_request = self.filtered(lambda plan: plan.kind == "request")
        with_request._open_requests()
        (self - with_request)._open_activities(today)
        self.opened_on = today

    def _open_requests(self):
        requests = self.env["crm.service.request"].create(
            [plan._prepare_request_values() for plan in self]
        )
        for plan, request in zip(self, requests, strict=True):
            plan.request_id = request

    def _prepare_request_values(self):
        """Values of the proactive request on one plan; extended by ``super()``."""
        asset = self.asset_id
        return {
            "name": self.env._("%(plan)s: %(asset)s", plan=self.name, asset=asset.display_name),
            "partner_id": (asset.contact_id or asset.partner_id).id,
            "asset_id": asset.id,
            "plan_id": self.id,
            "product_id": asset.product_id.id,
            "type_id": self.type_id.id,
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "proactive": True,
            "description": self.instructions,
        }

    def _open_activities(self, today):
        if not self:
            return
        kind = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id("crm.customer.asset")
        self.env["mail.activity"].create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model_id,
                    "res_id": plan.asset_id.id,
                    "user_id": plan.user_id.id or self.env.uid,
                    "date_deadline": plan.next_on or today,
                    "summary": plan.name,
                    "note": plan.instructions,
                }
                for plan in self
            ]
        )

    def _note_done(self, date=None, requests=None):
        """Record that the service was done; the next one counts from that day and use.

        :param requests: ``{plan id: request}`` that did the work
        """
        day = date or fields.Date.context_today(self)
        self.env["crm.customer.asset.maintenance"].create(
            [
                {
                    "asset_id": plan.asset_id.id,
                    "plan_id": plan.id,
                    "name": plan.name,
                    "date": day,
                    "total": plan.meter_id.total,
                    "request_id": (requests or {}).get(plan.id, plan.request_id).id,
                }
                for plan in self
            ]
        )
        self.write({"opened_on": False, "request_id": False})

    def action_done(self):
        """The service was done today."""
        self._note_done()

    def action_open_now(self):
        """Open the work of these plans now, without waiting for the job."""
        self.filtered(lambda plan: not plan.opened_on)._open_work()
