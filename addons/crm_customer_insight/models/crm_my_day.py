from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..report import my_day as sql
from ..tools import my_day as tool

ROLE = "crm_customer_insight.group_insight_user"
MANAGER = "crm_customer_insight.group_insight_manager"
TO_DO = "mail.mail_activity_data_todo"
PAGE = 50
#: Proposals that have lines of their own here.
SHOWN_OTHERWISE = {"visit"}
SNOOZE_DAYS = 7


def _told_twice(item, told):
    """Whether a line proposes an alert that the customer's line of its activity tells already."""
    return item["key"].startswith("action:alert:") and item["partner_id"] in told


class CrmMyDay(models.AbstractModel):
    """The day's list of a salesperson, ordered by what is late and what it is worth (C360-4).

    Lines are open activities, planned visits and the next best actions of all addons for his own
    customers. A line's key is ``activity:ID``, ``visit:ID`` or ``action:CODE:CUSTOMER``.
    """

    _name = "crm.my.day"
    _description = "My day"

    @api.model
    @api.readonly
    def get_my_day(self, user_id=None, kind=None, group=None, offset=0, limit=PAGE):
        """The day of a salesperson, page by page, in a fixed number of queries.

        :param user_id: whose day; default: one's own. Others' days are for managers
        :param kind: only lines of a kind, e.g. ``activity``, ``visit`` or ``quotation``
        :param group: only ``overdue``, ``today`` or ``week``
        :return: dict with user, today, currency_id, groups and kinds (with counts), items, total,
            colleagues (managers only)
        :raises AccessError: no role in this app, or another's day without being a manager
        """
        user = self._whose_day(user_id)
        mine = self.with_context(tz=user.tz or self.env.context.get("tz"))
        items = mine._items(user)
        groups, kinds = tool.counts(items)
        chosen = [
            item
            for item in items
            if kind in (None, False, item["kind"]) and group in (None, False, item["group"])
        ]
        start = max(int(offset or 0), 0)
        page = chosen[start : start + min(max(int(limit or PAGE), 1), PAGE)]
        return {
            "user": {"id": user.id, "name": user.name, "own": user == self.env.user},
            "today": fields.Date.to_string(mine._today()),
            "currency_id": self.env.company.currency_id.id,
            "groups": self._group_counts(groups),
            "kinds": self._kind_counts(kinds, items),
            "items": mine._finished(page),
            "total": len(chosen),
            "colleagues": self._colleagues(),
        }

    @api.model
    def do_item(self, kind, number, code=""):
        """Open what a line is about, or do what it proposes; an action for the client.

        The activity of an alert opens the alert.

        :param kind: ``activity``, ``visit`` or ``action``
        :param number: id of the activity or visit; of the customer for a proposal
        :param code: which proposal
        """
        record = self._line(kind, number)
        if kind == "action":
            return self.env["crm.next.action"].execute_next_action(code, number)
        if kind == "visit":
            return record.get_formview_action()
        alert = self._alerts(record.ids).get(record.id)
        return (alert or self.env[record.res_model].browse(record.res_id)).get_formview_action()

    @api.model
    def done_item(self, kind, number, code="", note=""):
        """Note that a line is done; *note* goes to the customer's history.

        :raises UserError: a visit is closed on its form, with its facts
        """
        record = self._line(kind, number)
        if kind == "visit":
            raise UserError(self.env._("Close the visit on its form: it ends with updated facts."))
        if kind == "activity":
            record.action_feedback(feedback=str(note or ""))
            return True
        return self._proposal_done(code, number, str(note or ""))

    @api.model
    def snooze_item(self, kind, number, code="", days=SNOOZE_DAYS):
        """Put a line off for some days ("not now").

        :raises UserError: not between 1 and 366 days
        """
        if isinstance(days, bool) or not isinstance(days, int) or not 0 < days <= 366:
            raise UserError(self.env._("Choose between 1 and 366 days."))
        record = self._line(kind, number)
        if kind == "action":
            return self.env["crm.next.action"].snooze_next_action(code, number, days)
        day = self._today() + timedelta(days=days)
        record.write({"date" if kind == "visit" else "date_deadline": day})
        return True

    # -- gathering -----------------------------------------------------------------------------

    def _items(self, user):
        """All lines of the day, in their order."""
        until = self._today() + timedelta(days=tool.WEEK)
        customers = sql.customers(self.env, user)
        activities = sql.activities(self.env, user, until)
        alerts = self._alerts([row["id"] for row in activities])
        items = [
            *self._activity_items([row for row in activities if row["id"] not in alerts]),
            *self._alert_items([row for row in activities if row["id"] in alerts], alerts),
            *self._visit_items(user, until),
            *self._proposal_items(user, customers),
        ]
        told = {alert.partner_id.id for alert in alerts.values()}
        items = [item for item in items if not _told_twice(item, told)]
        named = {item["partner_id"] for item in items if item["partner_id"]}
        tiers = sql.tiers(self.env, list(named))
        for item in items:
            item["tier"] = tiers.get(item["partner_id"], False)
        return tool.arrange(items, self._today())

    def _activity_items(self, rows):
        kinds = self.env["mail.activity.type"].browse({row["activity_type_id"] for row in rows})
        names = {kind.id: kind.name for kind in kinds.exists()}
        return [
            {
                "key": f"activity:{row['id']}",
                "kind": "activity",
                "icon": "fa-tasks",
                "partner_id": row["partner_id"] or False,
                "name": row["lead_name"] or "",
                "title": row["summary"] or names.get(row["activity_type_id"], ""),
                "reason": row["lead_name"] or "",
                "urgency": tool.urgency_of(row["due"], self._today()),
                "amount": row["amount"],
                "probability": row["chance"],
                "due": row["due"],
                "phone": row["phone"] or "",
                "action_label": self.env._("Open"),
            }
            for row in rows
        ]

    def _alerts(self, activity_ids):
        """``{activity: open alert}`` of the activities that tell somebody of an alert."""
        alerts = self.env["crm.customer.alert"]
        if not alerts.has_access("read"):
            return {}
        found = alerts.search([("activity_id", "in", activity_ids), ("state", "!=", "done")])
        return {alert.activity_id.id: alert for alert in found}

    def _alert_items(self, rows, alerts):
        """Activities of alerts, with what is known of the alert."""
        items = []
        for row, alert in ((row, alerts[row["id"]]) for row in rows):
            late = tool.urgency_of(row["due"], self._today()) == "high"
            items.append(
                {
                    "key": f"activity:{row['id']}",
                    "kind": "alert",
                    "icon": "fa-bell",
                    "partner_id": row["partner_id"] or False,
                    "name": "",
                    "title": alert.rule_id.name,
                    "reason": alert.reason,
                    "urgency": "high" if late or alert.tier in ("A", "B") else "medium",
                    "amount": alert.amount or None,
                    "due": row["due"],
                    "phone": row["phone"] or "",
                    "action_label": self.env._("Open"),
                }
            )
        return items

    def _visit_items(self, user, until):
        names = dict(self.env["crm.visit"]._fields["kind"]._description_selection(self.env))
        return [
            {
                "key": f"visit:{row['id']}",
                "kind": "visit",
                "icon": "fa-map-marker",
                "partner_id": row["partner_id"],
                "name": "",
                "title": row["purpose"] or names[row["kind"]],
                "reason": row["area"] or self.env._("No address"),
                "urgency": tool.urgency_of(row["due"], self._today()),
                "amount": None,
                "due": row["due"],
                "phone": row["phone"] or "",
                "action_label": self.env._("Record"),
            }
            for row in sql.visits(self.env, user, until)
        ]

    def _proposal_items(self, user, customers):
        """The next best actions for the customers, without those that *user* put off."""
        if not customers:
            return []
        actions = self.env["crm.next.action"]
        snoozed = actions._snoozed(customers, user)
        items = {}
        for provider in actions._readable_providers():
            if provider.code in SHOWN_OTHERWISE:
                continue
            for row in actions._proposals(provider, customers):
                if (row["partner_id"], provider.code) not in snoozed:
                    item = self._proposal_item(row)
                    items.setdefault(item["key"], item)
        return list(items.values())

    def _proposal_item(self, row):
        value = row["expected_value"]
        return {
            "key": f"action:{row['code']}:{row['partner_id']}",
            "kind": row["code"],
            "icon": row["icon"],
            "partner_id": row["partner_id"],
            "name": "",
            "title": row["title"],
            "reason": row["reason"],
            "urgency": row["urgency"],
            "amount": None if value is False else value,
            "probability": row.get("probability"),
            "due": row.get("due"),
            "phone": "",
            "action_label": row["action_label"],
        }

    # -- describing ----------------------------------------------------------------------------

    def _finished(self, page):
        """The lines of a page as the screen shows them: names and numbers are read for it alone."""
        partners = self.env["res.partner"].browse(
            {item["partner_id"] for item in page if item["partner_id"]}
        )
        partners = partners._filtered_access("read")
        partners.fetch(["name", "phone"])
        known = {partner.id: partner for partner in partners}
        return [self._finish(item, known.get(item["partner_id"])) for item in page]

    def _finish(self, item, partner):
        kept = ("key", "kind", "icon", "tier", "title", "reason", "urgency", "group")
        value = item["expected_value"]
        return {
            **{name: item[name] for name in kept},
            "partner_id": partner.id if partner else False,
            "name": (partner.name if partner else "") or item["name"],
            "phone": item["phone"] or (partner.phone if partner else "") or "",
            "due": fields.Date.to_string(item["due"]),
            "expected_value": False if value is None else value,
            "action_label": item["action_label"],
            "can_finish": item["kind"] not in ("visit", "alert"),
        }

    def _group_counts(self, counts):
        labels = {
            "overdue": self.env._("Overdue"),
            "today": self.env._("Today"),
            "week": self.env._("The next seven days"),
        }
        return [
            {"code": code, "label": labels[code], "count": counts[code]} for code in tool.GROUPS
        ]

    def _kind_counts(self, counts, items):
        labels = {
            "activity": self.env._("Activities"),
            "visit": self.env._("Visits"),
            "alert": self.env._("Alerts"),
        }
        icons = {}
        for item in items:
            labels.setdefault(item["kind"], item["title"])
            icons.setdefault(item["kind"], item["icon"])
        return [
            {"code": code, "label": labels[code], "icon": icons[code], "count": count}
            for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        ]

    # -- whose day -----------------------------------------------------------------------------

    def _whose_day(self, user_id):
        self._check_role()
        me = self.env.user
        if not user_id or user_id == me.id:
            return me
        user = self.env["res.users"].browse(user_id).exists()
        if not (me.has_group(MANAGER) and user and user in self._salespeople()):
            raise AccessError(self.env._("Only managers see the day of a colleague."))
        return user

    def _check_role(self):
        if not self.env.user.has_group(ROLE):
            raise AccessError(self.env._("The day's list is for sales and their managers."))

    def _salespeople(self):
        """Active salespeople who work in the company."""
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", self.env.ref(ROLE).ids),
                ("company_ids", "in", self.env.company.ids),
                ("share", "=", False),
            ],
            order="name",
        )

    def _colleagues(self):
        if not self.env.user.has_group(MANAGER):
            return []
        return [{"id": user.id, "name": user.name} for user in self._salespeople()]

    # -- lines ---------------------------------------------------------------------------------

    def _today(self):
        return fields.Date.context_today(self)

    def _line(self, kind, number):
        """The activity or visit of a line, or nothing for a proposal.

        :raises AccessError: the viewer has no role here, or may not change it
        """
        self._check_role()
        models_of = {"activity": "mail.activity", "visit": "crm.visit", "action": False}
        if kind not in models_of or isinstance(number, bool) or not isinstance(number, int):
            raise UserError(self.env._("There is no such line."))
        if not models_of[kind]:
            return None
        record = self.env[models_of[kind]].browse(number).exists()
        if not record:
            raise UserError(self.env._("Somebody has seen to it already."))
        record.check_access("write")
        return record

    def _proposal_done(self, code, partner_id, note):
        """A proposal that was followed: in the customer's history, and not proposed for a while."""
        actions = self.env["crm.next.action"]
        actions.snooze_next_action(code, partner_id)
        partner = actions._customer(partner_id)
        summary = note or self.env._("Seen to from the day's list")
        activity = partner.activity_schedule(
            TO_DO, date_deadline=self._today(), user_id=self.env.uid, summary=summary
        )
        activity.action_feedback(feedback=note)
        return True
