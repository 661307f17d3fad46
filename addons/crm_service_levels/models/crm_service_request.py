from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from .crm_service_priority_rule import PRIORITIES
from .crm_service_type import SEVERITIES, URGENCIES


class CrmServiceRequest(models.Model):
    """A matter that a customer brought to us, or that we found before he did (SVC-L1).

    What belongs to one part (levels, SLA, squad, asset, satisfaction …) is a mixin of this model
    that hooks in by ``crm.service.hooks.mixin``. Portal customers have no right to this model at
    all: their pages show what ``crm.service.portal.mixin`` gives out, so nothing internal leaks.
    """

    _name = "crm.service.request"
    _description = "Service request"
    _inherit = [
        "crm.service.sale.mixin",  # before approvals, which it extends
        "crm.service.approval.mixin",
        "crm.service.asset.mixin",
        "crm.service.assignment.mixin",
        "crm.service.cockpit.mixin",
        "crm.service.complaint.mixin",
        "crm.service.feedback.mixin",
        "crm.service.guest.mixin",
        "crm.service.intake.mixin",
        "crm.service.knowledge.mixin",
        "crm.service.level.mixin",
        "crm.service.number.mixin",
        "crm.service.portal.act.mixin",
        "crm.service.portal.mixin",
        "crm.service.sla.mixin",
        "crm.service.tone.mixin",
        "crm.service.work.order.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "portal.mixin",
    ]
    _order = "priority desc, id desc"
    _rec_names_search = ["number", "name"]
    _primary_email = "email_from"
    _mail_post_access = "read"
    _person_data = PersonData(
        erase="blank",
        blank=("email_from", "email_normalized", "phone", "email_cc", "description", "solution"),
        email="email_normalized",
    )

    # What it is about
    name = fields.Char("Subject", required=True, index="trigram")
    description = fields.Html("What the customer says")
    type_id = fields.Many2one("crm.service.type", index=True)
    phase = fields.Selection(related="type_id.phase", store=True, precompute=True)
    nature = fields.Selection(related="type_id.nature", store=True, precompute=True)
    channel_id = fields.Many2one("crm.contact.channel", "Came in by", index="btree_not_null")
    proactive = fields.Boolean(help="We opened it before the customer noticed (SVC-E).")
    tag_ids = fields.Many2many("crm.service.tag", string="Tags")
    request_properties = fields.Properties(
        "Own fields", definition="team_id.request_properties", copy=True
    )
    active = fields.Boolean(default=True)

    # Who it is about
    partner_id = fields.Many2one("res.partner", "Contact", index="btree_not_null")
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer",
        store=True,
        precompute=True,
        index=True,
    )
    customer_tier = fields.Char(
        "Tier",
        compute="_compute_customer_tier",
        help="Value tier of the customer in the company of the request.",
    )
    email_from = fields.Char(
        "E-mail",
        compute="_compute_reachable",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
    )
    phone = fields.Char(compute="_compute_reachable", store=True, readonly=False, precompute=True)

    # What it refers to
    product_id = fields.Many2one("product.product", index="btree_not_null")
    sale_order_id = fields.Many2one("sale.order", "Order", index="btree_not_null")
    invoice_id = fields.Many2one(
        "account.move",
        index="btree_not_null",
        domain=[("move_type", "in", ("out_invoice", "out_refund"))],
    )

    # How much it matters
    severity = fields.Selection(
        SEVERITIES,
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    urgency = fields.Selection(
        URGENCIES,
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    priority = fields.Selection(
        PRIORITIES,
        compute="_compute_priority",
        store=True,
        readonly=False,
        precompute=True,
        help="From severity and urgency by the matrix of the configuration; may be set by hand.",
    )

    # Who handles it
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "crm.service.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        domain="[('kind', '=', 'service'), ('company_id', '=', company_id)]",
    )
    user_id = fields.Many2one(
        "res.users", "Owner", index="btree_not_null", domain=[("share", "=", False)]
    )
    stage_id = fields.Many2one(
        "crm.service.stage",
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        copy=False,
        ondelete="restrict",
        group_expand="_group_expand_stage_id",
        domain="['|', ('team_ids', '=', False), ('team_ids', '=', team_id)]",
    )
    state = fields.Selection(related="stage_id.state", store=True, precompute=True)
    is_closed = fields.Boolean(related="stage_id.is_closed", store=True, precompute=True)
    squad_member_ids = fields.One2many(
        "crm.service.squad.member", "request_id", "Squad", copy=False
    )

    # How it ended
    result_id = fields.Many2one("crm.service.result", index="btree_not_null", copy=False)
    cause_id = fields.Many2one("crm.service.cause", index="btree_not_null", copy=False)
    solution = fields.Html(
        copy=False, help="What solved it, for the next colleague with this case."
    )

    # Times, all in UTC
    date_open = fields.Datetime(
        "Received", required=True, default=fields.Datetime.now, copy=False, index=True
    )
    date_first_reply = fields.Datetime("First reply", readonly=True, copy=False)
    date_solved = fields.Datetime("Solved on", readonly=True, copy=False, index=True)
    date_closed = fields.Datetime("Closed on", readonly=True, copy=False)
    reopen_count = fields.Integer("Reopened", readonly=True, copy=False)
    stage_span_ids = fields.One2many("crm.service.stage.span", "request_id", "Flow", readonly=True)
    effort_ids = fields.One2many("crm.service.effort", "request_id", "Work")
    effort_minutes = fields.Float("Minutes worked", compute="_compute_effort")

    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number <> '/'", "This number is in use already."
    )
    # Boards and lists show open requests of a team or owner first.
    _open_team_idx = models.Index("(team_id, priority DESC, id DESC) WHERE NOT is_closed")
    _open_user_idx = models.Index("(user_id, priority DESC, id DESC) WHERE NOT is_closed")
    _list_idx = models.Index("(priority DESC, id DESC)")
    _insight_fill_idx = models.Index("(write_date, id)")

    # Computed

    @api.depends("number", "name")
    def _compute_display_name(self):
        for request in self:
            known = request.number not in (False, "/")
            request.display_name = f"{request.number} {request.name}" if known else request.name

    @api.depends("commercial_partner_id", "company_id")
    def _compute_customer_tier(self):
        for company, requests in self.grouped("company_id").items():
            # sudo: the tier decides who is served first; the figures behind it are not shown
            for request in requests.sudo().with_company(company):
                request.customer_tier = request.commercial_partner_id.insight_tier

    @api.depends("partner_id")
    def _compute_reachable(self):
        for request in self:
            request.email_from = request.partner_id.email or request.email_from
            request.phone = request.partner_id.phone or request.phone

    @api.depends("type_id")
    def _compute_from_type(self):
        for request in self:
            kind = request.type_id
            request.severity = kind.severity or request.severity or "1"
            request.urgency = kind.urgency or request.urgency or "1"

    @api.depends("severity", "urgency", "company_id")
    def _compute_priority(self):
        rules = self.env["crm.service.priority.rule"]
        for request in self:
            matrix = rules._matrix(request.company_id.id)
            request.priority = matrix.get((request.severity, request.urgency), "1")

    @api.depends("type_id", "company_id")
    def _compute_team_id(self):
        found = {}
        for request in self:
            company = request.company_id
            usual = request.type_id.team_id
            if usual.company_id == company and usual:
                request.team_id = usual
            elif not request.team_id or request.team_id.company_id != company:
                if company not in found:
                    found[company] = request.team_id._of_user(company)
                request.team_id = found[company].sudo(False)

    @api.depends("team_id")
    def _compute_stage_id(self):
        first = self.env["crm.service.stage"]._first_by_team(self.team_id)
        for request in self:
            teams = request.stage_id.team_ids
            if not request.stage_id or (teams and request.team_id not in teams):
                request.stage_id = first[request.team_id]

    @api.depends("effort_ids.minutes")
    def _compute_effort(self):
        rows = self.env["crm.service.effort"]._read_group(
            [("request_id", "in", self.ids)], ["request_id"], ["minutes:sum"]
        )
        minutes = {request.id: total for request, total in rows}
        for request in self:
            request.effort_minutes = minutes.get(request.id, 0.0)

    def _compute_access_url(self):
        res = super()._compute_access_url()
        for request in self:
            request.access_url = f"/my/requests/{request.id}"
        return res

    @api.model
    def _group_expand_stage_id(self, stages, domain):
        team = self.env.context.get("default_team_id")
        wanted = Domain.TRUE
        if team:
            wanted = Domain("team_ids", "in", [False, team]) | Domain("id", "in", stages.ids)
        return stages.search(wanted)

    # Create and write

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = self._give_numbers(vals_list)
        requests = super().create(vals_list)
        requests._service_created()
        return requests

    def write(self, vals):
        watched = self._service_watched() & (vals.keys() | self._computed_from(vals))
        snapshot = self._service_snapshot(watched) if watched else {}
        res = super().write(vals)
        before = self._service_differences(snapshot) if watched else {}
        if before:
            self.browse(before)._service_changed(before)
        return res

    @api.model
    def _computed_from(self, vals):
        """Watched fields that may follow from what is written."""
        follow = {
            "type_id": {"team_id", "stage_id", "priority"},
            "company_id": {"team_id", "stage_id", "priority"},
            "severity": {"priority"},
            "urgency": {"priority"},
            "team_id": {"stage_id"},
        }
        return set().union(*(follow.get(name, ()) for name in vals))

    def _service_created(self):
        self.env["crm.service.stage.span"]._begin(self)
        return super()._service_created()

    def _service_changed(self, before):
        moved = self._service_was(before, "stage_id")
        moved._follow_stage(before)
        flow = moved | self._service_was(before, "team_id") | self._service_was(before, "user_id")
        self.env["crm.service.stage.span"]._follow(flow)
        self._log_changes(before)
        return super()._service_changed(before)

    # Flow

    def _follow_stage(self, before):
        """Times and the count of reopenings that follow from a change of stage."""
        now = fields.Datetime.now()
        stages = self.env["crm.service.stage"]
        for request in self:
            was = before[request.id]["stage_id"] or stages
            if request.is_closed and not was.is_closed:
                request.date_solved = now
            elif was.is_closed and not request.is_closed:
                request.sudo().reopen_count += 1  # sudo: portal customers may reopen by an answer
                request.date_solved = request.date_closed = False
            if request.state in ("closed", "cancelled"):
                request.date_closed = request.date_closed or now

    def _log_changes(self, before):
        """Note what changed in one batch for all; tracking would cost queries per record.

        Where the same is said of many, one note is made and copied to the others.
        """
        if self.env.context.get("tracking_disable"):
            return
        alike = {}
        for request in self:
            lines = [request._change_line(name, was) for name, was in before[request.id].items()]
            alike.setdefault(Markup().join(lines), []).append(request.id)
        firsts = {ids[0]: Markup("<ul>%s</ul>") % lines for lines, ids in alike.items()}
        notes = self.browse(firsts)._message_log_batch(firsts)
        copies = (ids[1:] for ids in alike.values())
        notes._service_copy(dict(zip(notes.ids, copies, strict=True)))

    def _change_line(self, name, was):
        field = self._fields[name]
        label = field._description_string(self.env)
        show = self._change_text
        return Markup("<li>%s: %s → %s</li>") % (label, show(field, was), show(field, self[name]))

    def _change_text(self, field, value):
        if field.relational:
            return value.display_name or "–"
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "–")
        return value or "–"

    # Actions

    def action_take(self):
        """Make the user the owner; from new it goes to work (SVC-L1)."""
        self.user_id = self.env.user
        new = self.filtered(lambda request: request.state == "new")
        new._to_state("open")

    def action_wait(self):
        """Wait for the customer: the clock stops where the stage says so."""
        self._to_state("customer")

    def action_solve(self):
        """Solved: the customer is told, service levels are judged."""
        self._to_state("solved")

    def action_close(self):
        self._to_state("closed")

    def action_reopen(self):
        self._to_state("open")

    def action_cancel(self):
        self._to_state("cancelled")

    def _to_state(self, state):
        """Move each request to its team's first stage that means *state*."""
        if not self:
            return
        first = self.env["crm.service.stage"]._first_by_team(self.team_id, state)
        for team, requests in self.grouped("team_id").items():
            if first[team]:
                requests.stage_id = first[team]

    # Messages

    def _message_post_after_hook(self, message, msg_vals):
        res = super()._message_post_after_hook(message, msg_vals)
        spoken = message.message_type in ("email", "email_outgoing", "comment")
        if spoken and not self._service_ignores(message):
            self._follow_message(message)
        return res

    def _follow_message(self, message):
        """Tell the parts who wrote: a colleague to the customer, or somebody outside to us.

        Mail counts from when we have it: its date is what the sender's computer believes.
        """
        when = fields.Datetime.now() if message.message_type == "email" else message.date
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        public = message.subtype_id.id == comment and not message.is_internal
        # sudo: whether the author is a colleague is asked for every author
        colleague = any(not user.share for user in message.sudo().author_id.user_ids)
        if colleague and public:
            self._service_answered(when)
        elif not colleague:
            self._service_customer_wrote(when)

    def _service_answered(self, when):
        res = super()._service_answered(when)
        # sudo: squad members who answer may not write the request itself
        self.sudo().filtered(lambda request: not request.date_first_reply).date_first_reply = when
        return res

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["partner_id"]

    @api.model
    def _normalized_sender(self, msg_dict):
        return email_normalize(msg_dict.get("email_from")) or False
