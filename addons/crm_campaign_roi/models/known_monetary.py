from odoo import fields


class KnownMonetary(fields.Monetary):
    """Amount that is empty where nothing is known; never shown or exported as 0.

    A plain amount turns the database's NULL into 0.0 when it is read: goods without a cost would
    have brought no profit. Values are ``False`` then.
    """

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if value is False else value
