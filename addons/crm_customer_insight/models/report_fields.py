"""Fields of reports: figures that may be unknown, and figures that are means of what is grouped."""

from odoo import fields
from odoo.tools import SQL


class Known:
    """A number that is empty where nothing is known; never shown or exported as 0.

    A plain number turns the database's NULL into 0.0 when it is read: hours until a reply that was
    not given would be none, goods without a cost would have brought no profit. Values are
    ``False`` then, which lists leave empty and average over.
    """

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if value is False else value


class KnownFloat(Known, fields.Float):
    """A number that may not be known."""


class KnownMonetary(Known, fields.Monetary):
    """An amount that may not be known."""


class Unknown:
    """A stored or computed number of which ``None`` and ``False`` mean that it is not known.

    It is not 0 for a search either: whoever asks for less than a half does not find what nobody
    knows.
    """

    falsy_value = None

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_column(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column_insert(value, record, values, validate)


class OptionalFloat(Unknown, KnownFloat):
    """A number that may not be known."""


class OptionalMonetary(Unknown, KnownMonetary):
    """An amount that may not be known."""


class Mean(fields.Float):
    """A mean, share or ratio that is worked out: read only, and groups of rows show the mean of
    theirs unless the report says another way (``_read_group_select``, with :func:`sums`).
    """

    readonly = True
    aggregator = "avg"


class KnownMean(Known, Mean):
    """A mean that may not be known."""


def sums(report, query, *names):
    """``{name: SQL}``: the sums of fields of *report* over a group, for ratios of sums.

    :param query: that of ``_read_group_select``
    """
    return {
        name: SQL("SUM(%s)", report._field_to_sql(report._table, name, query)) for name in names
    }
