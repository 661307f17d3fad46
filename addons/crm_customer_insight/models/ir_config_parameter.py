from datetime import date

from odoo import api, models
from odoo.exceptions import ValidationError

PREFIX = "crm_customer_insight."
#: Least value of each parameter that is a number.
NUMBERS = {"message_months": 0, "fill_batch": 1, "referral_window_days": 0}
#: Numbers of the database end here.
MOST = 100_000


class IrConfigParameter(models.Model):
    """Nonsense in a parameter of ours is refused where it is typed, not where it is used."""

    _inherit = "ir.config_parameter"

    @api.model
    def _insight_data_notes(self):
        """Lines on the quality of the data, such as assumed cost prices; empty without any.

        They stand in the parameter ``crm_customer_insight.data_notes``, one note a line.
        """
        # sudo: notes on the quality of the data are written for every reader of the figures
        notes = self.sudo().get_param(f"{PREFIX}data_notes") or ""
        return [line.strip() for line in notes.splitlines() if line.strip()]

    @api.constrains("key", "value")
    def _check_insight_parameter(self):
        for parameter in self.filtered(lambda parameter: (parameter.key or "").startswith(PREFIX)):
            name = parameter.key.removeprefix(PREFIX)
            if parameter.value and name == "data_date" and not _is_day(parameter.value):
                raise ValidationError(
                    self.env._("%(key)s is a day such as 2017-12-31.", key=parameter.key)
                )
            if name in NUMBERS and not _is_number(parameter.value, NUMBERS[name]):
                raise ValidationError(
                    self.env._(
                        "%(key)s is a whole number from %(least)s to %(most)s.",
                        key=parameter.key,
                        least=NUMBERS[name],
                        most=MOST,
                    )
                )


def _is_day(text):
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_number(text, least):
    return (text or "").isdecimal() and text.isascii() and least <= int(text) <= MOST
