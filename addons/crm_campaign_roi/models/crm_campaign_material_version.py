import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import material

#: What is entered; everything else is written by methods.
ENTERED = {"material_id", "name", "file", "note"}


class CrmCampaignMaterialVersion(models.Model):
    """One version of marketing material, looked at by somebody else before it is used (ROI-1)."""

    _name = "crm.campaign.material.version"
    _description = "Version of marketing material"
    _order = "material_id, number desc"
    _rec_name = "name"

    material_id = fields.Many2one(
        "crm.campaign.material", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="material_id.company_id", store=True)
    number = fields.Integer("Version", readonly=True)
    name = fields.Char("File name", required=True)
    file = fields.Binary(attachment=True, required=True)
    mimetype = fields.Char("Type", readonly=True)
    size = fields.Integer("Size (bytes)", readonly=True)
    checksum = fields.Char(readonly=True, help="SHA-256 of the file.")
    note = fields.Char("What is new")
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
    )
    author_id = fields.Many2one("res.users", readonly=True)
    approved_by = fields.Many2one("res.users", "Approved by", readonly=True)
    approved_on = fields.Datetime("Approved on", readonly=True)

    use_ids = fields.One2many("crm.campaign.wave.material", "version_id", "Waves with it")
    wave_count = fields.Integer("Used in waves", compute="_compute_wave_count")

    _number_uniq = models.UniqueIndex("(material_id, number)", "There is such a version.")
    _one_approved = models.UniqueIndex(
        "(material_id) WHERE state = 'approved'", "One version is approved at a time."
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        """Number and file: files of two versions often have one name."""
        for version in self:
            version.display_name = self.env._(
                "Version %(number)s: %(file)s", number=version.number, file=version.name
            )

    @api.depends("use_ids")
    def _compute_wave_count(self):
        for version in self:
            version.wave_count = len(version.use_ids)

    def action_open_waves(self):
        """Open the waves that used this version."""
        return self.env["crm.campaign.wave"]._with_material("version_id", self.ids)

    @api.model_create_multi
    def create(self, vals_list):
        """Files are checked by their content; a version begins as a draft of whoever adds it.

        :raises ValidationError: when a file is too large, unknown, or not what its name says
        """
        numbers = self._last_numbers({vals["material_id"] for vals in vals_list})
        rows = []
        for vals in vals_list:
            entered = {key: value for key, value in vals.items() if key in ENTERED}
            numbers[vals["material_id"]] += 1
            rows.append({**entered, **self._seen(vals), "number": numbers[vals["material_id"]]})
        return super().create(rows)

    def _last_numbers(self, materials):
        # sudo: retired versions count, whoever may read them
        rows = self.sudo()._read_group(
            [("material_id", "in", list(materials))], ["material_id"], ["number:max"]
        )
        return {**dict.fromkeys(materials, 0), **{one.id: number for one, number in rows}}

    def _seen(self, vals):
        """What the file itself says."""
        content = base64.b64decode(vals.get("file") or b"")
        checked = material.check(content, vals.get("name") or "")
        if checked.problem:
            raise ValidationError(self._problem(checked.problem, vals.get("name")))
        return {
            "mimetype": checked.mimetype,
            "size": len(content),
            "checksum": hashlib.sha256(content).hexdigest(),
            "author_id": self.env.uid,
            "state": "draft",
        }

    def _problem(self, problem, name):
        return {
            material.EMPTY: self.env._("%s is empty.", name),
            material.LARGE: self.env._("%s is larger than 25 MB.", name),
            material.UNKNOWN: self.env._(
                "%s is of a kind that is not taken: PDF, pictures, films, Office documents are.",
                name,
            ),
            material.OTHER: self.env._("The content of %s is not what its name says.", name),
        }[problem]

    def write(self, vals):
        """A version's note may be mended; another file is another version."""
        if not self.env.su and set(vals) - {"note"}:
            raise UserError(self.env._("Add a new version instead of changing this one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.filtered(lambda version: version.state != "draft"):
            raise UserError(self.env._("Versions that were used are retired, not deleted."))

    def action_approve(self):
        """Approve: the earlier approved version is retired.

        :raises AccessError: for whoever made it, and for all but marketing managers
        """
        self.env["utm.campaign"]._check_manager()
        for version in self:
            version._check_approve()
            # sudo: the state moves by methods only
            version = version.sudo()
            version.material_id.current_id.state = "retired"
            version.flush_model()
            now = fields.Datetime.now()
            version.write({"state": "approved", "approved_by": self.env.uid, "approved_on": now})

    def _check_approve(self):
        if self.author_id == self.env.user:
            raise AccessError(self.env._("Somebody else has to look at it: you made it."))
        if self.state != "draft":
            raise UserError(self.env._("Only drafts are approved."))

    def action_retire(self):
        """Nobody shall use it any more."""
        self.env["utm.campaign"]._check_marketer()
        self.check_access("write")
        # sudo: the state moves by methods only
        self.sudo().state = "retired"
