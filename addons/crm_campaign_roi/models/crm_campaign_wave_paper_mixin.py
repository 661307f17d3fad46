import base64

from odoo import fields, models
from odoo.tools import html2plaintext

from ..report import campaign_waves as sql
from ..tools.merge_file import merge_file
from .crm_campaign_wave_plan_mixin import MAKE

LETTER_REPORT = "crm_campaign_roi.action_report_campaign_letter"


class CrmCampaignWavePaperMixin(models.AbstractModel):
    """Waves by letter, by a task for the salesperson, by a link (ROI-1)."""

    _name = "crm.campaign.wave.paper.mixin"
    _description = "Wave by letter, task or link"

    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Kind of task",
        index="btree_not_null",
        domain="[('res_model', 'in', (False, 'res.partner'))]",
    )
    url = fields.Char("Address", help="Page that the link leads to, with the campaign's marks.")
    link_id = fields.Many2one("link.tracker", "Tracked link", readonly=True, copy=False)
    short_url = fields.Char("Short link", related="link_id.short_url")
    link_clicks = fields.Integer("Clicks", related="link_id.count")
    file_count = fields.Integer("Files", compute="_compute_file_count")

    def _compute_file_count(self):
        counts = dict(
            self.env["ir.attachment"]._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id"],
                ["__count"],
            )
        )
        for wave in self:
            wave.file_count = counts.get(wave._origin.id, 0)

    def _ready(self, now):
        """The next rows to send, locked for this job."""
        self.env["crm.campaign.delivery"].flush_model()
        ids = [row_id for [row_id] in self.env.execute_query(sql.ready(self, now, MAKE))]
        return self.env["crm.campaign.delivery"].browse(ids)

    def _texts_of(self, deliveries):
        """``{delivery id: (subject, text)}``, rendered once per variant and model."""
        texts = {}
        for variant, same in deliveries.grouped(lambda row: row.variant or "").items():
            for is_contact, rows in same.grouped(lambda row: bool(row.partner_id)).items():
                model, field = (
                    ("res.partner", "partner_id") if is_contact else ("crm.lead", "lead_id")
                )
                found = self._personal_texts(variant, model, rows[field].ids)
                texts |= {row.id: found[row[field].id] for row in rows}
        return texts

    # -- letters -------------------------------------------------------------------------------

    def _make_letters(self, now, commit=lambda: True):
        """A file to print and a merge file for each batch; both or none, with their rows."""
        while rows := self._ready(now):
            pdf = self._letter_files(rows, now)
            self.env.cr.execute(sql.done(rows.ids, "ir.attachment", [pdf.id] * len(rows), now))
            self._rows_changed()
            if not commit():
                return False
        return True

    def _letter_files(self, rows, now):
        texts = self._texts_of(rows)
        content, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            LETTER_REPORT, self.ids, data={"rows": rows, "texts": texts, "date": now.date()}
        )
        stamp = fields.Datetime.context_timestamp(self, now).strftime("%Y-%m-%d %H%M")
        name = f"{self.name} {stamp} ({len(rows)})"
        merged = merge_file(self._merge_header(), self._merge_rows(rows, texts))
        pdf, _csv = self.env["ir.attachment"].create(
            [
                self._file(f"{name}.pdf", content, "application/pdf"),
                self._file(f"{name}.csv", merged, "text/csv"),
            ]
        )
        return pdf

    def _file(self, name, content, mimetype):
        return {
            "name": name,
            "datas": base64.b64encode(content),
            "mimetype": mimetype,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _merge_header(self):
        return [
            self.env._("Name"),
            self.env._("Company"),
            self.env._("Street"),
            self.env._("Street 2"),
            self.env._("ZIP"),
            self.env._("City"),
            self.env._("State"),
            self.env._("Country"),
            self.env._("Variant"),
            self.env._("Subject"),
            self.env._("Text"),
        ]

    def _merge_rows(self, rows, texts):
        for row in rows:
            person = row.partner_id or row.lead_id
            company = row.partner_id.commercial_company_name or row.lead_id.partner_name
            name = row.partner_id.name or row.lead_id.contact_name
            subject, text = texts[row.id]
            yield [
                name,
                company if company != name else "",
                person.street,
                person.street2,
                person.zip,
                person.city,
                person.state_id.name,
                person.country_id.name,
                row.variant,
                subject,
                html2plaintext(text),
            ]

    def action_open_files(self):
        """Open the files to print."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Files to print"),
            "res_model": "ir.attachment",
            "view_mode": "kanban,list,form",
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
        }

    # -- tasks ---------------------------------------------------------------------------------

    def _make_tasks(self, now, commit=lambda: True):
        """An activity on the customer for his salesperson, else for the wave's responsible."""
        while rows := self._ready(now):
            users = {row.id: self._salesperson(row) for row in rows}
            nobody = rows.filtered(lambda row, users=users: not users[row.id])
            if nobody:
                self.env.cr.execute(sql.left_out(nobody.ids, "nobody"))
            going = rows - nobody
            if going:
                tasks = self._create_tasks(going, users, now)
                self.env.cr.execute(sql.done(going.ids, "mail.activity", tasks.ids, now))
            self._rows_changed()
            if not commit():
                return False
        return True

    def _salesperson(self, row):
        """His own salesperson, his company's, else the wave's responsible."""
        partner = row.partner_id
        found = partner.user_id or partner.commercial_partner_id.user_id or row.lead_id.user_id
        return (found if found.active else found.browse()) or self.user_id

    def _create_tasks(self, rows, users, now):
        texts = self._texts_of(rows)
        kind = self.activity_type_id or self.env.ref("mail.mail_activity_data_todo")
        models_ = {name: self.env["ir.model"]._get_id(name) for name in ("res.partner", "crm.lead")}
        # One summary a day by Odoo is enough: no mail for every task.
        return (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    {
                        "res_model_id": models_["res.partner" if row.partner_id else "crm.lead"],
                        "res_id": row.partner_id.id or row.lead_id.id,
                        "activity_type_id": kind.id,
                        "user_id": users[row.id].id,
                        "date_deadline": fields.Date.context_today(self, now),
                        "summary": texts[row.id][0],
                        "note": texts[row.id][1],
                    }
                    for row in rows
                ]
            )
        )

    # -- links ---------------------------------------------------------------------------------

    def _make_link(self):
        """A short link that carries campaign, medium and source of the wave."""
        for wave in self.filtered(lambda wave: wave.method == "link" and not wave.link_id):
            # sudo: sources belong to Odoo's marketing; whoever may start the wave needs one
            source = self.env["utm.source"].sudo().create({"name": self._source_name(wave)})
            wave.link_id = self.env["link.tracker"].create(
                {
                    "url": wave.url or wave.form_id.url,
                    "title": wave.subject or wave.name,
                    "campaign_id": wave.campaign_id.id,
                    "source_id": source.id,
                    "medium_id": wave.channel_id.medium_id.id,
                }
            )

    def _source_name(self, wave):
        return f"{wave.campaign_id.title} · {wave.name}"
