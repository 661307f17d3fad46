from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.contact_policy import format_quiet_hours, newest, parse_quiet_hours
from ..tools.person_data import PersonData

# What proves a permission: changing any of these keeps the earlier version as an archived record.
EVIDENCE = ("state", "origin", "origin_note", "date")
# What a renewed permission inherits from the one before it unless it says otherwise.
PREFERENCES = ("preferred", "quiet_from", "quiet_to")
# Marks our own bookkeeping in the context. An object, so that no remote caller can send it.
BOOKKEEPING = object()


class CrmContactPermission(models.Model):
    """Whether a contact may be contacted through a channel, since when and by whose word (C360-2).

    The active record of a contact and channel is the current permission; earlier versions are kept
    archived as evidence and cannot be changed. Whichever way a permission is recorded (form,
    import, code), ``create`` and ``write`` see to that, name the recorder and tell the contact's
    chatter.
    """

    _name = "crm.contact.permission"
    _description = "Contact permission"
    _order = "partner_id, channel_id, date desc, id desc"
    # Who said no is not written to because of a merge; else the latest word counts.
    _person_data = PersonData(
        merge="keep_best",
        key=("channel_id",),
        where="active",
        order="(state = 'denied') DESC, date DESC",
        loser="active = FALSE",
    )

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(
        "crm.contact.channel", required=True, ondelete="restrict", index=True
    )
    state = fields.Selection(
        [("granted", "Granted"), ("denied", "Denied")], "Permission", required=True, copy=True
    )
    preferred = fields.Boolean(
        "Preferred channel", help="One per contact; choosing it takes it from the others."
    )
    quiet_from = fields.Float("Quiet from", help="Hour in the contact's time zone.")
    quiet_to = fields.Float("Quiet until", help="Hour in the contact's time zone.")
    quiet_hours = fields.Char(
        "Quiet hours",
        compute="_compute_quiet_hours",
        readonly=False,
        help="In the contact's time zone, for example 20:00-08:00; empty: none.",
    )
    origin = fields.Selection(
        [
            ("form", "Web form"),
            ("portal", "Portal"),
            ("spoken", "Told us"),
            ("written", "In writing"),
            ("contract", "Contract"),
            ("import", "Import"),
            ("staff", "Entered by us"),
        ],
        "Source",
        required=True,
        help="Whose word it is. A change that names no source counts as entered by us.",
    )
    origin_note = fields.Char("Evidence", help="Where the proof is: document, call, mail …")
    date = fields.Datetime(
        "Since", required=True, default=lambda self: self._default_date(), help="When it was said."
    )
    user_id = fields.Many2one(
        "res.users",
        "Recorded by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
    )
    active = fields.Boolean(default=True)

    _current_uniq = models.UniqueIndex(
        "(partner_id, channel_id) WHERE active",
        "A contact has one current permission per channel; archive the earlier one.",
    )
    _preferred_uniq = models.UniqueIndex(
        "(partner_id) WHERE active AND preferred", "A contact has one preferred channel."
    )
    _preferred_granted = models.Constraint(
        "CHECK(NOT preferred OR state = 'granted')", "A denied channel cannot be the preferred one."
    )
    _quiet_hours_valid = models.Constraint(
        "CHECK(quiet_from >= 0 AND quiet_from < 24 AND quiet_to >= 0 AND quiet_to < 24)",
        "Quiet hours lie between 00:00 and 23:59.",
    )

    @api.model
    def _default_date(self):
        """An import says itself when the permission was given; today would be a guess."""
        return not self.env.context.get("import_file") and fields.Datetime.now()

    @api.depends("quiet_from", "quiet_to")
    def _compute_quiet_hours(self):
        for permission in self:
            permission.quiet_hours = format_quiet_hours(permission.quiet_from, permission.quiet_to)

    @api.constrains("date")
    def _check_date(self):
        # an hour of grace for browsers whose clock is fast
        latest = fields.Datetime.now() + timedelta(hours=1)
        for permission in self.filtered(lambda p: p.date > latest):
            raise ValidationError(
                self.env._(
                    "The permission of %(contact)s for %(channel)s lies in the future.",
                    contact=permission.partner_id.display_name,
                    channel=permission.channel_id.name,
                )
            )

    @api.depends("partner_id", "channel_id", "state")
    def _compute_display_name(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for permission in self:
            permission.display_name = self.env._(
                "%(contact)s, %(channel)s: %(state)s",
                contact=permission.partner_id.display_name or "",
                channel=permission.channel_id.name or "",
                state=labels.get(permission.state, ""),
            )

    @api.onchange("state")
    def _onchange_state(self):
        """Another answer needs a proof of its own."""
        if self._origin and self.state != self._origin.state:
            self.update({"origin": False, "origin_note": False, "date": fields.Datetime.now()})
            self.preferred = self.preferred and self.state == "granted"

    # Recording

    @api.model
    def _before_person_merge(self, sources, target):
        """Of several preferred channels of a merged contact the one stated last stays preferred."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_contact_permission SET preferred = FALSE
                    WHERE active AND preferred AND partner_id = ANY(%(all)s)
                      AND id <> (SELECT id FROM crm_contact_permission
                                  WHERE active AND preferred AND partner_id = ANY(%(all)s)
                                  ORDER BY date DESC, partner_id = %(target)s DESC, id LIMIT 1)""",
                all=[*sources, target],
                target=target,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        if self._is_bookkeeping():
            return super().create(vals_list)
        vals_list = [self._prepare_permission(vals) for vals in vals_list]
        self._settle_current(vals_list)
        self._settle_preferred(vals_list)
        permissions = super().create(vals_list)
        permissions.filtered("active")._log_on_partners()
        return permissions

    def write(self, vals):
        if self._is_bookkeeping():
            return super().write(vals)
        vals = self._read_quiet_hours(vals)
        self._check_changeable(vals)
        vals.pop("user_id", None)
        if vals.get("state") == "denied":
            vals["preferred"] = False
        if vals.get("preferred"):
            self._take_preferred()
        changed = self.filtered(lambda permission: permission._changes_evidence(vals))
        changed._keep_history()
        for permission in changed:
            super(CrmContactPermission, permission).write(permission._prepare_version(vals))
        super(CrmContactPermission, self - changed).write(vals)
        (self if "active" in vals else changed)._log_on_partners()
        return True

    def _bookkeeping(self):
        return self.with_context(contact_permission_bookkeeping=BOOKKEEPING)

    def _is_bookkeeping(self):
        return self.env.context.get("contact_permission_bookkeeping") is BOOKKEEPING

    def _prepare_version(self, vals):
        """A new answer has its own source and date; a corrected proof keeps what else it said."""
        vals = {**vals, "user_id": self.env.uid}
        if vals.get("state", self.state) == self.state:
            return vals
        return {"origin": "staff", "origin_note": False, "date": fields.Datetime.now(), **vals}

    @api.model
    def _prepare_permission(self, vals):
        """Complete values; the recorder is whoever is at work, whatever the values say."""
        vals = self._add_missing_default_values(self._read_quiet_hours(vals))
        vals["user_id"] = self.env.uid
        if vals.get("state") == "denied":
            vals["preferred"] = False
        return vals

    @api.model
    def _read_quiet_hours(self, vals):
        """A copy of the values, with quiet hours that were typed as text in their fields."""
        vals = dict(vals)
        if "quiet_hours" in vals:
            try:
                start, end = parse_quiet_hours(vals.pop("quiet_hours"))
            except ValueError as error:
                raise ValidationError(
                    self.env._("Write quiet hours like 20:00-08:00, not “%s”.", error)
                ) from error
            vals.update(quiet_from=start, quiet_to=end)
        return vals

    @api.model
    def _settle_current(self, vals_list):
        """Of what is current and what is new, the newest per contact and channel stays current."""
        groups = {}
        for vals in vals_list:
            if vals.get("active") and vals.get("partner_id") and vals.get("channel_id"):
                groups.setdefault((vals["partner_id"], vals["channel_id"]), []).append(vals)
        earlier = self._current_of(groups)
        superseded = self.browse()
        for key, candidates in groups.items():
            superseded += self._supersede(earlier.get(key, self.browse()), candidates)
        superseded._bookkeeping().write({"active": False})
        # the unique index is checked row by row: the earlier one goes before the new one comes
        superseded.flush_recordset(["active"])

    @api.model
    def _supersede(self, current, candidates):
        """Mark the candidate that becomes current, if any; return the permission it replaces."""
        dates = [*current.mapped("date"), *(self._moment_of(vals) for vals in candidates)]
        winner = newest(dates) - len(current)
        for position, vals in enumerate(candidates):
            vals["active"] = position == winner
        if winner < 0:
            return self.browse()
        self._inherit_preferences(current, candidates[winner])
        return current

    @api.model
    def _inherit_preferences(self, current, vals):
        for name in PREFERENCES:
            if current and name not in vals:
                vals[name] = current[name]
        vals["preferred"] = bool(vals.get("preferred") and vals.get("state") == "granted")

    @api.model
    def _current_of(self, keys):
        """Current permissions of (partner id, channel id) keys -> {key: permission}. One query."""
        if not keys:
            return {}
        partners, channels = (set(ids) for ids in zip(*keys, strict=True))
        # sudo: what is current does not depend on the user; creating checks his rights afterwards
        found = self.sudo().search([("partner_id", "in", partners), ("channel_id", "in", channels)])
        return {(p.partner_id.id, p.channel_id.id): p for p in found}

    @api.model
    def _moment_of(self, vals):
        return fields.Datetime.to_datetime(vals.get("date")) or fields.Datetime.now()

    @api.model
    def _settle_preferred(self, vals_list):
        """The last one chosen per contact is preferred; the earlier choice is unset first."""
        chosen = {}
        for vals in vals_list:
            if vals.get("preferred") and vals.get("active"):
                chosen.setdefault(vals["partner_id"], vals)["preferred"] = False
                chosen[vals["partner_id"]] = vals
                vals["preferred"] = True
        self._unset_preferred([("partner_id", "in", list(chosen))] if chosen else None)

    def _take_preferred(self):
        current = self.filtered("active")
        if len(current.partner_id) < len(current):
            raise ValidationError(self.env._("Choose one preferred channel per contact."))
        self._unset_preferred(
            [("partner_id", "in", current.partner_id.ids), ("id", "not in", current.ids)]
        )

    @api.model
    def _unset_preferred(self, domain):
        if domain is None:
            return
        # sudo: one preferred channel per contact, whoever chose it; the caller's rights are checked
        # where he chooses his
        others = self.sudo().search([*domain, ("preferred", "=", True)])
        others._bookkeeping().write({"preferred": False})
        # the unique index is checked row by row: the old choice goes before the new one comes
        others.flush_recordset(["preferred"])

    # Evidence

    def _check_changeable(self, vals):
        if self._is_moved(vals):
            raise UserError(
                self.env._(
                    "A permission stays with its contact and channel. Record a new one instead."
                )
            )
        if not all(self.mapped("active")) and not vals.keys() <= {"active"}:
            raise UserError(self.env._("Earlier permissions are evidence and cannot be changed."))
        if vals.get("active") and not all(self.mapped("active")):
            raise UserError(
                self.env._("An earlier permission cannot be revived. Record a new one instead.")
            )

    def _is_moved(self, vals):
        keys = vals.keys() & {"partner_id", "channel_id"}
        return any(permission[key].id != vals[key] for key in keys for permission in self)

    def _changes_evidence(self, vals):
        return self.active and any(
            (self._fields[name].convert_to_cache(vals[name], self) or False) != self[name]
            for name in EVIDENCE
            if name in vals
        )

    def _keep_history(self):
        """Archive a copy of the version that is about to change; the current record keeps its id,
        so that forms, references and imports by external id go on with it."""
        if self:
            self._bookkeeping().create([{**vals, "active": False} for vals in self.copy_data()])

    def _log_on_partners(self):
        lines = {}
        for permission in self:
            lines.setdefault(permission.partner_id, []).append(permission._log_line())
        partners = self.env["res.partner"].union(*lines)
        partners._message_log_batch(
            bodies={partner.id: Markup("<br/>").join(texts) for partner, texts in lines.items()}
        )

    def _log_line(self):
        if not self.active:
            return self.env._("Permission for %(channel)s withdrawn", channel=self.channel_id.name)
        state = dict(self._fields["state"]._description_selection(self.env))[self.state]
        origin = dict(self._fields["origin"]._description_selection(self.env))[self.origin]
        line = self.env._(
            "Permission for %(channel)s: %(state)s (source: %(origin)s)",
            channel=self.channel_id.name,
            state=state,
            origin=origin,
        )
        return f"{line}: {self.origin_note}" if self.origin_note else line
