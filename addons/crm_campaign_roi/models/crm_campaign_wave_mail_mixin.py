from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report import campaign_waves as sql

#: Failures that have nothing to do with the recipient: the server, or our own sender.
PASSING = ("unknown", "mail_smtp", "mail_from_invalid", "mail_from_missing")
#: A recipient's own link in a mail, in the colors that Odoo gives buttons.
BUTTON = Markup(
    '<a href="{url}" style="display:inline-block;padding:10px 20px;border-radius:4px;'
    'background-color:#714B67;color:#FFFFFF;text-decoration:none;">{label}</a>'
)


class CrmCampaignWaveMailMixin(models.AbstractModel):
    """A wave by mail: Odoo's mass mailing sends, traces, unsubscribes and restarts (ROI-1).

    There is one mailing per variant and model of recipients. Its domain finds whoever is ready;
    Odoo sends to those without a trace, so a mailing that was killed goes on with the others.
    """

    _name = "crm.campaign.wave.mail.mixin"
    _description = "Wave by mail"

    mailing_ids = fields.One2many("mailing.mailing", "wave_id", "Mailings")
    mailing_count = fields.Integer("Number of mailings", compute="_compute_mailing_count")

    retry_count = fields.Integer("May be sent again", compute="_compute_retry_count")

    def _compute_retry_count(self):
        counts = dict(
            self.env["crm.campaign.delivery"]._read_group(
                [("wave_id", "in", self.ids), *self._passing()], ["wave_id"], ["__count"]
            )
        )
        for wave in self:
            wave.retry_count = counts.get(wave._origin, 0)

    def _passing(self):
        """Domain on the rows whose mail failed for a reason that may be over by now."""
        return [
            ("state", "=", "failed"),
            ("res_model", "=", "mailing.trace"),
            ("reasons", "in", PASSING),
        ]

    def action_retry(self):
        """Send again to those whose mail failed for a passing reason, and to nobody else.

        They are decided about anew: who has denied mails since then gets none.

        :raises UserError: when there is nobody, or the campaign does not run
        """
        self._check_marketer()
        self.check_access("write")
        for wave in self:
            wave._take_traces()
            rows = self.env["crm.campaign.delivery"].search(
                [("wave_id", "=", wave.id), *self._passing()]
            )
            if wave.campaign_id.phase != "running" or wave.state not in ("running", "done"):
                raise UserError(self.env._("%s does not run any more.", wave.name))
            if not rows:
                raise UserError(self.env._("No mail of %s failed for a passing reason.", wave.name))
            wave._forget_mails(rows.mapped("res_id"))
            self.env.cr.execute(sql.retry(rows.ids))
            if wave.state == "done":
                wave._move("running")
            wave._rows_changed()
        self._trigger()

    def _forget_mails(self, trace_ids):
        """Delete failed mails with their traces, so that Odoo's mailing sends them once more."""
        # sudo: mails are deleted by the system; the role was asked before
        traces = self.env["mailing.trace"].sudo().browse(trace_ids).exists()
        traces.mail_mail_id.unlink()
        traces.exists().unlink()
        self.env.flush_all()

    def _compute_mailing_count(self):
        counts = dict(
            self.env["mailing.mailing"]._read_group(
                [("wave_id", "in", self.ids)], ["wave_id"], ["__count"]
            )
        )
        for wave in self:
            wave.mailing_count = counts.get(wave._origin, 0)

    def _send_mails(self, now, commit=lambda: True):
        """Put mailings in the queue for whoever is ready."""
        self.env["crm.campaign.delivery"].flush_model()
        for variant, is_contact in self.env.execute_query(sql.mail_parts(self, now)):
            mailing = self._mailing(variant, "res.partner" if is_contact else "crm.lead")
            if mailing.state not in ("in_queue", "sending"):
                mailing.action_put_in_queue()
        return commit()

    def _take_traces(self):
        """Bring the rows up to what became of their mails."""
        self.env.flush_all()
        self.env.cr.execute(sql.take_traces(self.ids, self._trace_reasons()))
        self._rows_changed()

    @api.model
    def _trace_reasons(self):
        """``{kind of failure of a trace: reason of a row}`` of who was left out; others had no
        address. Extended by glue.
        """
        return {"mail_bl": "blacklisted", "mail_optout": "denied", "mail_dup": "duplicate"}

    def _mailing(self, variant, model):
        """The mailing of a variant and model, with the text as it is now."""
        values = self._mailing_values(variant, model)
        found = self.mailing_ids.filtered(
            lambda mailing: (
                (mailing.wave_variant or "") == variant and mailing.mailing_model_real == model
            )
        )
        if not found:
            return self._create_mailing(values)
        if found.state not in ("in_queue", "sending"):
            found.write({name: values[name] for name in self._mailing_changing()})
        return found

    def _mailing_changing(self):
        """What a mailing takes from the wave anew each time; extended by glue."""
        return ("subject", "body_html", "body_arch", "email_from")

    def _create_mailing(self, values):
        mailing = self.env["mailing.mailing"].create(values)
        # Its own number is in the domain: known only now.
        mailing.mailing_domain = repr([("campaign_mailing_ids", "in", mailing.ids)])
        return mailing

    def _mailing_values(self, variant, model):
        content = self._content(variant)
        parts = [self.campaign_id.title, self.name, variant]
        return {
            "name": " · ".join(part for part in parts if part),
            "subject": content.subject or self.subject,
            "body_arch": content.body_html,
            "body_html": content.body_html,
            "email_from": self.email_from,
            "reply_to_mode": "new",
            "reply_to": self.email_from,
            "mailing_type": "mail",
            "mailing_model_id": self.env["ir.model"]._get_id(model),
            "mailing_domain": repr([("id", "in", [])]),
            "campaign_id": self.campaign_id.id,
            "user_id": self.user_id.id,
            "wave_id": self.id,
            "wave_variant": variant,
            "keep_archives": True,
        }

    def action_open_mailings(self):
        """Open the mailings with Odoo's figures."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mass_mailing.mailing_mailing_action_mail"
        )
        return {**action, "domain": [("wave_id", "=", self.id)], "context": {}}
