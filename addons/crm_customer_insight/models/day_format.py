from datetime import date
from functools import lru_cache

import babel.dates

from odoo.tools import format_date
from odoo.tools.misc import babel_locale_parse


def format_day(env, value):
    """A day as the client's lists and cards write it: Oct 15, 2026 or 2026年10月15日."""
    lang = env.context.get("lang")
    if lang and type(value) is date:
        return _in_language(lang, value)
    return format_date(env, value, date_format="medium")


@lru_cache(maxsize=4096)
def _in_language(lang, day):
    """The same without asking for the language each time: lists word thousands of days."""
    return babel.dates.format_date(day, format="medium", locale=babel_locale_parse(lang))
