from collections import Counter
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from ..tools.number_plan import Used, classify, decide, numbers_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class CrmCallDialCheck(models.AbstractModel):
    """Dialing permission, asked whenever a command to an exchange is made (CC-1, CC-6).

    In ``create``, so that no way around it exists on the server. What is refused is kept as a
    command that failed: whoever asked reads the reason, and the administrator sees the attempt.
    """

    _name = "crm.call.dial.check"
    _description = "Dialing permission of commands"

    dialed = fields.Char("Number dialed", readonly=True, index="btree_not_null")
    dial_kind = fields.Char("Kind of number", readonly=True)
    dial_rule_id = fields.Many2one(
        "crm.call.dial.rule", "Dialing rule", ondelete="set null", readonly=True
    )
    cost_class_id = fields.Many2one(
        "crm.call.cost.class",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
        string="Cost class",
    )

    _dialed_idx = models.Index("(dial_rule_id, create_date) WHERE dial_rule_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        refused = {}
        tally = {}
        for place, vals in enumerate(vals_list):
            reason = self._dial_permit(vals, tally)
            if reason:
                refused[place] = reason
        commands = super().create(vals_list)
        for place, reason in refused.items():
            commands[place]._close("failed", reason)
        return commands

    def _dial_permit(self, vals, tally):
        """Note what is dialed in *vals*; the reason when it is refused, else ``None``.

        :param tally: what was read and counted for this batch
        """
        numbers = numbers_of(vals.get("action") or "", vals.get("values") or {})
        if not numbers:
            return None
        exchange = self.env["crm.call.exchange"].browse(vals["exchange_id"])
        user = self.env["res.users"].browse(vals.get("user_id") or self.env.uid)
        verdicts = [self._dial_verdict(exchange, user, text, tally) for text in numbers]
        verdict = _most_telling(verdicts)
        self._dial_note(vals, verdict)
        if verdict.allowed:
            self._dial_count(tally, exchange, user, verdict)
            return None
        if verdict.is_alarm:
            # sudo: the alarm is the administrators', not his who caused it
            self.env["crm.call.dial.alarm"].sudo()._raise(exchange, user, verdict)
        return self.env["crm.call.dial.rule"]._reason(verdict)

    def _dial_note(self, vals, verdict):
        # sudo: the class belongs to the rule that was asked, which he need not read
        rule = self.env["crm.call.dial.rule"].sudo().browse(verdict.rule or ())
        vals.update(
            dialed=verdict.number.dial or False,
            dial_kind=verdict.number.kind,
            # a refused call is no call under the rule: it does not count for its limit
            dial_rule_id=rule.id if verdict.allowed else False,
            cost_class_id=rule.cost_class_id.id,
        )

    def _dial_verdict(self, exchange, user, text, tally):
        """The decision about one number, with what this batch has read and counted already."""
        rules = self.env["crm.call.dial.rule"]
        if exchange not in tally:
            # sudo: whoever dials need not read the rules that are asked about him
            found = rules.sudo()._of(exchange)
            tally[exchange] = found, rules.sudo()._plan(exchange.sudo())
        found, plan = tally[exchange]
        if (exchange, user) not in tally:
            own = [rule._as_rule() for rule in found._for(user)]
            tally[exchange, user] = own, self._dial_used(exchange, found, user)
        own, used = tally[exchange, user]
        return decide(classify(text, plan), own, used)

    def _dial_count(self, tally, exchange, user, verdict):
        """One more, for what follows in this batch."""
        for place, found in tally.items():
            if not isinstance(place, tuple) or place[0] != exchange or not verdict.rule:
                continue
            used = found[1].get(verdict.rule, Used())
            mine = int(place[1] == user)
            found[1][verdict.rule] = replace(
                used,
                hour=used.hour + mine,
                day=used.day + mine,
                all_hour=used.all_hour + 1,
                all_day=used.all_day + 1,
            )

    @api.model
    def _dial_used(self, exchange, rules, user):
        """``{id of a rule: Used}``: calls of the last hour and day, two queries at most.

        A machine that dials a list is nobody: only limits of all together are for it.
        """
        limited = rules.filtered(
            lambda rule: rule.per_hour or rule.per_day or rule.all_per_hour or rule.all_per_day
        )
        if not limited:
            return {}
        counts = Counter()
        now = fields.Datetime.now()
        for name, span in (("hour", HOUR), ("day", DAY)):
            # sudo: commands of all people of the exchange count
            rows = self.sudo()._read_group(
                [
                    ("exchange_id", "=", exchange.id),
                    ("dial_rule_id", "in", limited.ids),
                    ("create_date", ">=", now - span),
                ],
                ["dial_rule_id", "user_id"],
                ["__count"],
            )
            for rule, person, count in rows:
                counts[rule.id, f"all_{name}"] += count
                if person == user and not user._is_superuser():
                    counts[rule.id, name] += count
        names = ("hour", "day", "all_hour", "all_day")
        return {rule.id: Used(*(counts[rule.id, name] for name in names)) for rule in limited}


def _most_telling(verdicts):
    """That of an emergency, else a refusal, else that of a rule, else any.

    His own telephone may be forbidden to a person, and still he has to reach the fire brigade.
    """
    tests = (
        lambda one: one.why == "emergency",
        lambda one: not one.allowed,
        lambda one: one.rule,
        lambda one: True,
    )
    return next(one for test in tests for one in verdicts if test(one))
