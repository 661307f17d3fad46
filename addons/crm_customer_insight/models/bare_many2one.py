from odoo import fields


class BareMany2one(fields.Many2one):
    """A many2one without a foreign key in the database.

    For tables that are filled by millions of rows from a join with the table referred to: the
    check of each row would cost more than the fill. Whoever uses it removes the rows when the
    record referred to is deleted (``res.partner.unlink`` here).
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without a constraint."""
