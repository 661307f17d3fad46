from odoo import api, models


class CrmServiceHooksMixin(models.AbstractModel):
    """What every part of a request may hook into; each part is a mixin of the request.

    Parts (levels, SLA, squad, satisfaction …) extend these methods by ``super()``. They are called
    once for all records of a create or write, so that a part works in sets.
    """

    _name = "crm.service.hooks.mixin"
    _description = "Hooks of a service request"

    @api.model
    def _service_watched(self):
        """Names of the fields whose change ``_service_changed`` is told."""
        return {"stage_id", "team_id", "user_id", "type_id", "partner_id", "priority"}

    def _service_created(self):
        """Requests were created; their computed fields are there."""

    def _service_changed(self, before):
        """Watched fields of requests were written.

        :param before: ``{request id: {field: earlier value}}``, of the fields that did change
        """

    def _service_answered(self, when):
        """We wrote to the customer (a public message of a colleague).

        :param when: moment of the message, UTC
        """

    def _service_customer_wrote(self, when):
        """The customer wrote to us, by mail or portal.

        :param when: moment of the message, UTC
        """

    def _service_ignores(self, message):
        """Whether a message says nothing about whose turn it is (written by a machine)."""
        return False

    @api.model
    def _service_was(self, before, field):
        """Requests whose *field* changed, according to *before*."""
        return self.browse(ids for ids, values in before.items() if field in values)

    def _service_snapshot(self, names):
        return {request.id: {name: request[name] for name in names} for request in self}

    def _service_differences(self, snapshot):
        """``before`` of ``_service_changed``: what of *snapshot* is different now."""
        found = {}
        for request in self:
            old = snapshot[request.id]
            changed = {name: value for name, value in old.items() if request[name] != value}
            if changed:
                found[request.id] = changed
        return found
