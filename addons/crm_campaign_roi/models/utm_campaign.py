from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .crm_campaign_money_mixin import ROLES

ADDON = "crm_campaign_roi"
#: In the context while the phase is moved by its method; nobody outside can name this object.
_BY_METHOD = object()
#: Life of a campaign. Only the campaign's own methods move it (:meth:`UtmCampaign._set_phase`).
PHASES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("running", "Running"),
    ("finished", "Finished"),
    ("settled", "Settled"),
    ("cancelled", "Cancelled"),
]
#: Odoo's own fields that only marketers change once a campaign is more than a draft.
KEPT = {"title", "name", "user_id", "company_id", "active"}
#: From which phases the next ones can be reached.
MOVES = {
    "draft": {"submitted", "approved", "cancelled"},
    "submitted": {"draft", "approved", "cancelled"},
    "approved": {"draft", "running", "cancelled"},
    "running": {"finished", "cancelled"},
    "finished": {"running", "settled"},
    "settled": {"finished"},
    "cancelled": {"draft"},
}


class UtmCampaign(models.Model):
    """A campaign: Odoo's own, with a plan, a life and a result (ROI-1).

    What belongs to one part of the work is a mixin in a file of its own, named in ``_inherit``.
    """

    _name = "utm.campaign"
    _inherit = [
        "utm.campaign",
        "mail.thread",
        "mail.activity.mixin",
        "crm.campaign.approval.mixin",
        "crm.campaign.form.mixin",
        "crm.campaign.forecast.mixin",
        "crm.campaign.goal.mixin",
        "crm.campaign.lock.mixin",
        "crm.campaign.marketing.mixin",
        "crm.campaign.merge.mixin",
        "crm.campaign.money.mixin",
        "crm.campaign.return.mixin",
        "crm.campaign.response.mixin",
        "crm.campaign.tally.mixin",
        "crm.campaign.target.mixin",
        "crm.campaign.tree.mixin",
        "crm.campaign.uplift.mixin",
        "crm.campaign.wave.mixin",
        # the hooks come last: the mixins above extend them
        "crm.campaign.hooks.mixin",
    ]

    title = fields.Char(tracking=True)
    user_id = fields.Many2one(tracking=True)
    phase = fields.Selection(
        PHASES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand="_group_expand_phase",
    )
    is_template = fields.Boolean(
        "Template", help="Campaigns are copied from it; it is never run itself."
    )
    code = fields.Char(
        copy=False,
        help="Customers name this code when they order: it links the deal to the campaign.",
    )
    kind_id = fields.Many2one("crm.campaign.kind", index="btree_not_null", tracking=True)
    purpose_id = fields.Many2one("crm.campaign.purpose", index="btree_not_null")
    team_id = fields.Many2one("crm.team", "Sales team", index="btree_not_null")
    company_ids = fields.Many2many(
        "res.company",
        "crm_campaign_company_rel",
        "campaign_id",
        "company_id",
        "Taking part",
        help="Companies that run the campaign together; empty: the campaign's own company.",
    )
    date_start = fields.Date("Start", tracking=True)
    date_end = fields.Date("End", tracking=True)
    date_published = fields.Date(
        "Published",
        tracking=True,
        copy=False,
        help="The return window begins on this day; empty: on the first day of the campaign.",
    )
    window_months = fields.Integer(
        "Return window (months)",
        compute="_compute_window_months",
        store=True,
        readonly=False,
        precompute=True,
        help="How long after its publication deals count for the campaign (ROI-2).",
    )
    window_start = fields.Date(
        "Window start", compute="_compute_window", store=True, precompute=True
    )
    window_end = fields.Date(
        "Window end",
        compute="_compute_window",
        store=True,
        precompute=True,
        help="The last day that counts.",
    )
    brief = fields.Html(sanitize=True)
    product_ids = fields.Many2many(
        "product.product",
        "crm_campaign_product_rel",
        "campaign_id",
        "product_id",
        "Promoted products",
    )
    target_responses = fields.Integer("Target: responses", groups=ROLES)
    target_leads = fields.Integer("Target: leads", groups=ROLES)
    target_won = fields.Integer("Target: deals won", groups=ROLES)
    target_revenue = fields.Monetary("Target: revenue", groups=ROLES)
    target_return = fields.Float(
        "Target: return (%)",
        help="Profit divided by cost: 200 means two for every one spent.",
        groups=ROLES,
    )

    # Odoo's own counts: controllers open campaigns, too, and have no right to read mailings
    mailing_mail_count = fields.Integer(compute_sudo=True)
    ab_testing_mailings_count = fields.Integer(compute_sudo=True)

    _code_uniq = models.UniqueIndex(
        "(lower(code), COALESCE(company_id, 0)) WHERE code IS NOT NULL AND code <> ''",
        "Another campaign has this code.",
    )
    _window_positive = models.Constraint(
        "CHECK(window_months > 0)", "The return window is at least one month."
    )

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for campaign in self:
            if (
                campaign.date_start
                and campaign.date_end
                and campaign.date_end < campaign.date_start
            ):
                raise ValidationError(self.env._("A campaign ends after it has begun."))

    @api.depends("kind_id")
    def _compute_window_months(self):
        for campaign in self:
            campaign.window_months = campaign.kind_id.window_months or campaign.window_months or 3

    @api.depends("date_published", "date_start", "window_months")
    def _compute_window(self):
        """From publication, *window_months* calendar months, the last day included (ROI-2)."""
        for campaign in self:
            start = campaign.date_published or campaign.date_start
            campaign.window_start = start
            campaign.window_end = start and start + relativedelta(
                months=campaign.window_months, days=-1
            )

    @api.model
    def _group_expand_phase(self, phases, domain):
        """The board shows the whole way, also where nothing is; what was cancelled only if any."""
        return [key for key, _label in PHASES if key != "cancelled" or key in phases]

    # -- life ----------------------------------------------------------------------------------

    def write(self, vals):
        """Plans are changed by marketers; the phase by its own methods only.

        Odoo lets every employee write campaigns, because leads bring them along.

        :raises AccessError: when somebody else changes what this addon adds
        :raises UserError: when the phase is to be set by hand
        """
        if "phase" in vals and self.env.context.get("campaign_phase") is not _BY_METHOD:
            raise UserError(self.env._("Use the buttons of the campaign to go on."))
        if planned := self._plan_fields() & vals.keys():
            self._check_plan_role(planned)
        if self._is_kept(vals):
            self._check_marketer()
        return super().write(vals)

    def _is_kept(self, vals):
        """Whether Odoo's own fields are to be changed in campaigns that were applied for.

        Whose campaign it is says who may approve it, and with whose rights audiences are asked.
        """
        return not KEPT.isdisjoint(vals) and any(one.phase != "draft" for one in self)

    @api.model_create_multi
    def create(self, vals_list):
        """Every campaign begins as a draft, whatever is asked."""
        asked = set().union(*vals_list) - {"phase"}
        if not self._plan_fields().isdisjoint(asked):
            self._check_marketer()
        return super().create([{**vals, "phase": "draft"} for vals in vals_list])

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._only_looks())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Controllers and planners are offered no button for what they may not do."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._only_looks():
            arch.set("create", "0")
        return arch, view

    @api.model
    def _only_looks(self):
        """Whether somebody has a role in campaigns, but plans none."""
        roles = f"{ADDON}.group_campaign_controller,{ADDON}.group_campaign_planner"
        user = self.env.user
        return user.has_groups(roles) and not user.has_group(f"{ADDON}.group_campaign_user")

    @api.model
    def get_empty_list_help(self, help_message):
        """Who has campaigns already is not asked for the first one, only told where they are."""
        own = [("is_auto_campaign", "=", False), ("is_template", "=", False)]
        in_hand = self.env.context.get("search_default_filter_active_phase")
        if not in_hand or not self.search_count(own, limit=1):
            return super().get_empty_list_help(help_message)
        text = Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>') % (
            self.env._("No campaign is shown here"),
            self.env._("Remove the filters above to see those that are settled or cancelled."),
        )
        return super().get_empty_list_help(text)

    def _plan_fields(self):
        """Names of the fields that only this addon and its glue define."""
        return {
            name
            for name, field in self._fields.items()
            if field._modules and all(part.startswith(ADDON) for part in field._modules)
        }

    def _check_marketer(self):
        if not (self.env.su or self.env.user.has_group(f"{ADDON}.group_campaign_user")):
            raise AccessError(self.env._("Campaigns are planned and run by marketers."))
        self._check_companies()

    def _check_companies(self):
        """Odoo lets everybody read campaigns; their figures and methods are for those who work in
        the campaign's company, or in one that takes part.

        :raises AccessError: when a campaign belongs to other companies
        """
        if self.env.su:
            return
        own = self.env.companies
        # sudo: which companies take part, also those that the user may not read
        for campaign in self.sudo():
            taking_part = campaign.company_id | campaign.company_ids
            if taking_part and not taking_part & own:
                raise AccessError(
                    self.env._("%s is a campaign of another company.", campaign.title)
                )

    def _set_phase(self, phase):
        """Move to *phase* where that is possible; the hooks are asked first and told afterwards.

        :raises UserError: when the campaign cannot go there from where it is
        """
        self._check_marketer()
        for campaign in self:
            if phase not in MOVES[campaign.phase]:
                raise UserError(campaign._cannot_move(phase))
        self._before_phase(phase)
        self.with_context(campaign_phase=_BY_METHOD).write({"phase": phase})
        self._after_phase(phase)
        self._phase_moved(phase)

    def _cannot_move(self, phase):
        names = dict(self._fields["phase"]._description_selection(self.env))
        return self.env._(
            "%(campaign)s is %(now)s and cannot become %(next)s.",
            campaign=self.title,
            now=names[self.phase],
            next=names[phase],
        )

    def _before_phase(self, phase):
        result = super()._before_phase(phase)
        if phase == "running" and (template := self.filtered("is_template")[:1]):
            raise UserError(
                self.env._("%(name)s is a template. Make a campaign of it.", name=template.title)
            )
        return result

    def _after_phase(self, phase):
        result = super()._after_phase(phase)
        if phase == "running":
            today = fields.Date.context_today(self)
            for campaign in self.filtered(lambda campaign: not campaign.date_published):
                campaign.date_published = max(today, campaign.date_start or today)
        return result

    def action_start(self):
        """Run the campaign: its window opens, its waves may go out."""
        self._set_phase("running")

    def action_finish(self):
        """Nothing goes out any more; results are still counted to the end of the window."""
        self._set_phase("finished")

    def action_cancel(self):
        """Give the campaign up; what it cost stays."""
        self._set_phase("cancelled")

    def _retire(self, kept):
        """Closed for good, whatever its phase: everything of it went to *kept*."""
        gone = self.with_context(campaign_phase=_BY_METHOD)
        gone.write({"phase": "cancelled", "active": False, "merged_into_id": kept.id})

    def action_to_draft(self):
        """Back to the draft, to change it and apply again."""
        self._set_phase("draft")

    def action_copy_template(self):
        """Make a campaign of a template and open it."""
        self.ensure_one()
        self._check_marketer()
        mine = {"title": self.title, "is_template": False, "user_id": self.env.uid}
        copy = self.copy({**mine, **self._template_dates()})
        return {
            "type": "ir.actions.act_window",
            "res_model": "utm.campaign",
            "res_id": copy.id,
            "views": [(False, "form")],
        }
