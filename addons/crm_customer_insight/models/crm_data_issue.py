from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..report import data_quality as sql
from ..tools import data_quality as rules
from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one
from .crm_customer_snapshot import TIERS

KINDS = [
    ("duplicate", "Duplicate"),
    ("missing", "Missing"),
    ("permission", "Contradictory permission"),
    ("contradiction", "Contradictory facts"),
]
CODES = [
    ("duplicate", "Probably the same"),
    ("shared_value", "Shared by too many"),
    ("no_address", "Neither e-mail nor telephone"),
    ("no_salesperson", "No salesperson"),
    ("no_country", "No country"),
    ("no_permission", "No permission recorded"),
    ("no_preferred", "No preferred channel"),
    ("no_contact", "No contact person"),
    ("fact_missing", "Fact not known"),
    ("fact_stale", "Fact to confirm"),
    ("blacklisted", "Permission granted, but blacklisted"),
    ("preferred_denied", "Preferred channel denied"),
    ("company_differs", "Person and company differ"),
    ("preferred_unreachable", "Preferred channel without address"),
    ("facts_differ", "Person and company have different facts"),
    ("vat_country", "VAT number of another country"),
]
#: What people at work may change; the rest is found by the calculation.
CHANGEABLE = {"state", "note", "ignored_by", "ignored_date"}


class CrmDataIssue(models.Model):
    """Something wrong with what we know about a customer, and what it does to the figures (C360-6).

    One row per cause. Rows are found and solved by the calculation ``data_quality``: a cause that
    vanished is solved, one that comes again is open again, and what somebody chose to ignore stays
    ignored. Revenue, profit and tier are those of the customer's current figures.
    """

    _name = "crm.data.issue"
    _description = "Data issue"
    _order = "touch_count desc, id"
    _log_access = False
    _person_data = PersonData(merge="recompute", person=("partner_id", "other_id"))

    kind = fields.Selection(KINDS, required=True, readonly=True)
    code = fields.Selection(CODES, "Cause", required=True, readonly=True)
    partner_id = BareMany2one("res.partner", "Contact", required=True, readonly=True, index=True)
    customer_id = BareMany2one("res.partner", "Customer", required=True, readonly=True, index=True)
    other_id = BareMany2one(
        "res.partner", "Other contact", readonly=True, index="btree_not_null",
        help="The probable duplicate, or the company with other data.",
    )  # fmt: skip
    attribute_id = fields.Many2one(
        "crm.profile.attribute", "Fact", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    channel_id = fields.Many2one(
        "crm.contact.channel", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    score = fields.Integer(
        "Points", readonly=True, aggregator=None,
        help="Duplicates: e-mail 35, telephone 25, VAT number 45, name up to 45, postal code 15, "
        "street 15; other VAT numbers −30, other streets −10. From 60 on they are shown. "
        "Shared values: how many contacts have it.",
    )  # fmt: skip
    reasons = fields.Char(readonly=True)
    detail = fields.Char(readonly=True)
    text = fields.Char("What is wrong", compute="_compute_text")
    effect = fields.Char(compute="_compute_effect", help="What stands on this record.")
    combined_tier = fields.Selection(
        TIERS, "Tier together", compute="_compute_combined_tier",
        help="Duplicates: the tier both would reach with their profits added up.",
    )  # fmt: skip
    since = fields.Date(readonly=True, help="Since when the cause is there.")
    found_date = fields.Date("Found on", required=True, readonly=True)
    solved_date = fields.Date("Solved on", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("ignored", "Ignored"), ("solved", "Solved")],
        required=True,
        default="open",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", readonly=True, ondelete="set null", index="btree_not_null",
        help="The customer's salesperson.",
    )  # fmt: skip
    note = fields.Char(help="Why it may stay as it is.")
    ignored_by = fields.Many2one(
        "res.users", "Ignored by", readonly=True, ondelete="set null", index="btree_not_null"
    )
    ignored_date = fields.Date("Ignored on", readonly=True)

    # Effect on the figures: those of the customer in the company the viewer works with
    touch_count = fields.Integer(
        "Touches", readonly=True, aggregator=None, help="Touches with the customer in 12 months."
    )
    currency_id = fields.Many2one(related="customer_id.insight_currency_id")
    revenue = fields.Monetary(
        related="customer_id.insight_revenue",
        string="Revenue concerned",
        aggregator=None,
        help="Revenue of the customer in the value window.",
    )
    profit = fields.Monetary(
        related="customer_id.insight_profit", string="Profit concerned", aggregator=None
    )
    tier = fields.Selection(related="customer_id.insight_tier", string="Tier")

    _cause_uniq = models.UniqueIndex(
        "(code, partner_id, COALESCE(other_id, 0), COALESCE(attribute_id, 0),"
        " COALESCE(channel_id, 0), (CASE WHEN code = 'shared_value' THEN detail ELSE '' END))"
    )
    _open_idx = models.Index("(user_id, kind) WHERE state = 'open'")

    # -- words ---------------------------------------------------------------------------------

    @api.depends("code", "score", "reasons", "detail", "attribute_id", "channel_id", "other_id")
    @api.depends_context("lang")
    def _compute_text(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for issue in self:
            issue.text = issue._text(labels.get(issue.code, ""))

    @api.depends("partner_id", "code")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for issue in self:
            issue.display_name = f"{issue.partner_id.display_name}: {labels.get(issue.code, '')}"

    def _text(self, label):
        match self.code:
            case "duplicate":
                names = [
                    self._reason_labels()[name] for name in (self.reasons or "").split(",") if name
                ]
                return self.env._("Alike: %(reasons)s", reasons=", ".join(names))
            case "shared_value":
                return self.env._(
                    "%(count)s contacts share “%(value)s”; they were not compared one by one.",
                    count=self.score, value=self.detail,
                )  # fmt: skip
            case "vat_country":
                return self.env._(
                    "The VAT number begins with %(code)s, the country is %(country)s.",
                    code=self.detail, country=self.partner_id.country_id.name,
                )  # fmt: skip
        about = self.attribute_id.name or self.channel_id.name
        return f"{label}: {about}" if about else label

    def _reason_labels(self):
        return {
            "email": self.env._("same e-mail"),
            "name": self.env._("similar name"),
            "number": self.env._("same telephone number"),
            "street": self.env._("same street"),
            "vat": self.env._("same VAT number"),
            "zip": self.env._("same postal code"),
        }

    @api.depends("code", "revenue", "touch_count", "combined_tier")
    @api.depends_context("lang", "company", "allowed_company_ids", "uid")
    def _compute_effect(self):
        for issue in self:
            issue.effect = issue._effect_text()

    def _effect_text(self):
        if self.combined_tier and self.combined_tier != self.tier:
            return self.env._("Together they would be tier %(tier)s.", tier=self.combined_tier)
        if self.code == "no_salesperson" and self.revenue:
            return self.env._("Nobody looks after this revenue.")
        if self.kind == "permission":
            return self.env._("Campaigns leave the contact out, or reach him against his will.")
        if self.code in ("no_address", "no_permission"):
            return self.env._("Campaigns do not reach the customer.")
        if self.touch_count:
            return self.env._("%(count)s touches stand on it.", count=self.touch_count)
        return False

    @api.depends("code", "partner_id", "other_id")
    @api.depends_context("company", "allowed_company_ids", "uid")
    def _compute_combined_tier(self):
        """With the viewer's rights: without the figures of both there is no sum to speak of."""
        self.combined_tier = False
        pairs = self.filtered(
            lambda issue: (
                issue.code == "duplicate"
                and issue.other_id.commercial_partner_id != issue.customer_id
            )
        )
        if not pairs:
            return
        floors = self._tier_floors()
        for issue in pairs:
            # only readable ones: the other contact may be a colleague's
            both = issue.customer_id | issue.other_id.commercial_partner_id
            if len(both._filtered_access("read").filtered("insight_tier")) == 2:
                profit = sum(both.mapped("insight_profit"))
                issue.combined_tier = rules.combined_tier(profit, floors)

    def _tier_floors(self):
        # sudo: where tiers begin is the same for everybody; no customer is named
        rows = self.env["crm.customer.snapshot"].sudo()._read_group(
            [*self.env["res.partner"]._insight_domain(), ("tier", "!=", False)],
            ["tier"], ["profit:min"],
        )  # fmt: skip
        return dict(rows)

    # -- changes -------------------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su and vals.keys() - CHANGEABLE:
            raise AccessError(self.env._("Issues are found by the calculation."))
        return super().write(vals)

    # -- actions -------------------------------------------------------------------------------

    def action_ignore(self):
        """It may stay as it is; the calculation does not ask again."""
        self.write(
            {
                "state": "ignored",
                "ignored_by": self.env.uid,
                "ignored_date": fields.Date.context_today(self),
            }
        )

    def action_reopen(self):
        """Look at it again after all."""
        self.write({"state": "open", "ignored_by": False, "ignored_date": False})

    def action_open_contact(self):
        """The contact, to correct it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_open_sharing(self):
        """Every contact that has the shared value."""
        self.ensure_one()
        self.check_access("read")
        column = {
            "email": "email_normalized",
            "number": "contact_number_ids.e164",
            "vat": "vat",
        }.get(self.reasons, "email_normalized")
        return {
            "type": "ir.actions.act_window",
            "name": self.detail,
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "form")],
            "domain": [(column, "=", self.detail)],
        }

    def action_merge(self):
        """Odoo's own merge, filled with the contacts of these issues."""
        self.check_access("read")
        partners = self.filtered("other_id").mapped(lambda issue: issue.partner_id | issue.other_id)
        if len(partners) < 2 or set(self.mapped("code")) != {"duplicate"}:
            raise UserError(self.env._("Choose issues about duplicates."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge contacts"),
            "res_model": "base.partner.merge.automatic.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": "res.partner", "active_ids": partners.ids},
        }

    # -- calculation ---------------------------------------------------------------------------

    @api.model
    def _recalculate(self, run):
        """Find issues for all customers; returns the number of rows that changed."""
        self.env.flush_all()
        # sudo: numbers follow the phone field whoever calculates
        self.env["crm.contact.number"].sudo()._drain()
        today = self.env["crm.customer.snapshot"]._data_date()
        for place, _name in enumerate(sql.collect(self.env, today), 1):
            run._tell(place, 7)
        changed = sql.write(self.env, today)
        run._tell(6, 7)
        sql.fill_month(self.env, today, today.replace(day=1))
        self.env.invalidate_all()
        return changed

    @api.model
    def _before_person_merge(self, sources, target):
        """Issues of the contact persons of a merged company go on under the other."""
        self.env.cr.execute(
            SQL(
                "UPDATE crm_data_issue SET customer_id = %s WHERE customer_id = ANY(%s)",
                target,
                sources,
            )
        )
