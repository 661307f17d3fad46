from typing import NamedTuple

from odoo import api, models


class Step(NamedTuple):
    """One of the first steps: ``domain`` finds records of ``model`` when it is done.

    ``group`` may take it. ``run`` names the action that opens its screen (the module may be left
    out if it is that of the list), or a method of ``model`` that does it at once and returns what
    to show.
    """

    code: str
    group: str
    title: str
    text: str
    button: str
    model: str
    domain: list
    run: str


class CrmFirstStepsMixin(models.AbstractModel):
    """What leads a new company or department to its first results; done is what the data shows.

    The list is for people who set up or manage, and vanishes when all is done or when its reader
    closes it for good, which is a field of ``res.users.settings``. Its panel in the browser is a
    subclass of ``FirstSteps`` (``static/src/first_steps``).
    """

    _name = "crm.first.steps.mixin"
    _description = "List of first steps"
    #: Who may not read this model is refused the list.
    _first_steps_of = ""

    @api.model
    @api.readonly
    def get_first_steps(self):
        """Steps of the viewer's roles, in order; none for whoever neither manages nor sets up.

        :return: list of dicts: code, title, text, button, done, and what its button does: either
            ``action`` (an id) or ``model`` and ``method``
        :raises AccessError: when the viewer may not read what the steps lead to
        """
        self.env[self._first_steps_of].check_access("read")
        return [
            self._describe(step) for step in self._steps() if self.env.user.has_group(step.group)
        ]

    @api.model
    def _steps(self):
        """List of :class:`Step`; extended by ``super()``."""
        return []

    def _describe(self, step):
        records = self.env[step.model]
        done = bool(records.search_count(step.domain, limit=1))
        values = {name: getattr(step, name) for name in ("code", "title", "text", "button")}
        if hasattr(records, step.run):
            return {**values, "done": done, "model": step.model, "method": step.run}
        name = step.run if "." in step.run else f"{self._original_module}.{step.run}"
        # sudo: the id of an action says nothing; opening it asks for the viewer's rights
        action = self.env["ir.model.data"].sudo()._xmlid_to_res_id(name)
        return {**values, "done": done, "action": action}
