from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..report import next_actions
from ..tools import next_action as tool
from ..tools.next_action import Provider
from .day_format import format_day

CALL = "mail.mail_activity_data_call"
SNOOZE_DAYS = 14


class CrmNextAction(models.AbstractModel):
    """Next best actions: proposals for customers, each with its reason in figures (C360-3, C360-4).

    Addons add providers by extending :meth:`_providers` with ``super()``. Each provider answers
    for any number of customers in one query; what the viewer may not read is not proposed.
    """

    _name = "crm.next.action"
    _inherit = [
        "crm.alert.action.mixin",
        "crm.association.action.mixin",
        "crm.reminder.action.mixin",
        "crm.life.event.action.mixin",
        "crm.quality.next.mixin",
        "crm.churn.action.mixin",
    ]
    _description = "Next best actions"

    @api.model
    @api.readonly
    def get_next_actions(self, partner_ids):
        """Ranked proposals for customers (contacts stand for their company).

        :return: list of dicts: partner_id, code, title, reason, expected_value (company currency,
            or False), currency_id, urgency (high, medium, low), icon, action_label
        """
        ids = [partner_id for partner_id in partner_ids or () if isinstance(partner_id, int)]
        partners = self.env["res.partner"].browse(ids)._filtered_access("read")
        customers = partners.commercial_partner_id
        snoozed = self._snoozed(customers.ids)
        proposals = [
            proposal
            for provider in self._readable_providers() if customers
            for proposal in self._proposals(provider, customers.ids)
            if (proposal["partner_id"], provider.code) not in snoozed
        ]  # fmt: skip
        return tool.rank(proposals)

    @api.model
    def execute_next_action(self, code, partner_id):
        """Do what a proposal says; returns an action for the client (window or notification)."""
        partner = self._customer(partner_id)
        return self._provider(code).execute(partner)

    @api.model
    def snooze_next_action(self, code, partner_id, days=SNOOZE_DAYS):
        """Do not propose this again to the current user for some days ("not now")."""
        provider = self._provider(code)
        if isinstance(days, bool) or not isinstance(days, int) or not 0 < days <= 366:
            raise UserError(self.env._("Choose between 1 and 366 days."))
        partner = self._customer(partner_id)
        until = fields.Date.add(fields.Date.context_today(self), days=days)
        snooze = self.env["crm.next.action.snooze"]
        known = snooze.search(
            [
                ("user_id", "=", self.env.uid),
                ("partner_id", "=", partner.id),
                ("code", "=", provider.code),
            ]
        )
        if known:
            known.until = until
        else:
            snooze.create({"partner_id": partner.id, "code": provider.code, "until": until})
        return True

    # -- registry ------------------------------------------------------------------------------

    @api.model
    def _providers(self):
        """List of :class:`Provider`; extended by ``super()``."""
        rows = next_actions.Rows(self.env)
        call, view = self.env._("Plan a call"), self.env._("Open")
        return [
            *self._alert_providers(),
            Provider(
                "overdue", "fa-money", view, rows.overdue, self._describe_overdue,
                self._execute_overdue, "account.move",
            ),
            Provider(
                "quotation", "fa-file-text-o", view, rows.quotations, self._describe_quotation,
                self._execute_quotation, "sale.order",
            ),
            Provider(
                "decline", "fa-arrow-down", call, rows.declining, self._describe_decline,
                self._execute_call, "crm.customer.snapshot",
            ),
            Provider(
                "silence", "fa-phone", call, rows.contacts, self._describe_silence,
                self._execute_call, "crm.touchpoint",
            ),
            Provider(
                "review", "fa-star", view, rows.reviews, self._describe_review,
                self._execute_review, "crm.key.account",
            ),
            Provider(
                "birthday", "fa-birthday-cake", call, rows.birthdays, self._describe_birthday,
                self._execute_call, "crm.profile.value",
            ),
            Provider(
                "confirm", "fa-check-square-o", view, rows.facts_to_confirm,
                self._describe_confirm, self._execute_confirm, "crm.profile.value",
            ),
            Provider(
                "permission", "fa-handshake-o", self.env._("Record"), rows.without_permission,
                self._describe_permission, self._execute_permission, "crm.contact.permission",
            ),
            *self._association_providers(),
            *self._reminder_providers(),
            *self._life_event_providers(),
            *self._quality_providers(),
            *self._churn_providers(),
        ]  # fmt: skip

    def _readable_providers(self):
        return [
            provider
            for provider in self._providers()
            if not provider.model or self.env[provider.model].has_access("read")
        ]

    def _provider(self, code):
        for provider in self._providers():
            if provider.code == code:
                return provider
        raise UserError(self.env._("There is no proposal “%(code)s”.", code=code))

    def _customer(self, partner_id):
        return self.env["res.partner"]._customer_360_partner(partner_id).commercial_partner_id

    def _snoozed(self, customer_ids, user=None):
        """``{(customer id, code)}`` that *user* (default: who asks) put off."""
        snoozes = self.env["crm.next.action.snooze"]
        snoozes.check_access("read")
        # sudo: the day of a colleague is without what that one put off, for his manager too
        rows = snoozes.sudo().search_read(
            [
                ("user_id", "=", user.id if user else self.env.uid),
                ("partner_id", "in", customer_ids),
                ("until", ">", fields.Date.context_today(self)),
            ],
            ["partner_id", "code"],
            load=None,
        )
        return {(row["partner_id"], row["code"]) for row in rows}

    def _proposals(self, provider, customer_ids):
        for row in provider.gather(customer_ids):
            described = provider.describe(row)
            if described:
                yield {
                    "expected_value": False,
                    **described,
                    "partner_id": row["partner_id"],
                    "code": provider.code,
                    "currency_id": self.env.company.currency_id.id,
                    "icon": provider.icon,
                    "action_label": provider.action_label,
                }

    # -- words ---------------------------------------------------------------------------------

    def _money(self, amount):
        return format_amount(self.env, amount, self.env.company.currency_id)

    def _today(self):
        return fields.Date.context_today(self)

    def _describe_overdue(self, row):
        days = (self._today() - row["oldest"]).days
        return {
            "title": self.env._("Call about overdue invoices"),
            "reason": self.env._(
                "Overdue invoices: %(count)s for %(amount)s, the oldest for %(days)s days.",
                amount=self._money(row["amount"]), count=row["count"], days=days,
            ),
            "urgency": tool.overdue_urgency(days),
            "expected_value": row["amount"],
        }  # fmt: skip

    def _describe_quotation(self, row):
        days = (self._today() - row["oldest"]).days
        return {
            "title": self.env._("Follow up the quotation"),
            "reason": self.env._(
                "Open quotations: %(count)s for %(amount)s, the oldest for %(days)s days.",
                amount=self._money(row["amount"]), count=row["count"], days=days,
            ),
            "urgency": tool.quotation_urgency(days),
            "expected_value": row["amount"],
        }  # fmt: skip

    def _describe_decline(self, row):
        decline = tool.decline(row["revenue"], row["revenue_previous"])
        if not decline:
            return None
        share, lost = decline
        return {
            "title": self.env._("Win back the lost business"),
            "reason": self.env._(
                "Revenue fell by %(share)s %% from %(before)s to %(now)s.",
                share=round(share),
                before=self._money(row["revenue_previous"]),
                now=self._money(row["revenue"]),
            ),
            "urgency": "high" if row["tier"] in ("A", "B") else "medium",
            "expected_value": lost,
        }

    def _describe_silence(self, row):
        silence = tool.silence(row["days"], row["first"], row["last"], self._today())
        if not silence:
            return None
        silent, rhythm, urgency = silence
        return {
            "title": self.env._("Get in touch again"),
            "reason": self.env._(
                "No contact for %(silent)s days; usually every %(rhythm)s days.",
                silent=silent,
                rhythm=max(round(rhythm), 1),
            ),
            "urgency": urgency,
        }

    def _describe_review(self, row):
        late = row["date"] < self._today()
        day = format_day(self.env, row["date"])
        return {
            "title": self.env._("Review the key account"),
            "reason": self.env._("The review was due on %(day)s.", day=day)
            if late
            else self.env._("The review is due on %(day)s.", day=day),
            "urgency": "high" if late else "medium",
        }

    def _describe_birthday(self, row):
        day = tool.next_anniversary(row["birthday"], self._today())
        if (day - self._today()).days > 7:
            return None
        return {
            "title": self.env._("Congratulate on the birthday"),
            "reason": self.env._(
                "%(name)s has birthday on %(day)s.",
                name=row["name"],
                day=format_day(self.env, day),
            ),
            "urgency": "medium",
        }

    def _describe_confirm(self, row):
        return {
            "title": self.env._("Ask whether it is still true"),
            "reason": self.env._(
                "Profile facts to confirm: %(count)s, the first since %(day)s.",
                count=row["count"],
                day=format_day(self.env, row["oldest"]),
            ),
            "urgency": "low",
        }

    def _describe_permission(self, row):
        return {
            "title": self.env._("Ask how he wants to be contacted"),
            "reason": self.env._("No preferred channel and no permission is recorded."),
            "urgency": "low",
        }

    # -- doing ---------------------------------------------------------------------------------

    def _window(self, model, domain, name, **more):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "target": "current",
            **more,
        }

    def _execute_call(self, partner):
        partner.activity_schedule(
            CALL, date_deadline=self._today(), user_id=self.env.uid, summary=self.env._("Call")
        )
        for code in ("silence", "decline", "birthday", "contact_plan"):
            self.snooze_next_action(code, partner.id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("A call is planned for today.", partner=partner.display_name),
            },
        }

    def _execute_overdue(self, partner):
        rows = next_actions.Rows(self.env)
        name = self.env._("Overdue invoices")
        return self._window("account.move", rows.overdue_domain([partner.id]), name)

    def _execute_quotation(self, partner):
        rows = next_actions.Rows(self.env)
        name = self.env._("Open quotations")
        return self._window("sale.order", rows.quotation_domain([partner.id]), name)

    def _execute_review(self, partner):
        return partner.action_open_key_account()

    def _execute_confirm(self, partner):
        rows = next_actions.Rows(self.env)
        name = self.env._("Facts to confirm")
        return self._window("crm.profile.value", rows.confirm_domain([partner.id]), name)

    def _execute_permission(self, partner):
        return self._window(
            "crm.contact.permission",
            [],
            self.env._("Permission"),
            view_mode="form",
            views=[(False, "form")],
            target="new",
            context={"default_partner_id": partner.id},
        )
