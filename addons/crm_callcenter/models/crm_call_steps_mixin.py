from odoo import api, models
from odoo.exceptions import AccessError


class CrmCallStepsMixin(models.AbstractModel):
    """Fields that steps set, and nobody by writing them: results that others rely on (CC-5, CC-10).

    Whoever may write a record could otherwise write its outcome through RPC, past the rule that
    somebody else decides.
    """

    _name = "crm.call.steps.mixin"
    _description = "Fields set by steps"

    #: Names of these fields.
    _by_steps = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_steps(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_steps(vals)
        return super().write(vals)

    def _check_steps(self, vals):
        given = sorted(vals.keys() & self._by_steps)
        if given and not self.env.su:
            raise AccessError(
                self.env._(
                    "“%s” is set by a step, not by writing it.", self._fields[given[0]].string
                )
            )

    def _take_step(self, vals):
        """Write them, for a step that has checked who takes it."""
        self.check_access("write")
        # sudo: closed to writing; the right to write the record was asked on the line before
        return self.sudo().write(vals)
