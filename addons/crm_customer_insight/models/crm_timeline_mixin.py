from collections import defaultdict
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.customer_360 import batch_sizes, bounded, escape_like, plain_term

COUNT_LIMIT = 1_000
PAGE_LIMIT = 200
LATEST_LIMIT = 20
KIND_ICONS = {
    "lead": "fa-star",
    "quotation": "fa-file-text-o",
    "order": "fa-shopping-cart",
    "delivery": "fa-truck",
    "invoice": "fa-file-text",
    "refund": "fa-undo",
    "contract": "fa-file-text-o",
    "payment": "fa-money",
    "mail": "fa-envelope",
    "mailing": "fa-envelope-open-o",
    "meeting": "fa-calendar",
    "activity": "fa-check",
    "call": "fa-phone",
    "visit": "fa-map-marker",
    "other": "fa-circle-o",
}


def _ids_by_model(documents):
    """Group ``(model, id)`` pairs: ``{model: [id]}``, in order."""
    ids_of = defaultdict(list)
    for model, res_id in sorted(documents):
        ids_of[model].append(res_id)
    return ids_of


class CrmTimelineMixin(models.AbstractModel):
    """The time line of a customer: pages of the ledger, checked against the viewer's rights.

    A part of ``crm.touchpoint``, kept apart because it only reads; addons extend
    ``crm.touchpoint``.
    """

    _name = "crm.timeline.mixin"
    _description = "Time line of a customer"

    @api.model
    @api.readonly
    def get_timeline(self, partner_id, kinds=None, search=None, before=None, limit=40):
        """A page of what happened with a customer, newest first (C360-1).

        A commercial entity answers for all its contacts, a contact for himself. Only events whose
        source document the viewer may read are returned, whoever the customer's salesperson is.

        :param kinds: list of ``kind`` values to keep; none of them means all.
        :param search: words looked for in the subject.
        :param before: the ``next`` of the page before: ``[date, id]``.
        :param limit: rows wanted, at most 200.
        :return: ``{"rows": [...], "next": [date, id] or None}``; ``next`` is None at the end. A
            page may hold fewer rows than wanted, even none, and still have a ``next`` when most
            rows of a long history are closed to the viewer.
        :raise AccessError: for visitors who are no internal users and contacts they may not read.
        """
        partner = self.env["res.partner"]._customer_360_partner(partner_id)
        limit = bounded(limit, PAGE_LIMIT)
        where = self._timeline_where(partner, kinds, search)
        rows, following = [], self._timeline_key(before)
        for size in batch_sizes(limit):
            batch = self._timeline_fetch(where, following, size)
            readable = self._timeline_readable(batch)
            rows += [row for row in batch if (row["res_model"], row["res_id"]) in readable]
            following = self._timeline_last(batch, size)
            if len(rows) >= limit or following is None:
                break
        if len(rows) > limit:
            rows = rows[:limit]
            following = (rows[-1]["date"], rows[-1]["id"])
        return {
            "rows": self._timeline_format(rows, partner),
            "next": following and [following[0].isoformat(), following[1]],
        }

    @api.model
    @api.readonly
    def get_timeline_counts(self, partner_id):
        """How many events of each kind the viewer may read among the customer's latest 1,000.

        :return: ``{"kinds": [{"kind", "label", "icon", "count"}], "bounded": bool}``; ``bounded``
            says that the history is longer than what was counted.
        """
        partner = self.env["res.partner"]._customer_360_partner(partner_id)
        batch = self._timeline_fetch(self._timeline_where(partner), None, COUNT_LIMIT)
        readable = self._timeline_readable(batch)
        counts = defaultdict(int)
        for row in batch:
            counts[row["kind"]] += (row["res_model"], row["res_id"]) in readable
        labels = self._timeline_kind_labels()
        return {
            "kinds": [
                {"kind": kind, "label": label, "icon": KIND_ICONS.get(kind), "count": counts[kind]}
                for kind, label in labels.items()
                if counts[kind]
            ],
            "bounded": len(batch) == COUNT_LIMIT,
        }

    @api.model
    def _timeline_latest(self, partner, direction):
        """The latest readable contact in one direction as a row of the time line, or None."""
        where = SQL("%s AND t.direction = %s", self._timeline_where(partner), direction)
        batch = self._timeline_fetch(where, None, LATEST_LIMIT)
        readable = self._timeline_readable(batch)
        rows = [row for row in batch if (row["res_model"], row["res_id"]) in readable]
        return self._timeline_format(rows[:1], partner)[0] if rows else None

    # Reading the ledger

    @api.model
    def _timeline_where(self, partner, kinds=None, search=None):
        """Condition on the ledger's rows of a customer, without any right of the viewer."""
        column = "partner_id"
        if partner.commercial_partner_id == partner:
            column = "commercial_partner_id"
        parts = [
            SQL("%s = %s", SQL.identifier("t", column), partner.id),
            SQL("t.voided IS NOT TRUE"),
            SQL("(t.company_id IS NULL OR t.company_id = ANY(%s))", self.env.companies.ids),
        ]
        if kinds and isinstance(kinds, list | tuple):
            parts.append(SQL("t.kind = ANY(%s)", [str(kind) for kind in kinds]))
        if words := plain_term(search):
            parts.append(SQL("t.name ILIKE %s", f"%{escape_like(words)}%"))
        return SQL(" AND ").join(parts)

    @api.model
    def _timeline_key(self, before):
        if not before:
            return None
        try:
            return datetime.fromisoformat(before[0]), int(before[1])
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise UserError(
                self.env._("This page of the time line does not exist. Reload the page.")
            ) from error

    @api.model
    def _timeline_fetch(self, where, before, limit):
        """Ledger rows below the key ``before``, read by the index on (customer, date, id).

        No record rule of the ledger applies here: who may see a row is decided by its source.
        """
        self.flush_model()
        if before:
            where = SQL("%s AND (t.date, t.id) < (%s, %s)", where, *before)
        return self.env.execute_query_dict(
            SQL(
                """
                WITH page AS (
                    SELECT t.* FROM crm_touchpoint t WHERE %s
                     ORDER BY t.date DESC, t.id DESC LIMIT %s
                )
                SELECT page.id, page.date, page.kind, page.event, page.name, page.direction,
                       page.amount, page.currency_id, page.channel_id, page.partner_id,
                       page.user_id, page.res_model, page.res_id,
                       contact.name AS partner_name, person.name AS user_name
                  FROM page
             LEFT JOIN res_partner contact ON contact.id = page.partner_id
             LEFT JOIN res_users ON res_users.id = page.user_id
             LEFT JOIN res_partner person ON person.id = res_users.partner_id
              ORDER BY page.date DESC, page.id DESC
                """,
                where,
                limit,
            )
        )

    @api.model
    def _timeline_last(self, batch, size):
        if len(batch) < size:
            return None
        return batch[-1]["date"], batch[-1]["id"]

    # Rights

    @api.model
    def _timeline_readable(self, rows):
        """Set of ``(res_model, res_id)`` the viewer may read: one search per model on the page."""
        ids_of = defaultdict(set)
        for row in rows:
            ids_of[row["res_model"]].add(row["res_id"])
        readable = {
            (model, res_id)
            for model, ids in ids_of.items()
            if model in self.env and self.env[model].has_access("read")
            for res_id in self._timeline_readable_ids(model, ids)
        }
        return readable | self._timeline_with_customer(rows, readable)

    @api.model
    def _timeline_customer_models(self):
        """Sources that are closed to most users, but happened with the customer: set of models.

        Whoever may read the ledger's row, as his salesperson does, sees that it happened, when and
        its subject; the source itself stays closed to him. Addons extend it with ``super()``.
        """
        return set()

    @api.model
    def _timeline_with_customer(self, rows, readable):
        """``(res_model, res_id)`` seen by the right on the ledger's row, not on the source."""
        models = self._timeline_customer_models() & set(self.env)
        wanted = {
            row["id"]: (row["res_model"], row["res_id"])
            for row in rows
            if row["res_model"] in models and (row["res_model"], row["res_id"]) not in readable
        }
        if not wanted or not self.has_access("read"):
            return set()
        keys = {wanted[touch.id] for touch in self.search([("id", "in", sorted(wanted))])}
        return keys & self._timeline_existing(keys)

    @api.model
    def _timeline_existing(self, keys):
        return {
            (model, res_id)
            for model, ids in _ids_by_model(keys).items()
            # sudo: nothing is read of the sources; deleted ones are left out as they are for others
            for res_id in self.env[model].sudo().browse(ids).exists().ids
        }

    @api.model
    def _timeline_readable_ids(self, model, ids):
        domain = Domain("id", "in", sorted(ids)) & self._timeline_domain(model)
        return self.env[model].with_context(active_test=False).search(domain).ids

    @api.model
    def _timeline_domain(self, model):
        """Condition beside the record rules of a source; addons extend it for sources of their own.

        Colleagues find a private meeting but must not read its subject, so it is left out.
        """
        if model in ("calendar.event", "calendar.attendee"):
            mine = Domain("partner_ids", "in", self.env.user.partner_id.ids)
            visible = mine | Domain(self.env["calendar.event"]._get_default_privacy_domain())
            return visible if model == "calendar.event" else Domain("event_id", "any", visible)
        return Domain.TRUE

    # What a row says

    @api.model
    def _timeline_format(self, rows, partner):
        labels = self._timeline_kind_labels()
        channels = {channel.id: channel for channel in self._timeline_channels(rows)}
        targets = self._timeline_openable(rows, partner, self._timeline_targets(rows))
        return [self._timeline_row(row, partner, labels, channels, targets) for row in rows]

    @api.model
    def _timeline_row(self, row, partner, labels, channels, targets):
        channel = channels.get(row["channel_id"])
        res_model, res_id = targets.get(
            (row["res_model"], row["res_id"]), (row["res_model"], row["res_id"])
        )
        other = row["partner_id"] and row["partner_id"] != partner.id
        return {
            "id": row["id"],
            "date": fields.Datetime.to_string(row["date"]),
            "kind": row["kind"],
            "kind_label": labels.get(row["kind"], row["kind"]),
            "icon": KIND_ICONS.get(row["kind"], "fa-circle-o"),
            "event": self._timeline_event_label(row["event"]),
            "name": row["name"] or "",
            "direction": row["direction"],
            "amount": row["amount"] if row["currency_id"] and row["amount"] else None,
            "currency_id": row["currency_id"],
            "channel": channel.name if channel else "",
            "who": {"id": row["partner_id"], "name": row["partner_name"]} if other else None,
            "user": row["user_name"] or "",
            "res_model": res_model or False,
            "res_id": res_id or False,
        }

    @api.model
    def _timeline_kind_labels(self):
        return dict(self._fields["kind"]._description_selection(self.env))

    @api.model
    def _timeline_channels(self, rows):
        ids = {row["channel_id"] for row in rows if row["channel_id"]}
        return self.env["crm.contact.channel"].browse(sorted(ids))

    @api.model
    def _timeline_event_label(self, event):
        """Words for what happened to the source; an event without words of its own shows none."""
        return {
            "bounced": self.env._("bounced"),
            "clicked": self.env._("clicked"),
            "confirmed": self.env._("confirmed"),
            "lost": self.env._("lost"),
            "opened": self.env._("opened"),
            "replied": self.env._("replied"),
            "sent": self.env._("sent"),
            "won": self.env._("won"),
        }.get(event, "")

    @api.model
    def _timeline_targets(self, rows):
        """Document to open for a source without a form of its own: ``{(model, id): (model, id)}``.

        A message opens the record it was written on, an activity the record it was planned on, an
        attendance its meeting.
        """
        targets = {}
        for model, address in self._timeline_parents().items():
            ids = {row["res_id"] for row in rows if row["res_model"] == model}
            # sudo: the page was checked already; only the address of the parent record is read
            for source in self.env[model].sudo().browse(sorted(ids)):
                parent_model, parent_id = address(source)
                if parent_model and parent_id:
                    targets[model, source.id] = (parent_model, parent_id)
        return targets

    @api.model
    def _timeline_openable(self, rows, partner, targets):
        """*targets*, where a row seen by the customer's right opens what its viewer may read.

        That is the source's document, else the contact, else nothing: on the contact's own page.
        """
        models = self._timeline_customer_models()
        of_customer = [row for row in rows if row["res_model"] in models]
        contacts = {
            (row["res_model"], row["res_id"]): ("res.partner", row["partner_id"])
            for row in of_customer
            if row["partner_id"] and row["partner_id"] != partner.id
        }
        keys = {(row["res_model"], row["res_id"]) for row in of_customer}
        open_to = self._timeline_accessible({targets.get(key) for key in keys} - {None})
        open_to |= self._timeline_accessible(set(contacts.values()))
        for key in keys:
            choices = (targets.get(key), contacts.get(key))
            targets[key] = next((choice for choice in choices if choice in open_to), (False, False))
        return targets

    @api.model
    def _timeline_accessible(self, documents):
        """The ``(model, id)`` pairs among *documents* that the viewer may read."""
        return {
            (model, record.id)
            for model, ids in _ids_by_model(documents).items()
            for record in self.env[model].browse(ids)._filtered_access("read")
        }

    @api.model
    def _timeline_parents(self):
        """Functions from a source without a form to the ``(model, id)`` that opens instead."""
        return {
            "mail.message": lambda message: (message.model, message.res_id),
            "mail.activity": lambda activity: (activity.res_model, activity.res_id),
            "calendar.attendee": lambda attendee: ("calendar.event", attendee.event_id.id),
        }
