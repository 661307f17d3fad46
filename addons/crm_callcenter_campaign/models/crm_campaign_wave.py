from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.crm_campaign_roi.report import campaign_waves as sql

#: Why a call list calls somebody not, in the words of deliveries.
REASONS = {
    "twice": "duplicate",
    "register": "blacklisted",
    "elsewhere": "other_campaign",
}


class CrmCampaignWave(models.Model):
    """Waves by telephone: each person comes onto the wave's call list (CC-6, ROI-1)."""

    _inherit = "crm.campaign.wave"

    method = fields.Selection(
        selection_add=[("call", "Call list")], ondelete={"call": "set default"}
    )
    call_list_id = fields.Many2one(
        "crm.call.list",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="Whom the wave reaches comes onto this list; its script and limits hold.",
        string="Call list",
    )

    @api.constrains("call_list_id", "campaign_id")
    def _check_call_list_id(self):
        for wave in self:
            # sudo: who plans a wave need not see the waves of other campaigns
            others = wave.call_list_id.sudo().wave_ids.campaign_id - wave.campaign_id
            if others:
                raise ValidationError(
                    self.env._("%s is the call list of another campaign.", wave.call_list_id.name)
                )

    @api.model
    def _method_channels(self):
        return {**super()._method_channels(), "call": "phone"}

    @api.model
    def _executors(self):
        return {**super()._executors(), "call": self._fill_call_list}

    @api.model
    def _fixed_fields(self):
        return super()._fixed_fields() | {"call_list_id"}

    def _missing(self):
        missing = super()._missing()
        return [*missing, *self._call_list_missing()] if self.method == "call" else missing

    def _call_list_missing(self):
        # sudo: marketers read call lists no further than they are told here
        call_list = self.call_list_id.sudo()
        if not call_list:
            return [self.env._("It has no call list.")]
        if call_list.company_id != self.company_id:
            return [self.env._("Its call list belongs to another company.")]
        if call_list.state == "done":
            return [self.env._("Its call list has ended.")]
        try:
            call_list._check_ready()
        except UserError as error:
            return [str(error)]
        return []

    def _fill_call_list(self, now, commit=lambda: True):
        """Take whom the wave reaches onto the call list, and start it."""
        # sudo: who may run the wave may fill its list; nothing else is written
        call_list = self.call_list_id.sudo()
        call_list.campaign_id = self.campaign_id
        while rows := self._ready(now):
            call_list._add(_people(rows))
            self._note_entries(rows, call_list, now)
            self._rows_changed()
            if not commit():
                return False
        if call_list.state == "draft" and call_list.entry_ids:
            call_list.action_start()
        return True

    def _note_entries(self, rows, call_list, now):
        """What became of the rows: on the list, or left out and why."""
        entries = call_list.entry_ids.search(
            [
                ("list_id", "=", call_list.id),
                "|",
                ("partner_id", "in", rows.partner_id.ids),
                ("lead_id", "in", rows.lead_id.ids),
            ]
        )
        found = {entry.partner_id or entry.lead_id: entry for entry in entries}
        places = {row: found.get(row.partner_id or row.lead_id) for row in rows}
        going = rows.filtered(lambda row: places[row] and not places[row].left_out)
        ids = [places[row].id for row in going]
        self.env.cr.execute(sql.done(going.ids, "crm.call.list.entry", ids, now))
        for row in rows - going:
            reason = places[row].left_out if places[row] else "no_address"
            self.env.cr.execute(sql.left_out(row.ids, REASONS.get(reason, reason)))


def _people(rows):
    return SQL(
        """SELECT partner_id, CASE WHEN partner_id IS NULL THEN lead_id END, NULL::varchar, 0,
                  NULL::double precision
             FROM crm_campaign_delivery WHERE id = ANY(%s)""",
        rows.ids,
    )
