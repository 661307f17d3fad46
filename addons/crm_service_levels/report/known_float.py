"""A figure of a report that may not be known."""

from odoo import fields


class KnownFloat(fields.Float):
    """Number of a report row that is empty where nothing is known; never shown or exported as 0.

    A plain float turns the database's NULL into 0.0 when it is read: hours until a reply that was
    not given would be none. Values are ``False`` then, which lists leave empty and average over.
    """

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if value is False else value
