from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..tools import serials, warranty
from .crm_asset_history_mixin import OUT_STATES, SHARED
from .crm_customer_asset_move import STATES, TRACKED

#: An asset keeps what is looked up in service, no archive.
MAX_DOCUMENTS = 50


class CrmCustomerAsset(models.Model):
    """A thing at a customer's that we look after: a machine, a device, a part of one (SVC-L3).

    Its warranty, history and what is shown beside a request are mixins of this model.
    """

    _name = "crm.customer.asset"
    _description = "Customer asset"
    _inherit = [
        "crm.asset.card.mixin",
        "crm.asset.history.mixin",
        "crm.asset.portal.mixin",
        "crm.asset.warranty.mixin",
        "crm.service.number.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _parent_store = True
    _order = "number desc, id desc"
    _rec_names_search = ["serial", "number", "name", "product_id.name", "partner_id.name"]
    _person_data = PersonData(
        person=("partner_id", "contact_id", "site_id", "custodian_id", "dealer_id"),
        erase="blank",
        blank=("note",),
    )

    # What it is
    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True, required=True
    )
    product_id = fields.Many2one("product.product", index="btree_not_null")
    category_id = fields.Many2one(
        related="product_id.categ_id",
        string="Category",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    model = fields.Char(help="Model as its maker calls it, if it is none of our products.")
    maker_id = fields.Many2one("crm.service.maker", index="btree_not_null")
    serial = fields.Char(
        "Serial number",
        copy=False,
        index="trigram",
        help="Unique per product and maker; other products may bear the same number.",
    )
    made_on = fields.Date("Made on", help="Recalls may ask for it.")
    image = fields.Image(max_width=1024, max_height=1024)
    tag_ids = fields.Many2many("crm.service.tag", string="Tags")
    asset_properties = fields.Properties(
        "Own fields", definition="category_id.asset_properties", copy=True
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    # Whose and where
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Company of the customer", store=True,
        index=True,
    )  # fmt: skip
    contact_id = fields.Many2one("res.partner", index="btree_not_null")
    site_id = fields.Many2one(
        "res.partner", index="btree_not_null", help="Address where it stands."
    )
    custodian_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        help="Person at the customer's who keeps it.",
    )
    dealer_id = fields.Many2one("res.partner", index="btree_not_null")
    state = fields.Selection(STATES, "Status", required=True, default="in_use", index=True)
    sale_order_line_id = fields.Many2one("sale.order.line", "Sold by", index="btree_not_null")
    sale_order_id = fields.Many2one(related="sale_order_line_id.order_id", string="Order")

    # Since when
    delivered_on = fields.Date("Delivered on")
    installed_on = fields.Date("Installed on")
    commissioned_on = fields.Date("Commissioned on")
    out_on = fields.Date("Out of use on", help="Its age and failures are counted until then.")
    start_on = fields.Date(
        "In use since",
        compute="_compute_start_on",
        store=True,
        index=True,
        help="Commissioning, else installation, else delivery: from here its age is counted.",
    )
    age_months = fields.Integer("Age in months", compute="_compute_age_months")

    # Hierarchy
    parent_id = fields.Many2one(
        "crm.customer.asset", "Part of", index="btree_not_null", ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
    )  # fmt: skip
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.customer.asset", "parent_id", "Parts")
    replaces_id = fields.Many2one(
        "crm.customer.asset", index="btree_not_null", readonly=True, copy=False
    )
    merged_into_id = fields.Many2one(
        "crm.customer.asset", "Merged into", index="btree_not_null", readonly=True, copy=False
    )

    # What belongs to it
    move_ids = fields.One2many("crm.customer.asset.move", "asset_id", "History", readonly=True)
    meter_ids = fields.One2many("crm.customer.asset.meter", "asset_id", "Meters", copy=True)
    plan_ids = fields.One2many("crm.customer.asset.plan", "asset_id", "Maintenance plans")
    maintenance_ids = fields.One2many("crm.customer.asset.maintenance", "asset_id")
    recall_line_ids = fields.One2many("crm.service.recall.line", "asset_id")
    request_ids = fields.One2many("crm.service.request", "asset_id", "Requests")
    document_ids = fields.Many2many("ir.attachment", string="Documents", copy=False)
    note = fields.Html("Notes")

    request_count = fields.Integer("Number of requests", compute="_compute_request_count")
    request_open_count = fields.Integer("Open requests", compute="_compute_request_count")
    recall_open = fields.Boolean(
        "Recall open", compute="_compute_recall_open", search="_search_recall_open"
    )
    next_maintenance_on = fields.Date(
        "Next maintenance", compute="_compute_next_maintenance_on", store=True
    )

    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number <> '/'", "This number is in use already."
    )
    _serial_uniq = models.UniqueIndex(
        "(company_id, COALESCE(product_id, 0), COALESCE(maker_id, 0), COALESCE(lower(model), ''),"
        " serial) WHERE serial IS NOT NULL AND active"
        " AND (product_id IS NOT NULL OR maker_id IS NOT NULL)",
        "There is an asset with this serial number of the same product and maker already.",
    )
    _serial_length = models.Constraint(
        f"CHECK(char_length(serial) <= {serials.MAX_LENGTH})",
        "A serial number has 100 characters at most.",
    )
    _serial_product_idx = models.Index("(product_id, serial) WHERE serial IS NOT NULL")
    _owner_idx = models.Index("(commercial_partner_id, state)")

    # Computed

    @api.depends("product_id")
    def _compute_name(self):
        for asset in self:
            asset.name = asset.name or asset.product_id.display_name or asset.model

    @api.depends("number", "name", "serial")
    def _compute_display_name(self):
        for asset in self:
            serial = f" ({asset.serial})" if asset.serial else ""
            asset.display_name = f"{asset.name or asset.number or ''}{serial}"

    @api.depends("delivered_on", "installed_on", "commissioned_on")
    def _compute_start_on(self):
        for asset in self:
            asset.start_on = asset.commissioned_on or asset.installed_on or asset.delivered_on

    @api.depends("start_on", "out_on")
    def _compute_age_months(self):
        today = fields.Date.context_today(self)
        for asset in self:
            end = min(filter(None, (asset.out_on, today)))
            start = asset.start_on
            asset.age_months = warranty.months_between(start, end) if start else 0

    def _compute_request_count(self):
        rows = self.env["crm.service.request"]._read_group(
            [("asset_id", "in", self.ids)], ["asset_id", "is_closed"], ["__count"]
        )
        counts = {(asset.id, closed): count for asset, closed, count in rows}
        for asset in self:
            asset.request_open_count = counts.get((asset.id, False), 0)
            asset.request_count = asset.request_open_count + counts.get((asset.id, True), 0)

    @api.depends("recall_line_ids.state")
    def _compute_recall_open(self):
        # sudo: that a recall is open is said to everybody who sees the asset
        lines = self.env["crm.service.recall.line"].sudo()
        rows = lines._read_group(
            [("asset_id", "in", self.ids), *lines._open_domain()], ["asset_id"], []
        )
        found = {asset.id for (asset,) in rows}
        for asset in self:
            asset.recall_open = asset.id in found

    def _search_recall_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        lines = self.env["crm.service.recall.line"].sudo()  # sudo: as _compute_recall_open
        found = Domain("id", "in", lines._search(lines._open_domain()).subselect("asset_id"))
        wanted = [found if one else ~found for one in set(value)]
        return Domain.OR(wanted)

    @api.depends("plan_ids.next_on", "plan_ids.active")
    def _compute_next_maintenance_on(self):
        for asset in self:
            asset.next_maintenance_on = min(
                asset.plan_ids.filtered("next_on").mapped("next_on"), default=False
            )

    # Checks

    @api.constrains("parent_id", "company_id")
    def _check_parent_company(self):
        for asset in self.filtered("parent_id"):
            # sudo: the machine of another company is named only in this refusal
            if asset.parent_id.sudo().company_id != asset.company_id:
                raise ValidationError(
                    self.env._("%(asset)s: a part belongs to the company of its machine.",
                               asset=asset.display_name)
                )  # fmt: skip

    @api.constrains("document_ids")
    def _check_document_ids(self):
        if any(len(asset.document_ids) > MAX_DOCUMENTS for asset in self):
            raise ValidationError(
                self.env._("An asset has at most %(most)s documents.", most=MAX_DOCUMENTS)
            )

    # Create and write

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._clean_values(vals)
        self._take_from_parents(vals_list)
        vals_list = self._give_numbers(vals_list)
        # own fields are defined by the category, which follows from the product: written after it
        own = [vals.pop("asset_properties", None) for vals in vals_list]
        assets = super().create(vals_list)
        for asset, properties in zip(assets, own, strict=True):
            if properties:
                asset.asset_properties = properties
        assets._open_moves()
        assets._keep_documents()
        assets._match_recalls()
        return assets

    def write(self, vals):
        self._clean_values(vals)
        self._check_no_cycle(vals.get("parent_id"))
        if vals.get("state") in OUT_STATES and "out_on" not in vals:
            vals = {**vals, "out_on": self._history_moment()}
        tracked = vals.keys() & set(TRACKED)
        shared = {name: value for name, value in vals.items() if name in SHARED}
        parts = self._with_parts() - self if shared else self.browse()
        before = (self | parts)._tracked_values() if tracked else {}
        res = super().write(vals)
        if shared:
            # sudo: parts go with their machine
            super(CrmCustomerAsset, parts.sudo()).write(shared)
        if tracked:
            (self | parts)._follow_moves(before)
        if vals.keys() & {"document_ids", "portal_document_ids"}:
            self._keep_documents()
        if vals.keys() & {"product_id", "serial", "made_on", "active"}:
            self._match_recalls()
        return res

    @api.model
    def _clean_values(self, vals):
        if isinstance(vals.get("serial"), str):
            vals["serial"] = serial = serials.clean(vals["serial"]) or False
            if serial and len(serial) > serials.MAX_LENGTH:
                raise ValidationError(
                    self.env._(
                        "The serial number %(serial)s… has %(length)s characters; "
                        "%(most)s are allowed.",
                        serial=serial[:30],
                        length=len(serial),
                        most=serials.MAX_LENGTH,
                    )
                )

    def _check_no_cycle(self, parent_id):
        """Refuse a parent that is one of the assets or a part of them, before it is written."""
        below = [("id", "=", parent_id), ("id", "child_of", self.ids)]
        # sudo: a cycle is one whoever may see its members
        assets = self.sudo().with_context(active_test=False)
        if parent_id and self and assets.search_count(below, limit=1):
            raise ValidationError(self.env._("An asset cannot be a part of itself."))

    @api.model
    def _take_from_parents(self, vals_list):
        """A new part is where its machine is, unless it is said otherwise."""
        parents = self.browse({vals["parent_id"] for vals in vals_list if vals.get("parent_id")})
        for vals in vals_list:
            parent = parents.browse(vals.get("parent_id") or ()).with_prefetch(parents.ids)
            for name in (*SHARED, "company_id") if parent else ():
                if name not in vals and parent[name]:
                    vals[name] = parent[name].id

    def _keep_documents(self):
        """Documents belong to their asset: whoever reads it reads them."""
        for asset in self:
            # sudo: only files that the user just added and nobody else owns are taken over
            files = (asset.document_ids | asset.portal_document_ids).sudo()
            loose = files.filtered(
                lambda file: not file.res_id and file.create_uid == self.env.user
            )
            if loose:
                loose.write({"res_model": self._name, "res_id": asset.id})

    def _match_recalls(self):
        """Published recalls apply to assets entered later, too."""
        # sudo: whoever enters an asset need not be allowed to manage recalls
        self.env["crm.service.recall"].sudo()._refresh_lines(self)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: a request counts even if the user may not read it
        if (
            self.env["crm.service.request"]
            .sudo()
            .search_count([("asset_id", "in", self.ids)], limit=1)
        ):
            raise ValidationError(
                self.env._("Requests refer to this asset. Archive it, or merge it with another.")
            )

    @api.onchange("parent_id")
    def _onchange_parent_id(self):
        for name in SHARED if self.parent_id else ():
            self[name] = self[name] or self.parent_id[name]

    @api.onchange("state")
    def _onchange_state(self):
        if self.state in OUT_STATES:
            self.out_on = self.out_on or fields.Date.context_today(self)

    # Extension points

    def _service_contracts(self):
        """Service contract of each asset: ``{id: tools.warranty.Contract or None}``.

        Nothing here knows contracts; the addon that does extends this method.
        """
        return dict.fromkeys(self.ids)

    def _service_contract(self):
        """Contract of one asset, or None."""
        self.ensure_one()
        return self._service_contracts()[self.id]

    # Actions

    def _list_action(self, name, model, domain, **context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
            "context": context,
        }

    def action_open_requests(self):
        """All requests on these assets; new ones are on the first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_service_levels.crm_service_request_action"
        )
        return {
            **action,
            "domain": [("asset_id", "in", self.ids)],
            "context": {"default_asset_id": self[:1].id, "search_default_open": 0},
            "views": [(False, "list"), (False, "form")],
        }

    def action_new_request(self):
        """Enter a request on this asset."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New request"),
            "res_model": "crm.service.request",
            "view_mode": "form",
            "context": {
                "default_asset_id": self.id,
                "default_partner_id": (self.contact_id or self.partner_id).id,
                "default_product_id": self.product_id.id,
                "default_company_id": self.company_id.id,
            },
        }

    def action_open_history(self):
        return self._list_action(
            self.env._("History"), "crm.customer.asset.move", [("asset_id", "in", self.ids)]
        )

    def action_open_readings(self):
        action = self._list_action(
            self.env._("Meter readings"),
            "crm.customer.asset.reading",
            [("asset_id", "in", self.ids)],
            default_meter_id=self.meter_ids[:1].id,
        )
        return {**action, "view_mode": "graph,list"}

    def action_open_parts(self):
        """All parts below these assets."""
        return self._list_action(
            self.env._("Parts"),
            self._name,
            [("id", "child_of", self.ids), ("id", "not in", self.ids)],
            default_parent_id=self[:1].id,
        )

    def action_transfer(self):
        return self._open_wizard(self.env._("Sell on or return"), "crm.customer.asset.transfer")

    def action_swap(self):
        return self._open_wizard(self.env._("Swap"), "crm.customer.asset.swap")

    def action_merge(self):
        return self._open_wizard(self.env._("Merge duplicates"), "crm.customer.asset.merge")

    def _open_wizard(self, name, model):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"active_ids": self.ids, "active_model": self._name},
        }
