from odoo import models
from odoo.exceptions import AccessError

#: Bus event and sub-channel by which colleagues with the same request open know of each other.
PRESENCE_EVENT = "crm_service_levels/presence"
PRESENCE_CHANNEL = "presence"
#: What a colleague may be doing; nothing else is passed on.
DOINGS = ("open", "hello", "writing", "leave")


class CrmServicePresenceMixin(models.AbstractModel):
    """Warns when two people have the same request open or are writing (SVC-L1).

    Nothing is stored: browsers tell each other by the bus, at most every ten seconds while somebody
    writes, and forget a colleague of whom they hear nothing for 45 seconds.
    """

    _name = "crm.service.presence.mixin"
    _description = "Presence on a service request"

    def notify_presence(self, doing):
        """Tell colleagues who have this request open what the user does with it.

        :param doing: ``hello`` (just opened; others answer), ``open``, ``writing`` or ``leave``
        :raise AccessError: for visitors, and for employees who may not read the request
        """
        self.ensure_one()
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees see who works on a request."))
        self.check_access("read")
        if doing not in DOINGS:
            return False
        user = self.env.user
        payload = {"request_id": self.id, "user_id": user.id, "name": user.name, "doing": doing}
        self.env["bus.bus"]._sendone((self, PRESENCE_CHANNEL), PRESENCE_EVENT, payload)
        return True
