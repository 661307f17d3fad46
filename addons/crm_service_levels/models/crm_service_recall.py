from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import serials
from .crm_service_type import SEVERITIES


class CrmServiceRecall(models.Model):
    """Something is wrong with a product, and every owner must be helped (SVC-L3, SVC-E).

    Which assets are concerned is found in the database, whatever their number; each has a line that
    is open until its work is done. Assets entered later get their lines as well.
    """

    _name = "crm.service.recall"
    _description = "Recall"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "published_on desc, id desc"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")
    severity = fields.Selection(SEVERITIES, required=True, default="2")
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    published_on = fields.Date("Published on", readonly=True, copy=False)
    instructions = fields.Html("What to do", translate=True)
    type_id = fields.Many2one(
        "crm.service.type",
        "Request type",
        default=lambda self: self.env.ref("crm_service_levels.type_known_fault", False),
        index="btree_not_null",
    )
    user_id = fields.Many2one("res.users", "Responsible", default=lambda self: self.env.user)

    # Which assets
    product_ids = fields.Many2many("product.product", string="Products", required=True)
    serial_from = fields.Char("Serial from")
    serial_to = fields.Char("Serial to")
    serial_list = fields.Text("Serials", help="One per line, or separated by commas.")
    made_from = fields.Date("Made from")
    made_to = fields.Date("Made until")
    line_ids = fields.One2many("crm.service.recall.line", "recall_id", "Assets")
    found_count = fields.Integer("Assets found", compute="_compute_found_count")
    line_count = fields.Integer("Assets concerned", compute="_compute_progress")
    done_count = fields.Integer("Done", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress", help="Share done, in percent.")

    _made_order = models.Constraint(
        "CHECK(made_from IS NULL OR made_to IS NULL OR made_to >= made_from)",
        "The last day of making cannot be before the first.",
    )
    _published_idx = models.Index("(id) WHERE state = 'published' AND active")

    @api.depends("product_ids", "serial_from", "serial_to", "serial_list", "made_from", "made_to")
    def _compute_found_count(self):
        for recall in self:
            try:
                domain = recall._asset_domain()
            except ValidationError:
                domain = Domain.FALSE
            recall.found_count = self.env["crm.customer.asset"].search_count(domain)

    @api.depends("line_ids.state")
    def _compute_progress(self):
        rows = self.env["crm.service.recall.line"]._read_group(
            [("recall_id", "in", self.ids)], ["recall_id", "state"], ["__count"]
        )
        counts = {(recall.id, state): count for recall, state, count in rows}
        for recall in self:
            left = counts.get((recall._origin.id, "open"), 0)
            recall.done_count = counts.get((recall._origin.id, "done"), 0)
            recall.line_count = count = left + recall.done_count
            recall.progress = 100 * recall.done_count / count if count else 0

    @api.constrains("serial_from", "serial_to")
    def _check_range(self):
        for recall in self:
            recall._serial_range()

    def _serial_range(self):
        try:
            return serials.parse_range(self.serial_from, self.serial_to)
        except serials.SerialError as error:
            raise ValidationError(self._range_message(error.kind)) from error

    @api.model
    def _range_message(self, kind):
        return {
            "no_number": self.env._("The first and last serial of a range must end with a number."),
            "prefix": self.env._("Both serials of a range must begin with the same letters."),
            "order": self.env._("The last serial of a range cannot come before the first."),
        }[kind]

    def _asset_domain(self):
        """Domain of the assets concerned; range and list add up."""
        self.ensure_one()
        domain = Domain("product_id", "in", self.product_ids._origin.ids)
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if self.made_from:
            domain &= Domain("made_on", ">=", self.made_from)
        if self.made_to:
            domain &= Domain("made_on", "<=", self.made_to)
        return domain & self._serial_domain()

    def _serial_domain(self):
        found, listed = self._serial_range(), serials.listed(self.serial_list)
        parts = []
        if found:
            parts.append(
                Domain.custom(
                    to_sql=lambda model, alias, query: _in_range(
                        model._field_to_sql(alias, "serial", query), found
                    ),
                    predicate=lambda asset: asset.serial in found,
                )
            )
        if listed:
            parts.append(Domain("serial", "in", listed))
        return Domain.OR(parts) if parts else Domain.TRUE

    # Lines

    @api.model
    def _refresh_lines(self, assets):
        """Lines for *assets* that published recalls concern; one query when there is none."""
        domain = [("state", "=", "published"), ("product_ids", "in", assets.product_id.ids)]
        recalls = self.search(domain) if assets.product_id else self
        for recall in recalls:
            recall._insert_lines(Domain("id", "in", assets.ids))
        self._drop_lines(assets)

    @api.model
    def _drop_lines(self, assets):
        """Untouched lines of *assets* that recalls no longer concern: a serial was corrected."""
        lines = self.env["crm.service.recall.line"].search(
            [
                ("asset_id", "in", assets.ids),
                ("state", "=", "open"),
                ("request_id", "=", False),
                ("recall_id.state", "=", "published"),
            ]
        )
        for recall, own in lines.grouped("recall_id").items():
            concerned = own.asset_id.filtered_domain(recall._asset_domain())
            own.filtered(lambda line, kept=concerned: line.asset_id not in kept).unlink()

    def _insert_lines(self, among=Domain.TRUE):
        """A line for each asset concerned, in one statement, whatever their number."""
        self.ensure_one()
        # sudo: a recall of all companies concerns the assets of all
        assets = self.env["crm.customer.asset"].sudo()
        query = assets._search(self._asset_domain() & among)
        self.env["crm.service.recall.line"].flush_model()
        self.env.execute_query(
            SQL(
                "INSERT INTO crm_service_recall_line (recall_id, asset_id, company_id, state) "
                "(%s) ON CONFLICT (recall_id, asset_id) DO NOTHING RETURNING id",
                query.select(
                    SQL("%s", self.id),
                    SQL.identifier(assets._table, "id"),
                    SQL.identifier(assets._table, "company_id"),
                    SQL("'open'"),
                ),
            )
        )
        self.invalidate_recordset(["line_ids", "line_count", "done_count", "progress"])
        assets.invalidate_model(["recall_line_ids", "recall_open"], flush=False)

    # Actions

    def action_publish(self):
        """Publish: from now on every asset concerned shows the recall."""
        for recall in self:
            if not recall.product_ids:
                raise UserError(self.env._("Choose the products that are concerned."))
            recall._insert_lines()
        self.write({"state": "published", "published_on": fields.Date.context_today(self)})

    def action_close(self):
        self.state = "closed"

    def action_reopen(self):
        self.state = "published"

    def action_find(self):
        """The assets that the conditions find now."""
        self.ensure_one()
        assets = self.env["crm.customer.asset"].search(self._asset_domain())
        return assets._list_action(self.name, "crm.customer.asset", [("id", "in", assets.ids)])

    def action_open_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.service.recall.line",
            "view_mode": "list",
            "domain": [("recall_id", "=", self.id)],
            "context": {"search_default_open": 1},
        }

    def action_open_requests(self):
        """Tell every owner at once: one proactive request per owner, with all his assets."""
        waiting = self.line_ids.filtered(lambda line: line.state == "open" and not line.request_id)
        groups = waiting._by_owner()
        requests = self.env["crm.service.request"].create(
            [lines._prepare_request_values() for lines in groups]
        )
        for lines, request in zip(groups, requests, strict=True):
            lines.request_id = request
        return self.action_view_requests() if len(self) == 1 else None

    def action_view_requests(self):
        """Proactive requests of this recall."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.service.request",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.request_id.ids)],
        }

    def _request_text(self, assets):
        items = Markup().join(Markup("<li>%s</li>") % asset.display_name for asset in assets)
        return Markup("%s<ul>%s</ul>") % (self.instructions or Markup(), items)


def _in_range(column, found):
    """SQL: a serial has the prefix of a range and a number within it."""
    start = len(found.prefix) + 1
    return SQL(
        "CASE WHEN left(%(c)s, %(length)s) = %(prefix)s"
        " AND substring(%(c)s FROM %(start)s) ~ '^[0-9]+$'"
        " THEN substring(%(c)s FROM %(start)s)::numeric BETWEEN %(first)s AND %(last)s"
        " ELSE FALSE END",
        c=column,
        length=start - 1,
        prefix=found.prefix,
        start=start,
        first=found.first,
        last=found.last,
    )
