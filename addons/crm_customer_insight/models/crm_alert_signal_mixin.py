from odoo import api, models
from odoo.tools import float_repr, format_amount

from ..report import alert_signals as sql
from ..tools.alert import Signal
from .day_format import format_day


class CrmAlertSignalMixin(models.AbstractModel):
    """The registry of signals: which changes raise an alert, and how they are put in words.

    A part of ``crm.customer.alert``; siblings extend ``crm.customer.alert._signals()`` by
    ``super()`` (C360-3).
    """

    _name = "crm.alert.signal.mixin"
    _description = "Signals of alerts"

    @api.model
    def _signals(self):
        """List of :class:`~..tools.alert.Signal`; extended by ``super()``."""
        return [
            self._signal_usage_fall(),
            self._signal_sum_leaving(),
            self._signal_silence(),
            self._signal_contact_left(),
            self._signal_contract_end(),
        ]

    @api.model
    def _signals_by_code(self):
        return {signal.code: signal for signal in self._signals()}

    @api.model
    def _kinds(self):
        return [(signal.code, signal.label) for signal in self._signals()]

    def _signal_usage_fall(self):
        return Signal(
            "usage_fall", self.env._("Usage falls"), sql.usage_fall, self._describe_usage_fall,
            self.env._("Fall against the contract's own usual use, in %"),
            self.env._("Usual quantity from which on a fall matters"),
            fields=("window", "history", "observations"),
        )  # fmt: skip

    def _signal_sum_leaving(self):
        return Signal(
            "sum_leaving", self.env._("A large sum leaves"), sql.sum_leaving,
            self._describe_sum_leaving,
            self.env._("Share of the revenue of the twelve months before, in %"),
            self.env._("Amount from which on the share matters, in company currency"),
            money=True,
        )  # fmt: skip

    def _signal_silence(self):
        return Signal(
            "silence", self.env._("Silence"), sql.silence, self._describe_silence,
            self.env._("Days since the last purchase, in times of the usual days between two"),
            self.env._("Days of silence from which on it matters"),
            fields=("window", "history", "observations"),
        )  # fmt: skip

    def _signal_contact_left(self):
        return Signal(
            "key_contact_left", self.env._("A key contact left"), sql.key_contact_left,
            self._describe_contact_left,
            self.env._("Share of the customer's contacts in the year before, in %; who decides on "
                       "a deal counts for 100"),
        )  # fmt: skip

    def _signal_contract_end(self):
        return Signal(
            "contract_end", self.env._("A contract ends"), sql.contract_end,
            self._describe_contract_end,
            self.env._("Days before the end"),
            self.env._("Monthly value from which on it matters"),
            below=True, fields=(),
        )  # fmt: skip

    # -- words ---------------------------------------------------------------------------------

    def _number(self, value):
        return float_repr(value, 0 if abs(value) >= 100 or value == round(value) else 1)

    def _describe_usage_fall(self, alert):
        return self.env._(
            "%(contract)s: %(figure)s instead of %(usual)s %(unit)s, %(fall)s %% less than usual.",
            contract=alert.subject or self.env._("Contract"),
            figure=self._number(alert.figure), usual=self._number(alert.usual),
            unit=alert.uom or "", fall=round(alert.measure),
        )  # fmt: skip

    def _describe_sum_leaving(self, alert):
        amount = format_amount(self.env, alert.amount, alert.currency_id)
        if not alert.usual:
            return self.env._(
                "%(document)s: %(amount)s leave; nothing was invoiced in the twelve months before.",
                document=alert.subject or "", amount=amount,
            )  # fmt: skip
        return self.env._(
            "%(document)s: %(amount)s leave, %(share)s %% of the %(revenue)s of twelve months.",
            document=alert.subject or "", amount=amount, share=round(alert.measure),
            revenue=format_amount(self.env, alert.usual, alert.currency_id),
        )  # fmt: skip

    def _describe_silence(self, alert):
        return self.env._(
            "No purchase for %(figure)s days instead of every %(usual)s days; the last on %(day)s.",
            figure=round(alert.figure), usual=max(round(alert.usual), 1),
            day=format_day(self.env, alert.date),
        )  # fmt: skip

    def _describe_contact_left(self, alert):
        # sudo: the name of somebody who left is read by whoever may read the alert
        name = alert.contact_id.sudo().name or self.env._("A contact")
        share = self._contact_share(alert)
        match alert.subject:
            case "moved":
                return self.env._("%(name)s moved to another company. %(share)s", name=name,
                                  share=share)  # fmt: skip
            case "bounced":
                return self.env._("Mails to %(name)s come back: perhaps he left. %(share)s",
                                  name=name, share=share)  # fmt: skip
        return self.env._("%(name)s left. %(share)s", name=name, share=share)

    def _contact_share(self, alert):
        if alert.figure * 100 < alert.measure * alert.usual or not alert.usual:
            return self.env._("He decides on a deal.")
        return self.env._(
            "He had %(own)s of %(all)s contacts of the last year.",
            own=round(alert.figure), all=round(alert.usual),
        )  # fmt: skip

    def _describe_contract_end(self, alert):
        return self.env._(
            "%(contract)s ends on %(day)s and does not renew itself.",
            contract=alert.subject or self.env._("The contract"),
            day=format_day(self.env, alert.date),
        )  # fmt: skip
