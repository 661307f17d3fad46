import secrets

from odoo import fields, models
from odoo.tools import consteq, hmac


class CrmFeedbackTokenMixin(models.AbstractModel):
    """A page for people without log-in behind an address nobody can guess (SVC-F).

    The 256-bit token is signed from the record and a random part, and stored nowhere: who reads the
    table cannot make the address without the secret of the database. A new random part makes every
    earlier address void.
    """

    _name = "crm.feedback.token.mixin"
    _description = "Page with a token"

    nonce = fields.Char(
        default=lambda self: secrets.token_urlsafe(32),
        required=True,
        copy=False,
        groups="base.group_system",
    )

    def _token(self):
        self.ensure_one()
        # sudo: the secret is used, not shown
        page = self.sudo()
        return hmac(page.env, f"feedback/{self._name}", (page.id, page.nonce))

    def _by_token(self, record_id, token):
        """The record if *token* is its own, compared in constant time; else an empty one."""
        found = self.browse(record_id).exists()
        if found and consteq(found._token(), str(token or "")):
            return found
        return self.browse()

    def _renew_token(self):
        for page in self.sudo():  # sudo: as _token; who may call is checked by the caller
            page.nonce = secrets.token_urlsafe(32)
