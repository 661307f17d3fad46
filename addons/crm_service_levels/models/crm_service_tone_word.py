from odoo import api, fields, models, tools


class CrmServiceToneWord(models.Model):
    """A word that says something about the tone of a message; companies add their own (SVC-L2)."""

    _name = "crm.service.tone.word"
    _inherit = ["crm.service.cached.mixin"]
    _description = "Word of the tone score"
    _order = "language, weight, name"

    name = fields.Char("Word", required=True)
    language = fields.Selection(
        [("en", "English"), ("de", "German"), ("zh", "Chinese"), ("other", "Other")],
        required=True,
        default="other",
    )
    weight = fields.Integer(
        required=True, help="From -3 (angry) to 3 (friendly); 0: a negation, which turns the next."
    )
    active = fields.Boolean(default=True)

    _once = models.UniqueIndex("(lower(name))", "This word is on the list already.")
    _weight_range = models.Constraint("CHECK(weight BETWEEN -3 AND 3)", "A weight is from -3 to 3.")

    @api.model
    @tools.ormcache()
    def _weights(self):
        """``{word in lower case: weight}``."""
        # sudo: the list is the same for all
        return {row.name.strip().lower(): row.weight for row in self.sudo().search([])}
