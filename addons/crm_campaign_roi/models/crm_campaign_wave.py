import base64
from datetime import timedelta

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, is_html_empty

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..report import campaign_waves as sql
from .crm_campaign_block import PLACE
from .crm_campaign_money_mixin import ROLES

ADDON = "crm_campaign_roi"
#: How a wave reaches people; glue adds methods with ``selection_add``.
METHODS = [
    ("mail", "E-mail"),
    ("letter", "Letter"),
    ("task", "Task for the salesperson"),
    ("link", "Link"),
]
STATES = [
    ("draft", "Draft"),
    ("ready", "Ready"),
    ("running", "Running"),
    ("paused", "Paused"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
#: From which states the next ones can be reached.
MOVES = {
    "draft": {"ready", "running", "cancelled"},
    "ready": {"draft", "running", "cancelled"},
    "running": {"paused", "done", "cancelled"},
    "paused": {"running", "done", "cancelled"},
    "done": {"running"},  # by action_retry alone: start and resume refuse it
    "cancelled": {"draft"},
}
#: The place of the link to the wave's web form: ``[[form]]``.
FORM = "form"
#: The place of the recipient's name: ``[[name]]``.
NAME = "name"
#: What stays as it is once somebody may have got the wave.
FIXED = {
    "campaign_id",
    "method",
    "channel_id",
    "after_wave_id",
    "response_group_id",
    "auto_reply",
    "variant",
}
#: Only the wave's own methods have this object: no call from outside can put it into a context.
MOVING = object()


class CrmCampaignWave(models.Model):
    """One measure of a campaign: who gets what, through which channel, when (ROI-1).

    Its persons are targets of the campaign; each gets one row (``crm.campaign.delivery``).
    """

    _name = "crm.campaign.wave"
    _inherit = [
        "mail.thread",
        "crm.campaign.text.mixin",
        "crm.campaign.wave.mail.mixin",
        "crm.campaign.wave.material.mixin",
        "crm.campaign.wave.paper.mixin",
        "crm.campaign.wave.plan.mixin",
    ]
    _description = "Campaign wave"
    # Nobody but its sender is named: the look-up finds a wave by his address.
    _person_data = PersonData(person=(), erase="keep", email="email_from")
    _order = "campaign_id, sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    campaign_phase = fields.Selection(related="campaign_id.phase", string="Phase of the campaign")
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True, index=True
    )
    problem = fields.Char(
        readonly=True, copy=False, help="Why the wave was paused by the job that runs it."
    )

    # How
    method = fields.Selection(METHODS, required=True, default="mail")
    by_mail = fields.Boolean("Sent as a mail", compute="_compute_by_mail")
    channel_id = fields.Many2one(
        "crm.contact.channel",
        compute="_compute_channel_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="Permission, pressure and cost are those of this channel.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, index="btree_not_null"
    )
    email_from = fields.Char(
        "Sender", default=lambda self: self.env.user.email_formatted, help="Name and address."
    )
    content_ids = fields.One2many(
        "crm.campaign.wave.content", "wave_id", "Texts of variants", copy=True
    )
    block_ids = fields.One2many("crm.campaign.block", "wave_id", "Personal blocks", copy=True)
    form_id = fields.Many2one(
        "crm.campaign.form",
        "Web form",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('campaign_id', '=', campaign_id)]",
        help="[[form]] in the text becomes a link by which the recipient is known.",
    )

    # Who
    variant = fields.Char("Only variant", help="Empty: every variant of the campaign.")
    after_wave_id = fields.Many2one(
        "crm.campaign.wave",
        "After wave",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('campaign_id', '=', campaign_id), ('id', '!=', id)]",
        help="Each person is asked about so many days after that wave has reached him.",
    )
    wait_days = fields.Integer("Days after", default=7)

    # When
    date_planned = fields.Datetime("Not before", help="Empty: as soon as the wave is started.")
    use_local_hour = fields.Boolean("At the recipient's hour")
    local_hour = fields.Float(
        "Hour", default=9.0, help="By the clock where the recipient lives (9:30 is 9.5)."
    )
    throttle = fields.Integer("At most per hour", help="0: as many as possible.")
    patience_days = fields.Integer(
        "Patience (days)",
        default=3,
        help="How long the wave waits for quiet hours or contact pressure to pass before it leaves "
        "somebody out.",
    )

    delivery_ids = fields.One2many("crm.campaign.delivery", "wave_id", "Deliveries", copy=False)
    new_count = fields.Integer("To decide", compute="_compute_counts")
    planned_count = fields.Integer("Planned", compute="_compute_counts")
    left_out_count = fields.Integer("Left out", compute="_compute_counts")
    sent_count = fields.Integer("Sent", compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")
    planned_cost = fields.Monetary(
        "Cost of what is planned and sent",
        compute="_compute_counts",
        help="By the rate of the channel; contacts without a rate are not in it.",
        groups=ROLES,
    )

    _throttle_positive = models.Constraint(
        "CHECK(throttle >= 0 AND wait_days >= 0 AND patience_days >= 0)",
        "Days and numbers per hour are not negative.",
    )
    _hour_range = models.Constraint(
        "CHECK(local_hour >= 0 AND local_hour < 24)", "An hour is between 0:00 and 23:59."
    )

    @api.depends("method")
    def _compute_channel_id(self):
        """The channel of the method; another one can be chosen."""
        codes = self._method_channels()
        found = self.env["crm.contact.channel"].search([("code", "in", list(codes.values()))])
        channels = {channel.code: channel for channel in found}
        for wave in self:
            wave.channel_id = channels.get(codes.get(wave.method)) or wave.channel_id

    @api.depends("method")
    def _compute_by_mail(self):
        for wave in self:
            wave.by_mail = wave.method in self._mail_methods()

    @api.model
    def _mail_methods(self):
        """Methods that are sent by Odoo's mass mailing as mails, extended by glue."""
        return {"mail"}

    @api.model
    def _method_channels(self):
        """``{method: code of the channel}``, extended by glue."""
        mails = dict.fromkeys(self._mail_methods(), "email")
        return {**mails, "letter": "letter", "task": "phone", "link": "web"}

    @api.depends("delivery_ids")
    def _compute_counts(self):
        rows = self.env["crm.campaign.delivery"]._read_group(
            [("wave_id", "in", self.ids)], ["wave_id", "state"], ["__count", "cost:sum"]
        )
        found = {(wave.id, state): (count, cost or 0.0) for wave, state, count, cost in rows}
        for wave in self:
            for state in ("new", "planned", "left_out", "sent", "failed"):
                wave[f"{state}_count"] = found.get((wave._origin.id, state), (0, 0.0))[0]
            wave.planned_cost = sum(
                found.get((wave._origin.id, state), (0, 0.0))[1] for state in ("planned", "sent")
            )

    @api.constrains("form_id", "campaign_id")
    def _check_form_id(self):
        for wave in self:
            if wave.form_id and wave.form_id.campaign_id != wave.campaign_id:
                raise ValidationError(
                    self.env._("%s is a web form of another campaign.", wave.form_id.name)
                )

    @api.constrains("after_wave_id", "campaign_id")
    def _check_after_wave_id(self):
        if self._has_cycle("after_wave_id"):
            raise ValidationError(self.env._("A wave cannot come after itself."))
        for wave in self:
            if wave.after_wave_id and wave.after_wave_id.campaign_id != wave.campaign_id:
                raise ValidationError(
                    self.env._("%(wave)s comes after a wave of another campaign.", wave=wave.name)
                )

    # -- who -----------------------------------------------------------------------------------

    def _condition_sql(self):
        """SQL of the ids of the targets who fit: all who are to be treated, of the wave's variant.

        Response groups narrow it (``super()``). With an earlier wave, it is asked about each target
        ``wait_days`` after that wave has reached him.
        """
        return self._targets_sql()

    def _targets_sql(self):
        """SQL of the ids of the targets who may get the wave at all, whatever they answer."""
        self.ensure_one()
        variant = SQL("AND variant = %s", self.variant) if self.variant else SQL()
        return SQL(
            """
            SELECT id FROM crm_campaign_target
            WHERE campaign_id = %s AND state = 'in' AND arm = 'treated' %s
            """,
            self.campaign_id._origin.id or None,
            variant,
        )

    def _may_grow(self, now):
        """Whether somebody may still come up after everybody of today has got the wave.

        That is as long as the earlier wave goes on, somebody's days after it are not over, or
        people may answer: a wave to a response group is open until the campaign ends.
        """
        self.ensure_one()
        if self.response_group_id:
            return True
        earlier = self.after_wave_id
        if not earlier or earlier.state not in ("done", "cancelled"):
            return bool(earlier)
        since = now - timedelta(days=self.wait_days)
        domain = [("wave_id", "=", earlier.id), ("state", "=", "sent"), ("sent_at", ">", since)]
        return bool(self.env["crm.campaign.delivery"].search_count(domain, limit=1))

    # -- what ----------------------------------------------------------------------------------

    def _content(self, variant):
        """The record that holds the text for *variant*: a text of its own, or the wave."""
        own = self.content_ids.filtered(lambda content: content.variant == (variant or ""))
        return own[:1] or self

    def _put_in_blocks(self, html, texts):
        """*html* with ``{placeholder: text}`` put in; places without a text become empty."""
        return Markup(PLACE.sub(lambda match: escape(texts.get(match[1], "")), str(html or "")))

    def _own_places(self):
        """Names of the places that the wave itself fills, besides its blocks; for ``super()``."""
        named = any(NAME in PLACE.findall(str(text or "")) for text in self._texts_with_places())
        return ({FORM} if self.form_id else set()) | ({NAME} if named else set())

    def _places(self, model, res_ids, **context):
        """``{recipient id: {placeholder: text}}``: the blocks, and what the wave itself fills in.

        The same queries whatever the number of recipients. *context* is for the blocks' texts.
        """
        texts = self.block_ids.with_context(**context)._texts(model, res_ids)
        for person in self.env[model].browse(res_ids):
            texts[person.id].setdefault(NAME, self._name_of(person))
        if self.form_id:
            for res_id, link in self._form_links(model, res_ids).items():
                texts[res_id].setdefault(FORM, link)
        return texts

    def _name_of(self, person):
        """How a contact or lead is spoken to; the title of a lead is that of a deal."""
        if person._name == "crm.lead":
            return person.contact_name or person.partner_name or person.name
        return person.name or ""

    def _rows_of(self, model, res_ids):
        """``{recipient id: delivery}`` of contacts or leads; none in a preview, whose links are
        not those of the recipient: whoever looks at it would answer for him.
        """
        if self.env.context.get("campaign_preview"):
            return {}
        field = "partner_id" if model == "res.partner" else "lead_id"
        # sudo: whoever may send the wave may tell its recipients apart
        rows = self.env["crm.campaign.delivery"].sudo()
        found = rows.search([("wave_id", "in", self.ids), (field, "in", list(res_ids))])
        return {row[field].id: row for row in found}

    def _langs_of(self, model, res_ids):
        """``{recipient id: code of his language or False}``"""
        people = self.env[model].browse(res_ids)
        field = "lang" if model == "res.partner" else "lang_code"
        return {person.id: person[field] or False for person in people}

    def _form_links(self, model, res_ids):
        """``{recipient id: link to the form}``; who has no delivery (a test) gets everybody's."""
        rows = self._rows_of(model, res_ids)
        urls = self.form_id._personal_urls(self.env["crm.campaign.delivery"].union(*rows.values()))
        urls = {res_id: urls[rows[res_id].id] if res_id in rows else None for res_id in res_ids}
        return {res_id: self._form_link(url or self.form_id.url) for res_id, url in urls.items()}

    def _form_link(self, url):
        """The link as it stands in a mail; in a letter as a code to scan, and written out."""
        label = self.form_id.button or self.form_id.name
        if self.method != "letter":
            return Markup('<a href="%s">%s</a>') % (url, label)
        image = self.env["ir.actions.report"].barcode("QR", url, width=160, height=160)
        data = base64.b64encode(image).decode()
        return Markup('<img src="data:image/png;base64,%s" alt="%s"/><br/><a href="%s">%s</a>') % (
            data,
            label,
            url,
            label,
        )

    def _personal_texts(self, variant, model, res_ids):
        """``{recipient id: (subject, text)}`` with blocks put in."""
        content = self._content(variant)
        # as mails have it: a text without a subject has that of the wave
        titled = content if content.subject else self
        subjects = titled._render_text("subject", model, res_ids)
        bodies = content._render_text("body_html", model, res_ids)
        places = self._places(model, res_ids)
        return {
            res_id: (subjects[res_id], self._put_in_blocks(bodies[res_id], places[res_id]))
            for res_id in res_ids
        }

    def _as_preview(self, subject, text):
        """(subject, text as HTML) as the recipient sees them; extended by glue."""
        return subject, text

    def _preview_to(self, person):
        """Where it goes: the address by post or mail; extended by glue."""
        if self.method == "letter":
            is_contact = person._name == "res.partner"
            return person.contact_address_inline if is_contact else person._letter_address()
        return person.email_normalized if self.by_mail else person.display_name

    def _missing(self):
        """What must be there before the wave can go out: a list of sentences."""
        missing = []
        written = self.by_mail or self.method == "letter"
        if written and is_html_empty(self.body_html):
            missing.append(self.env._("It has no text."))
        if (written or self.method == "task") and not self.subject:
            missing.append(self.env._("It has no subject."))
        if self.by_mail and not self.email_from:
            missing.append(self.env._("It has no sender."))
        if self.method == "link" and not (self.url or self.form_id):
            missing.append(self.env._("It has no address to lead to."))
        if self.method not in self._executors():
            missing.append(self.env._("Its method is not installed any more."))
        known = {*self.block_ids.mapped("name"), *self._own_places()}
        texts = self._texts_with_places()
        unknown = {name for text in texts for name in PLACE.findall(str(text or ""))} - known
        blocks = [self.env._("There is no block for [[%s]].", name) for name in sorted(unknown)]
        return [*missing, *blocks, *self._material_missing()]

    def _texts_with_places(self):
        """The texts in which placeholders may stand; extended by glue."""
        return [self.body_html, *self.content_ids.mapped("body_html")]

    # -- life ----------------------------------------------------------------------------------

    def write(self, vals):
        """The state moves by buttons; what decides who gets it is fixed once it has begun."""
        if "state" in vals and self.env.context.get("wave_move") is not MOVING:
            raise UserError(self.env._("Use the buttons of the wave to go on."))
        begun = self.filtered(lambda wave: wave._has_begun())
        if begun and not self._fixed_fields().isdisjoint(vals):
            raise UserError(self.env._("%s has begun: who gets it stays as it is.", begun[0].name))
        return super().write(vals)

    @api.model
    def _fixed_fields(self):
        """What stays as it is once somebody may have got the wave; extended by glue."""
        return FIXED

    @api.model_create_multi
    def create(self, vals_list):
        """Every wave begins as a draft, whatever is asked."""
        return super().create([{**vals, "state": "draft", "problem": False} for vals in vals_list])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        begun = self.filtered(lambda wave: wave.state in ("running", "paused", "done"))
        if begun:
            raise UserError(
                self.env._("%s has begun. Cancel it; what went out is kept.", begun[0].name)
            )
        if found := self._gone_out():
            raise UserError(
                self.env._("%s went out to some already: it is kept.", found.wave_id.name)
            )

    def _gone_out(self):
        """One delivery of these waves that was tried, if there is any."""
        # sudo: what went out counts, whoever asks
        deliveries = self.env["crm.campaign.delivery"].sudo()
        went_out = [("wave_id", "in", self.ids), ("state", "in", ("sent", "failed"))]
        return deliveries.search(went_out, limit=1)

    def _has_gone_out(self):
        return bool(self._gone_out())

    def _has_begun(self):
        return self.state not in ("draft", "ready")

    def _check_marketer(self):
        if not (self.env.su or self.env.user.has_group(f"{ADDON}.group_campaign_user")):
            raise AccessError(self.env._("Waves are run by marketers."))

    def _move(self, state, **values):
        for wave in self:
            if state not in MOVES[wave.state]:
                names = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(wave)s is %(now)s and cannot become %(next)s.",
                        wave=wave.name,
                        now=names[wave.state],
                        next=names[state],
                    )
                )
        self.with_context(wave_move=MOVING).write({"state": state, **values})

    def _check_complete(self):
        for wave in self:
            if missing := wave._missing():
                raise UserError("\n".join([self.env._("%s cannot go out:", wave.name), *missing]))

    def action_ready(self):
        """Let the wave start by itself with the campaign."""
        self._check_marketer()
        self._check_complete()
        self._move("ready")
        self._record_material()

    def action_start(self):
        """Run the wave; the job begins in a moment.

        :raises UserError: when the campaign does not run or something is missing
        """
        self._check_marketer()
        self._check_complete()
        for wave in self:
            if wave.state == "done":
                raise UserError(self.env._("%s is done.", wave.name))
            if wave.campaign_id.phase != "running":
                raise UserError(
                    self.env._("Start the campaign first, or make the wave ready to start with it.")
                )
            wave._check_somebody()
        self._move("running", problem=False)
        self._record_material()
        self.env.flush_all()
        for wave in self:
            # rows of a simulation are no plan
            self.env.cr.execute(sql.forget(wave))
        self._make_link()
        self._rows_changed()
        self._trigger()

    def _check_somebody(self):
        """:raises UserError: when the wave would be done at once, for nobody"""
        campaign = self.campaign_id
        if self.method != "link" and not (campaign.audience_ids or campaign._has_targets()):
            raise UserError(
                self.env._("%s goes to nobody: choose an audience first.", campaign.title)
            )

    def action_pause(self):
        """Send nothing more until it is resumed."""
        self._check_marketer()
        self._move("paused")

    def action_resume(self):
        """Go on with those who have not got it; everybody is decided anew."""
        self._check_marketer()
        self._check_complete()
        if done := self.filtered(lambda wave: wave.state == "done")[:1]:
            raise UserError(self.env._("%s is done.", done.name))
        self._move("running", problem=False)
        self.env.flush_all()
        for wave in self:
            self.env.cr.execute(sql.decide_afresh(wave))
        self._rows_changed()
        self._trigger()

    def action_cancel(self):
        """Give the wave up; who has got it keeps his row."""
        self._check_marketer()
        self._move("cancelled")
        self._drop_waiting()

    def _end(self):
        """Done, although somebody was still waiting: the campaign is over."""
        self._move("done")
        self._drop_waiting()

    def _drop_waiting(self):
        """Whoever was still to get it is left out."""
        self.env.flush_all()
        for wave in self:
            nobody = SQL("SELECT id FROM crm_campaign_target WHERE FALSE")
            self.env.cr.execute(sql.drop(wave, nobody, "cancelled"))
        self._rows_changed()

    def action_to_draft(self):
        """Back to the draft, to change it."""
        self._check_marketer()
        self._move("draft")
        self._forget_material()

    def _rows_changed(self):
        self.env["crm.campaign.delivery"].invalidate_model()
        self.invalidate_recordset()

    def _trigger(self, at=None):
        # sudo: jobs are triggered by whoever starts something
        self.env.ref(f"{ADDON}.ir_cron_campaign_waves").sudo()._trigger(at=at)

    # -- looking -------------------------------------------------------------------------------

    def action_open_deliveries(self):
        """Open the rows of the wave's persons, in the state that the button names."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"{ADDON}.action_crm_campaign_delivery"
        )
        state = self.env.context.get("delivery_state")
        context = {f"search_default_filter_{state}": 1} if state else {}
        if state == "left_out":
            context["search_default_group_reason"] = 1
        return {**action, "domain": [("wave_id", "=", self.id)], "context": context}
