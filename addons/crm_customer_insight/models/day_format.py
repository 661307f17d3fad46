from odoo.tools import format_date


def format_day(env, value):
    """A day as the client's lists and cards write it: Oct 15, 2026 or 2026年10月15日."""
    return format_date(env, value, date_format="medium")
