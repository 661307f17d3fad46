from odoo import fields, models


class CrmCallInboxSourceMixin(models.AbstractModel):
    """What can come into the agents' inbox (CC-7): call-backs, faxes, requests, chats.

    A model takes part by calling :meth:`_inbox_enter` when something waits for an agent and
    :meth:`_inbox_leave` when it does not any more; the hooks say what the inbox shows and what
    becomes of the record. All of them are called as superuser.
    """

    _name = "crm.call.inbox.source.mixin"
    _description = "Can be in the agents' inbox"

    def _inbox_enter(self, channel):
        """These wait for an agent now, if a rule wants them; who is there already stays."""
        # sudo: whoever lets something come in, the inbox takes it
        return self.env["crm.call.contact"].sudo()._take_in(channel, self)

    def _inbox_leave(self):
        """These do not wait any more: they were handled, wherever that was."""
        # sudo: as above
        self.env["crm.call.contact"].sudo()._of(self)._leave()

    def _inbox_given(self, user):
        """These have been given to somebody by hand: his if he is an agent, else out of it."""
        # sudo: as above
        self.env["crm.call.contact"].sudo()._of(self)._give(user)

    def _inbox_renew(self):
        """More is known of these now: customer, subject."""
        # sudo: as above
        for contact in self.env["crm.call.contact"].sudo()._of(self):
            record = contact._record()
            contact.write({"subject": (record._inbox_subject() or "")[:200],
                           "partner_id": record._inbox_partner().id})  # fmt: skip
            contact.agent_id._tell()

    def _inbox_subject(self):
        """What the inbox shows as its title."""
        return self.display_name

    def _inbox_partner(self):
        """The customer."""
        return self.partner_id

    def _inbox_company(self):
        return self.company_id

    def _inbox_queue(self):
        """The queue through which it came, if any."""
        return self.env["crm.call.queue"]

    def _inbox_since(self):
        """Since when the customer waits."""
        return fields.Datetime.now()

    def _inbox_not_before(self):
        """A time promised, before which it is offered to nobody; else False."""
        return False

    def _inbox_owner(self):
        """Who works for this customer in this matter already: he is preferred."""
        return self.env["res.users"]

    def _inbox_accepted(self, user):
        """An agent has accepted it."""

    def _inbox_done(self, user):
        """An agent says that he is done with it."""

    def _inbox_returned(self):
        """Whoever had accepted it has given it back."""

    def _inbox_open(self):
        """The action by which an agent works on it."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "current",
        }

    def unlink(self):
        # sudo: what is gone waits for nobody
        self.env["crm.call.contact"].sudo()._of(self).unlink()
        return super().unlink()
