from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import early_warning

#: Fewer requests than these, before and after together, say nothing about an effect.
FEW = 5


class CrmServiceEducation(models.Model):
    """A measure that teaches all owners of a model what keeps coming back (SVC-E).

    Its effect is measured: new requests per 100 owners and month, as long before as after, and the
    ratio of the two with its 95 % interval.
    """

    _name = "crm.service.education"
    _description = "Education measure"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    name = fields.Char(required=True)
    kind = fields.Selection(
        [("article", "Article"), ("mail", "Mail"), ("training", "Training")],
        required=True,
        default="mail",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, index="btree_not_null"
    )
    cause_id = fields.Many2one(
        "crm.service.cause", index="btree_not_null", help="With it, only its requests count."
    )
    product_id = fields.Many2one("product.product", "Model", required=True, index=True)
    date = fields.Date("Carried out on", index=True)
    state = fields.Selection(
        [("draft", "Planned"), ("done", "Carried out"), ("cancelled", "Given up")],
        default="draft",
        required=True,
    )
    months = fields.Integer("Compare (months)", default=3, required=True)
    content = fields.Html("What owners should know")
    article_id = fields.Many2one(
        "crm.service.article",
        "Article for them",
        domain="[('state', '=', 'published'), ('company_id', 'in', [False, company_id])]",
        index="btree_not_null",
        help="The mail links to it where everybody may read it.",
    )
    told_ids = fields.One2many("crm.service.education.told", "education_id", "Owners told")
    request_ids = fields.One2many("crm.service.request", "education_id", "Requests to owners")

    # Effect
    owner_count = fields.Integer("Owners", compute="_compute_effect")
    before = fields.Float(compute="_compute_effect", help="Per 100 owners and month.")
    after = fields.Float(compute="_compute_effect", help="Per 100 owners and month.")
    effect_text = fields.Char("Effect", compute="_compute_effect")

    _months_positive = models.Constraint("CHECK(months > 0)", "Compare one month at least.")

    @api.depends("product_id", "cause_id", "date", "months", "state", "company_id")
    def _compute_effect(self):
        now = fields.Datetime.now()
        for measure in self:
            owners = measure._owners() if measure.product_id else self.env["res.partner"]
            measure.owner_count = len(owners)
            found = measure._effect(len(owners), now)
            measure.before = found.before if found else 0.0
            measure.after = found.after if found else 0.0
            measure.effect_text = measure._effect_words(found)

    def _effect_words(self, found):
        if not found:
            return self.env._("Not enough data")
        if found.ratio is None:
            return self.env._(
                "%(before).1f before, %(after).1f after", before=found.before, after=found.after
            )
        return self.env._(
            "%(before).1f before, %(after).1f after: "
            "%(change)+.0f %% (%(low)+.0f … %(high)+.0f %%)",
            before=found.before,
            after=found.after,
            change=100 * (found.ratio - 1),
            low=100 * (found.low - 1),
            high=100 * (found.high - 1),
        )

    def _effect(self, owners, now):
        """Requests before and after, in windows of the same length; ``None`` before it is over."""
        if not owners or self.state != "done" or not self.date:
            return None
        day = fields.Datetime.to_datetime(self.date)
        if now <= day:
            return None
        length = min(now, day + relativedelta(months=self.months)) - day
        months = length.total_seconds() / 86400 / 30.4375
        before = self._requests_between(day - length, day)
        after = self._requests_between(day, day + length)
        if before + after < FEW:
            return None
        return early_warning.effect(before, owners * months, after, owners * months)

    def _requests_between(self, start, end):
        """Requests of customers about the model; those we opened ourselves do not count."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("product_id", "=", self.product_id.id),
            ("proactive", "=", False),
            ("state", "!=", "cancelled"),
            ("date_open", ">=", start),
            ("date_open", "<", end),
        ]
        if self.cause_id:
            domain.append(("cause_id", "child_of", self.cause_id.id))
        # sudo: the effect is the same whoever looks
        return self.env["crm.service.request"].sudo().search_count(domain)

    def _owners(self):
        """Customers who have an asset of the model."""
        self.ensure_one()
        self.env["crm.customer.asset"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT commercial_partner_id FROM crm_customer_asset
                WHERE product_id = %s AND company_id = %s AND active AND out_on IS NULL
                    AND commercial_partner_id IS NOT NULL""",
                self.product_id.id,
                self.company_id.id,
            )
        )
        return self.env["res.partner"].browse(partner for (partner,) in rows)

    def action_open_owners(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Owners"),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": [("id", "in", self._owners().ids)],
        }

    def action_open_requests(self):
        self.ensure_one()
        domain = [("product_id", "=", self.product_id.id), ("proactive", "=", False)]
        if self.cause_id:
            domain.append(("cause_id", "child_of", self.cause_id.id))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Requests"),
            "res_model": "crm.service.request",
            "view_mode": "list,form,graph",
            "domain": domain,
        }

    def action_done(self):
        self.check_access("write")
        for measure in self:
            measure._check_article()
            measure.date = measure.date or fields.Date.context_today(self)
        self.state = "done"

    def _check_article(self):
        if self.kind == "article" and self.article_id.state != "published":
            raise UserError(self.env._("Choose a published article first."))

    def action_mail_owners(self):
        """Mail all owners who may be mailed, each once; the others stay for another time.

        Whether an owner may be mailed is decided as for any mail that he did not ask for:
        permission, blacklist, contact pressure and quiet hours.
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()  # two people who press at once mail each owner once
        if not (self.content or self.article_id):
            raise UserError(self.env._("Write what owners should know first."))
        mailed = self.told_ids.filtered(lambda told: told.kind == "mail").partner_id
        owners = self._owners()
        allowed = self._may_be_mailed(owners - mailed)
        if not allowed:
            raise UserError(self.env._("No owner may be mailed about this."))
        self._mail(allowed)
        return self._mailed_notice(len(allowed), len(owners - allowed))

    def _may_be_mailed(self, owners):
        email = self.env["crm.contact.channel"]._of_code("email")
        company = self.with_company(self.company_id).env
        decisions = owners.with_env(company)._contact_decisions(email) if owners else {}
        return owners.filtered(lambda owner: decisions[owner.id].allowed)

    def _mail(self, owners):
        told = self.env["crm.service.education.told"].create(
            [{"education_id": self.id, "partner_id": o.id, "kind": "mail"} for o in owners]
        )
        template = self.env.ref("crm_service_levels.mail_template_education")
        # sudo: the template is the product's; whom it goes to was decided above
        template.sudo().send_mail_batch(told.ids)

    def _mailed_notice(self, mailed, left):
        message = self.env._(
            "%(mailed)s owners are mailed; %(left)s have no address, do not want it or were told "
            "before.",
            mailed=mailed,
            left=left,
        )
        notice = {"type": "success", "message": message}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {**notice, "next": {"type": "ir.actions.client", "tag": "soft_reload"}},
        }

    def action_tell_owners(self):
        """One proactive request per owner who has none yet, all in one batch."""
        self.ensure_one()
        self.check_access("write")
        told = self.request_ids.commercial_partner_id
        owners = self._owners() - told
        if not owners:
            raise UserError(self.env._("All owners have been told already."))
        self.env["crm.service.request"].create(
            [
                {
                    "name": self.name,
                    "partner_id": owner.id,
                    "product_id": self.product_id.id,
                    "company_id": self.company_id.id,
                    "cause_id": self.cause_id.id,
                    "description": self.content,
                    "proactive": True,
                    "education_id": self.id,
                }
                for owner in owners
            ]
        )
