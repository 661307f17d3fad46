from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_customer_insight.tools.customer_360 import Section

from ..report import finance_notices, request_erasure
from .crm_asset_history_mixin import OUT_STATES
from .crm_customer_fact import ANSWER_DAYS

PERSONAL_REQUEST_FIELDS = (
    "description",
    "email_cc",
    "email_from",
    "phone",
    "solution",
    "tone_words",
)
_QUIET = {"tracking_disable": True, "mail_notrack": True, "active_test": False}


def _name_index(registry):
    """Trigram index for the find box, where PostgreSQL has it: ``complete_name ilike '%term%'`` in
    ``crm.service.finder._find_customers`` and ``_same_names``.
    """
    if not registry.has_trigram:
        return ""
    column = registry.unaccent('"complete_name"')
    return f"USING gin (({column}) gin_trgm_ops)"


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_request_ids = fields.One2many(
        "crm.service.request",
        "partner_id",
        "Service requests",
        groups="crm_service_levels.group_service_user",
    )
    asset_ids = fields.One2many(
        "crm.customer.asset",
        "partner_id",
        "Assets",
        groups="crm_service_levels.group_service_user",
    )
    asset_count = fields.Integer(
        "Number of assets",
        compute="_compute_asset_count",
        groups="crm_service_levels.group_service_user",
    )
    feedback_opt_out = fields.Boolean(
        "No feedback questions", help="This contact does not want to be asked what he thinks."
    )

    service_request_count = fields.Integer(
        "Number of open requests",
        compute="_compute_service_request_count",
        groups="crm_service_levels.group_service_user",
    )
    # SVC-L1
    service_dealer = fields.Boolean(
        "Dealer for service",
        groups="base.group_user",
        help="Representatives find him when a customer asks for the nearest dealer.",
    )

    _service_name_idx = models.Index(_name_index)
    _service_dealer_idx = models.Index("(country_id, state_id) WHERE service_dealer")
    # Places of which coordinates are known, or a dealer, by name and postal code
    _service_city_idx = models.Index("(lower(city)) WHERE partner_latitude <> 0 OR service_dealer")
    _service_zip_idx = models.Index("(zip) WHERE partner_latitude <> 0 OR service_dealer")

    def _compute_asset_count(self):
        rows = self.env["crm.customer.asset"]._read_group(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)],
            ["commercial_partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in rows}
        for partner in self:
            partner.asset_count = counts.get(partner.commercial_partner_id.id, 0)

    def _compute_service_request_count(self):
        rows = self.env["crm.service.request"]._read_group(
            [
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("is_closed", "=", False),
            ],
            ["commercial_partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in rows}
        for partner in self:
            partner.service_request_count = counts.get(partner.commercial_partner_id.id, 0)

    def action_open_service_requests(self):
        """Requests of the company that these contacts belong to, the open ones first in sight."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_service_levels.crm_service_request_action"
        )
        return {
            **action,
            "domain": [("commercial_partner_id", "in", self.commercial_partner_id.ids)],
            "context": {"search_default_open": 1, "default_partner_id": self[:1].id},
        }

    def action_open_assets(self):
        """Assets of the company that these contacts belong to."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_service_levels.crm_customer_asset_action"
        )
        return {
            **action,
            "domain": [("commercial_partner_id", "in", self.commercial_partner_id.ids)],
            "context": {
                "default_partner_id": self.commercial_partner_id[:1].id,
                "default_contact_id": self[:1].id,
            },
        }

    # What finance should know (C360-5)

    @api.model
    def _finance_notices(self, partners):
        """Open complaints and requests: only number, since when and how many.

        What it is about stays with service: accountants need no right to requests.
        """
        notices = super()._finance_notices(partners)
        for partner_id, notice in finance_notices.open_matters(self.env, partners):
            notices.setdefault(partner_id, []).insert(0, notice)
        return notices

    @api.model
    def _finance_complaints_sql(self):
        return finance_notices.complaints()

    # Customer 360

    @api.model
    def _customer_360_sections(self):
        label = self.env._("Service requests")
        section = Section(
            "service_requests",
            label,
            "main",
            25,
            "items",
            "_customer_360_service_requests",
            "crm.service.request",
        )
        assets = Section(
            "assets",
            self.env._("Assets"),
            "main",
            60,
            "items",
            "_customer_360_assets",
            "crm.customer.asset",
        )
        complaints = Section(
            "complaints",
            self.env._("Open complaints"),
            "main",
            24,
            "items",
            "_customer_360_complaints",
            "crm.service.complaint",
        )
        return [*super()._customer_360_sections(), complaints, section, assets]

    def _customer_360_satisfaction(self):
        """With the number of answers, and the answers for those who may read them (ROI-3)."""
        figure = super()._customer_360_satisfaction()
        if figure["value"] is None:
            return {**figure, "note": self.env._("No answer in the last year.")}
        customer, counted = self.commercial_partner_id.id, "satisfaction_answers"
        counts = self.env["crm.customer.fact"]._values([counted], [customer])[counted]
        figure["note"] = self.env._("%(count)s answers in a year", count=counts[customer])
        if self.env["crm.feedback.answer"].has_access("read"):
            figure["action"] = self._customer_360_answers_action()
        return figure

    def _customer_360_answers_action(self):
        """The answers that are the mean."""
        today = self.env["crm.customer.snapshot"]._data_date()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answers"),
            "res_model": "crm.feedback.answer",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
                ("has_score", "=", True),
                ("source", "!=", "employee"),
                ("date", ">=", fields.Date.to_string(today - timedelta(days=ANSWER_DAYS))),
            ],
        }

    def _customer_360_complaints(self):
        """Complaints that are not closed, the one due first on top (SVC-C)."""
        domain = self._customer_360_domain("request_id.partner_id") & Domain("state", "=", "open")
        steps = dict(
            self.env["crm.service.complaint"]._fields["step_code"]._description_selection(self.env)
        )

        def item(complaint):
            due = complaint.step_due_at
            return {
                "name": f"{complaint.number} {complaint.name}",
                "note": steps.get(complaint.step_code, ""),
                "date": fields.Datetime.to_string(due) if due else "",
                "level": "late" if complaint.is_late else "",
            }

        return self._customer_360_items(
            "crm.service.complaint",
            domain,
            item,
            order="step_due_at, id",
            label=self.env._("Open complaints"),
        )

    def _customer_360_service_requests(self):
        domain = self._customer_360_domain() & Domain("is_closed", "=", False)

        def item(request):
            return {
                "name": request.display_name,
                "note": request.stage_id.name or "",
                "date": fields.Datetime.to_string(request.date_open),
            }

        return self._customer_360_items(
            "crm.service.request",
            domain,
            item,
            order="priority desc, id desc",
            label=self.env._("Service requests"),
        )

    def _customer_360_assets(self):
        """Assets at work, the one whose warranty ends next first (SVC-L3)."""
        domain = Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
        domain &= Domain("state", "not in", OUT_STATES)
        states = dict(
            self.env["crm.customer.asset"]
            ._fields["warranty_state"]
            ._description_selection(self.env)
        )

        def item(asset):
            recall = asset.recall_open
            note = self.env._("Recall open") if recall else states[asset.warranty_state]
            until = asset.warranty_until
            return {
                "name": asset.display_name,
                "note": note,
                "date": fields.Date.to_string(until) if until else "",
                "level": "late" if recall else "",
            }

        return self._customer_360_items(
            "crm.customer.asset",
            domain,
            item,
            order="warranty_until, id",
            label=self.env._("Assets"),
        )

    # Erasure

    def _erase_leads(self, addresses):
        """A person's requests lose words, addresses and conversation like leads; number, times,
        type and stage stay, for figures count them (GDPR article 17)."""
        res = super()._erase_leads(addresses)
        self._erase_requests(addresses)
        if self:
            request_erasure.erase_machines(self.env, self.ids)
        return res

    def _erase_requests(self, addresses):
        # sudo: a person is erased from all requests, whoever may read them
        requests = self.env["crm.service.request"].sudo().with_context(**_QUIET)
        theirs = [("partner_id", "in", self.ids)]
        unknown = ["&", ("partner_id", "=", False), ("email_normalized", "in", list(addresses))]
        found = requests.search(["|", *theirs, *unknown])
        if not found:
            return
        empty = dict.fromkeys(PERSONAL_REQUEST_FIELDS, False)
        for request in found:
            name = self.env._("Erased request %(id)s", id=request.id)
            request.write({**empty, "name": name, "request_properties": False})
        self._erase_conversation(found)
        self._erase_beside_requests(found)

    def _erase_beside_requests(self, requests):
        """Words, tasks and conversations of what belongs to the requests of an erased person."""
        self.env.flush_all()
        request_erasure.erase_requests(self.env, requests.ids)
        theirs = [("request_id", "in", requests.ids)]
        for name in ("crm.feedback.answer", "crm.service.approval", "crm.service.complaint"):
            # sudo: as _erase_requests
            self._erase_conversation(self.env[name].sudo().search(theirs))
        loops = [("answer_id.request_id", "in", requests.ids)]
        # sudo: as _erase_requests
        self._erase_conversation(self.env["crm.feedback.loop"].sudo().search(loops))
        # sudo: as _erase_requests
        tasks = self.env["project.task"].sudo().with_context(**_QUIET)
        tasks = tasks.search([("service_request_id", "in", requests.ids)])
        for task in tasks:
            name = self.env._("Erased task %(id)s", id=task.id)
            task.write({"name": name, "description": False})
        tasks.html_field_history = False  # earlier texts
        self._erase_conversation(tasks)
