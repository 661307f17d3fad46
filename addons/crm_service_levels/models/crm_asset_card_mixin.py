from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..report import similar_cases

LIMIT = 5
#: Dots on the line of events; older ones are in the lists behind the buttons.
EVENTS = 100


class CrmAssetCardMixin(models.AbstractModel):
    """What is shown of an asset at a glance: card beside a request, time axis, tree (SVC-L3).

    It only reads, as the viewer.
    """

    _name = "crm.asset.card.mixin"
    _description = "Asset at a glance"

    service_axis = fields.Json("Warranty and history", compute="_compute_service_axis")
    part_tree = fields.Json("Machine and parts", compute="_compute_part_tree")

    # The card beside a request

    @api.model
    @api.readonly
    def get_service_card(self, asset_id, request_id=False, type_id=False, cause_id=False):
        """All a representative asks about an asset, in a fixed number of queries.

        :return: ``{"id", "name", "facts", "warranty", "contract", "recalls", "requests",
            "similar", "counts"}``; None when the asset is not there or not for the viewer
        """
        asset = self.browse(asset_id).exists()._filtered_access("read") if asset_id else self
        if not asset:
            return None
        requests = asset._card_requests(request_id)
        return {
            "id": asset.id,
            "name": asset.display_name,
            "state": asset._selection_label("state"),
            "facts": asset._card_facts(),
            "warranty": asset._warranty_rows(),
            "warranty_state": asset.warranty_state,
            "warranty_label": asset._selection_label("warranty_state"),
            "contract": asset._card_contract(),
            "recalls": asset._card_recalls(),
            **requests,
            "similar": asset._card_similar(request_id, type_id, cause_id),
            "product_id": asset.product_id.id,
        }

    def _selection_label(self, name):
        return dict(self._fields[name]._description_selection(self.env)).get(self[name], "")

    def _card_facts(self):
        """Label and text of what is known: ``[[label, text]]``."""
        facts = [
            (self.env._("Product"), self.product_id.display_name or self.model),
            (self.env._("Serial number"), self.serial),
            (self.env._("Part of"), self.parent_id.display_name),
            (self.env._("Site"), self.site_id.display_name),
            (self.env._("Custodian"), self.custodian_id.name),
            (self.env._("Age in months"), str(self.age_months) if self.start_on else ""),
        ]
        return [[label, text] for label, text in facts if text]

    def _card_contract(self):
        contract = self._service_contract()
        if not contract:
            return None
        return {"name": contract.name, "until": fields.Date.to_string(contract.until) or ""}

    def _card_recalls(self):
        # sudo: a member of the squad who sees the asset must know its recalls
        lines = self.env["crm.service.recall.line"].sudo()
        domain = Domain("asset_id", "=", self.id) & Domain(lines._open_domain())
        return [
            {"id": line.recall_id.id, "name": line.recall_id.name, "severity": line.severity}
            for line in lines.search(domain, limit=LIMIT)
        ]

    def _card_requests(self, request_id):
        requests = self.env["crm.service.request"]
        domain = [("asset_id", "=", self.id), ("id", "!=", request_id or 0)]
        found = requests.search(domain, order="date_open desc, id desc", limit=LIMIT)
        return {
            "requests": [
                {
                    "id": one.id,
                    "name": one.display_name,
                    "date": fields.Date.to_string(one.date_open),
                    "stage": one.stage_id.name or "",
                    "closed": one.is_closed,
                }
                for one in found
            ],
            "request_count": len(found) if len(found) < LIMIT else requests.search_count(domain),
        }

    def _card_similar(self, request_id, type_id, cause_id):
        """Solved cases on this model, those of the same type and cause first."""
        requests = similar_cases.find(
            self.env, self, request_id or 0, type_id or 0, cause_id or 0, LIMIT
        )
        return [
            {
                "id": one.id,
                "name": one.display_name,
                "solution": similar_cases.summary(one.solution),
                "cause": one.cause_id.name or "",
                "same_type": bool(type_id) and one.type_id.id == type_id,
                "date": fields.Date.to_string(one.date_solved or one.date_open),
            }
            for one in requests
        ]

    def action_similar_cases(self):
        """All solved requests on this model."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Solved on this model"),
            "res_model": "crm.service.request",
            "view_mode": "list,form",
            "domain": list(similar_cases.domain(self, 0)),
        }

    # Time axis on the form

    @api.depends("warranty_until", "warranty_basis", "request_ids", "maintenance_ids")
    def _compute_service_axis(self):
        for asset in self:
            asset.service_axis = asset._service_axis() if asset._origin else False

    def _service_axis(self):
        """Warranty bars and events on one line of time, for the widget ``service_axis``.

        :returns: ``{"from", "until", "today", "rows", "events", "state", "label"}``
        """
        rows, events = self._warranty_rows(), self._axis_events()
        today = fields.Date.context_today(self)
        days = [event["date"] for event in events] + [fields.Date.to_string(today)]
        days += [span[name] for row in rows for span in row["spans"] for name in ("from", "until")]
        if self.start_on:
            days.append(fields.Date.to_string(self.start_on))
        first, last = (fields.Date.to_date(day) for day in (min(days), max(days)))
        return {
            "from": fields.Date.to_string(first - relativedelta(months=1)),
            "until": fields.Date.to_string(last + relativedelta(months=1)),
            "today": fields.Date.to_string(today),
            "rows": rows,
            "events": events,
            "state": self.warranty_state,
            "label": self._selection_label("warranty_state"),
        }

    def _axis_events(self):
        sources = (
            ("request", "crm.service.request", "date_open"),
            ("maintenance", "crm.customer.asset.maintenance", "date"),
            ("move", "crm.customer.asset.move", "date_from"),
        )
        events = []
        for kind, model, field in sources:
            records = self.env[model]
            if records.has_access("read"):
                domain = [("asset_id", "=", self._origin.id)]
                found = records.search(domain, order=f"{field} desc", limit=EVENTS)
                events += [self._axis_event(kind, one, field) for one in found]
        return sorted(events, key=lambda event: event["date"])

    @api.model
    def _axis_event(self, kind, record, field):
        label = record.reason or self._move_text(record) if kind == "move" else record.display_name
        return {
            "kind": kind,
            "model": record._name,
            "id": record.id,
            "date": fields.Date.to_string(record[field]),
            "label": label,
        }

    @api.model
    def _move_text(self, move):
        state = dict(move._fields["state"]._description_selection(self.env)).get(move.state, "")
        where = move.site_id.display_name or move.partner_id.display_name
        return ", ".join(filter(None, (state, where)))

    # Tree of parts on the form

    @api.depends("parent_id", "child_ids", "parent_path")
    def _compute_part_tree(self):
        for asset in self:
            asset.part_tree = asset._part_tree() if asset._origin else False

    def _part_tree(self):
        """The machine and all its parts in reading order: ``[{"id", "name", "depth", …}]``."""
        path = (self._origin.parent_path or "").strip("/").split("/")
        root = int(path[0]) if path[0] else self._origin.id
        assets = self.search([("id", "child_of", root)], limit=200)
        by_parent = {}
        for asset in assets.sorted("id"):
            parent = asset.parent_id.id if asset.parent_id in assets else False
            by_parent.setdefault(parent, []).append(asset)
        return [*self._branches(by_parent, False, 0)]

    def _branches(self, by_parent, parent, depth):
        for asset in by_parent.get(parent, ()):
            yield {
                "id": asset.id,
                "name": asset.display_name,
                "state": asset._selection_label("state"),
                "warranty": asset.warranty_state,
                "depth": depth,
                "current": asset.id == self._origin.id,
            }
            yield from self._branches(by_parent, asset.id, depth + 1)
