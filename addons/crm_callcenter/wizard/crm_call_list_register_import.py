import base64

from odoo import fields, models
from odoo.exceptions import UserError

from .crm_call_list_add import _text


class CrmCallListRegisterImport(models.TransientModel):
    """Take the numbers of a do-not-call register from a file (CC-6)."""

    _name = "crm.call.list.register.import"
    _description = "Import a do-not-call register"

    register_id = fields.Many2one("crm.call.list.register", required=True, ondelete="cascade")
    file = fields.Binary(required=True, help="Text with a number per line.")
    file_name = fields.Char("Name of the file")
    replace = fields.Boolean(
        "The file is the whole register", help="Numbers that are not in it leave the register."
    )
    summary = fields.Text(readonly=True)

    def action_import(self):
        """Import the file, and say what was in it."""
        self.ensure_one()
        self.register_id.check_access("write")
        found = self.register_id._import(_text(base64.b64decode(self.file)), self.replace)
        if not found["added"] and not found["known"]:
            raise UserError(self.env._("The file holds no telephone number."))
        lines = [
            self.env._("%s numbers added.", found["added"]),
            self.env._("%s were known already.", found["known"]),
        ]
        if found["invalid"]:
            lines.append(
                self.env._("%s lines hold no number, for example:", found["invalid_count"])
            )
            lines += found["invalid"]
        self.summary = "\n".join(lines)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Import numbers"),
        }
