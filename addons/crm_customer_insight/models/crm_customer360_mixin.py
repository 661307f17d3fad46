from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain

from ..tools.customer_360 import (
    Section,
    bounded,
    change_rate,
    channel_state,
    fill_months,
    looks_like_number,
    months_back,
    ordered,
    plain_term,
    zone_of,
)
from .day_format import format_day

TREND_MONTHS = 12
LIST_LIMIT = 5
FINDER_LIMIT = 12
FINDER_MOST = 50


class CrmCustomer360Mixin(models.AbstractModel):
    """Customer 360: everything about a customer that the viewer may see, in one answer (C360-1).

    A part of ``res.partner``, kept apart because it only reads; addons extend ``res.partner``.
    """

    _name = "crm.customer360.mixin"
    _description = "Customer 360"

    @api.model
    @api.readonly
    def get_customer_360(self, partner_id):
        """All sections of a contact's 360 view in a number of queries that no history changes.

        :return: ``{"id", "name", "commercial": {"id", "name"}, "now", "sections": [...]}``; a
            section has ``code``, ``label``, ``area``, ``kind`` and the data of its method.
        :raise AccessError: for visitors who are no internal users and contacts they may not read.
        :raise MissingError: when the contact was deleted.
        """
        partner = self._customer_360_partner(partner_id)
        sections = []
        for section in ordered(self._customer_360_sections()):
            data = partner._customer_360_section_data(section)
            if data is not None:
                sections.append(
                    {
                        "code": section.code,
                        "label": section.label,
                        "area": section.area,
                        "kind": section.kind,
                        **data,
                    }
                )
        commercial = partner.commercial_partner_id
        return {
            "id": partner.id,
            "name": partner.display_name,
            "commercial": {"id": commercial.id, "name": commercial.name},
            "now": fields.Datetime.to_string(fields.Datetime.now()),
            "sections": sections,
        }

    @api.model
    def _customer_360_partner(self, partner_id):
        """The contact, after checking that the viewer is one of us and may read him."""
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The 360 view of a customer is for employees only."))
        if not isinstance(partner_id, int) or isinstance(partner_id, bool):
            raise UserError(self.env._("Choose a customer first."))
        partner = self.browse(partner_id).exists()
        if not partner:
            raise MissingError(
                self.env._(
                    "This contact no longer exists; it may have been merged into another one."
                )
            )
        partner.check_access("read")
        return partner

    @api.model
    def _customer_360_sections(self):
        """The sections of the 360 view as ``tools.customer_360.Section``.

        Addons add theirs to the list that ``super()`` returns; a later section replaces an earlier
        one of the same code. ARCHITECTURE.md shows an example.
        """
        labels = self._customer_360_labels()

        def section(code, area, sequence, kind, model=""):
            method = f"_customer_360_{code}"
            return Section(code, labels[code], area, sequence, kind, method, model)

        return [
            section("identity", "side", 10, "identity"),
            section("facts", "side", 20, "facts", "crm.profile.value"),
            section("value", "main", 10, "value", "crm.customer.snapshot"),
            section("overdue", "main", 20, "items", "account.move"),
            section("alerts", "main", 15, "items", "crm.customer.alert"),
            section("agenda", "main", 30, "items"),
            section("opportunities", "main", 40, "items", "crm.lead"),
            section("quotations", "main", 50, "items", "sale.order"),
            section("actions", "aside", 10, "actions", "crm.next.action.snooze"),
            section("contacts", "aside", 20, "contacts"),
        ]

    @api.model
    def _customer_360_labels(self):
        return {
            "identity": self.env._("About"),
            "facts": self.env._("Profile"),
            "value": self.env._("Value"),
            "overdue": self.env._("Overdue invoices"),
            "alerts": self.env._("Alerts"),
            "agenda": self.env._("Agenda"),
            "opportunities": self.env._("Opportunities"),
            "quotations": self.env._("Quotations"),
            "actions": self.env._("Next best actions"),
            "contacts": self.env._("Last contacts"),
        }

    def _customer_360_section_data(self, section):
        if section.model and not self.env[section.model].has_access("read"):
            return None
        return getattr(self, section.method)()

    # Who he is

    def _customer_360_identity(self):
        commercial = self.commercial_partner_id
        return {
            "title": self.name or self.display_name,
            "image": f"/web/image/res.partner/{self.id}/avatar_256",
            "is_company": self.is_company,
            "company": self._customer_360_link(commercial) if commercial != self else None,
            "function": self.function or "",
            "email": self.email or "",
            "numbers": self._customer_360_numbers(),
            "place": ", ".join(filter(None, [self.city, self.country_id.name])),
            "language": self._customer_360_language(),
            "tz": zone_of(self.tz, self.country_id.code),
            "tags": [{"name": tag.name, "color": tag.color} for tag in self.category_id],
            "archived": not self.active,
            "salesperson": self._customer_360_person(self.user_id or commercial.user_id),
            "team": self._customer_360_team(),
            "channels": self._customer_360_channels(),
        }

    @api.model
    def _customer_360_link(self, record):
        return {"id": record.id, "name": record.display_name} if record else None

    @api.model
    def _customer_360_person(self, user):
        return {"id": user.id, "name": user.name} if user else None

    def _customer_360_language(self):
        languages = dict(self.env["res.lang"].get_installed())
        return languages.get(self.lang, "")

    def _customer_360_numbers(self):
        numbers = self.env["crm.contact.number"].search([("partner_id", "=", self.id)])
        kinds = dict(numbers._fields["kind"]._description_selection(self.env))
        if not numbers and self.phone:
            return [{"raw": self.phone, "e164": self.phone_sanitized or "", "kind": kinds["main"]}]
        return [
            {"raw": number.raw, "e164": number.e164 or "", "kind": kinds[number.kind]}
            for number in numbers
        ]

    def _customer_360_team(self):
        """Owner and members of the key account team: ``[{"id", "name", "role"}]``."""
        # sudo: colleagues may know who looks after a customer, though not the account's plan
        account = self.commercial_partner_id.key_account_id.sudo()
        if not account:
            return []
        roles = dict(account.member_ids._fields["role"]._description_selection(self.env))
        team = {account.user_id: [self.env._("Key account manager")]} if account.user_id else {}
        for member in account.member_ids:
            team.setdefault(member.user_id, []).append(roles[member.role])
        return [
            {**self._customer_360_person(user), "role": ", ".join(names)}
            for user, names in team.items()
        ]

    def _customer_360_channels(self):
        """Per outbound channel whether he may be contacted now, as ``get_contact_decisions``."""
        if not self.env.user.has_group("crm_customer_insight.group_insight_user"):
            return []
        channels = self.get_contact_decisions()[0]["channels"]
        rows = [
            {
                "name": channel["name"],
                "icon": channel["icon"],
                "preferred": channel["preferred"],
                "state": channel_state(channel),
                "earliest": channel["earliest"] or "",
                "why": " ".join(reason["text"] for reason in channel["reasons"]),
            }
            for channel in channels
        ]
        return sorted(rows, key=lambda row: not row["preferred"])

    def _customer_360_facts(self):
        """Current profile facts of the contact and his company with their source (C360-6)."""
        people = (self | self.commercial_partner_id).ids
        facts = self.env["crm.profile.value"].search([("partner_id", "in", people)])
        sources = dict(facts._fields["source"]._description_selection(self.env))
        return {
            "facts": [
                {
                    "label": fact.attribute_id.name,
                    "value": self._customer_360_fact_text(fact),
                    "source": sources[fact.source],
                    "confirmer": fact.confirmed_by.name or "",
                    "date": fields.Date.to_string(fact.confirmed_on or fact.date),
                }
                for fact in facts
            ],
            "empty": self.env._("No facts are noted yet. Note the first on the contact's form."),
        }

    @api.model
    def _customer_360_fact_text(self, fact):
        if fact.type == "date" and fact.value_date:
            return format_day(self.env, fact.value_date)
        return fact.value or ""

    # Value

    def _customer_360_value(self):
        """Figures of the commercial entity per company; none when the viewer may see none."""
        notes = self._customer_360_notes()
        domain = [("partner_id", "=", self.commercial_partner_id.id), ("is_current", "=", True)]
        rows = self.env["crm.customer.snapshot"].search(domain, order="date, id")
        newest = {row.company_id: row for row in rows}
        snapshots = rows.browse(row.id for row in newest.values())
        if not snapshots:
            return {"scopes": [], "notes": notes, "empty": self._customer_360_value_empty()}
        months = self._customer_360_months()
        scopes = [self._customer_360_scope(snapshot, months) for snapshot in snapshots]
        first = snapshots._current_company_id() or False
        scopes.sort(key=lambda scope: (scope["company_id"] != first, scope["label"]))
        commercial = self.commercial_partner_id
        return {
            "scopes": scopes,
            "notes": notes,
            "empty": "",
            "of": commercial.name if commercial != self else "",
        }

    def _customer_360_value_empty(self):
        """What to do when there are no figures, without telling whether some are hidden."""
        if self.env.user.has_group("crm_customer_insight.group_insight_analyst"):
            return self.env._(
                "Not enough data yet: figures appear after the first posted invoice and the next "
                "refresh of the customer figures."
            )
        return self.env._(
            "No figures to show. You see those of your own customers; ask a manager to become this "
            "customer's salesperson or a member of the account team."
        )

    def _customer_360_notes(self):
        return self.env["ir.config_parameter"]._insight_data_notes()

    def _customer_360_months(self):
        """Monthly facts by company: ``{company: records}``."""
        domain = [("partner_id", "=", self.commercial_partner_id.id)]
        return self.env["crm.customer.month"].search(domain, limit=600).grouped("company_id")

    def _customer_360_scope(self, snapshot, months):
        trend = self._customer_360_trend(snapshot, months)
        return {
            "snapshot_id": snapshot.id,
            "company_id": snapshot.company_id.id,
            "label": snapshot.company_id.name or self.env._("All companies"),
            "date": fields.Date.to_string(snapshot.date),
            "currency_id": snapshot.currency_id.id,
            "tier": snapshot.tier or "",
            "tier_before": snapshot.previous_tier or "",
            "tier_why": snapshot.tier_why,
            "rank_note": self.env._("number %(rank)s by profit", rank=snapshot.profit_rank)
            if snapshot.profit_rank
            else "",
            "trend": trend,
            "cards": self._customer_360_cards(snapshot),
        }

    def _customer_360_trend(self, snapshot, months):
        """Revenue and profit per month; None when companies differ in currency."""
        if snapshot.company_id:
            rows = months.get(snapshot.company_id, self.env["crm.customer.month"])
        else:
            rows = self.env["crm.customer.month"].union(*months.values())
        if not rows or len(rows.currency_id) > 1:
            return None
        shown = months_back(snapshot.date, TREND_MONTHS)
        revenue, profit = {}, {}
        for row in rows:
            cost = row.product_cost + row.direct_cost + row.allocated_cost
            revenue[row.month] = revenue.get(row.month, 0.0) + row.revenue
            profit[row.month] = profit.get(row.month, 0.0) + row.revenue - cost
        first = snapshot.first_purchase or min(row.month for row in rows)
        return {
            "months": [fields.Date.to_string(month) for month in shown],
            "revenue": fill_months(revenue, shown, first),
            "profit": fill_months(profit, shown, first),
            "currency_id": rows.currency_id.id,
        }

    def _customer_360_window(self, snapshot):
        """First and last day that the snapshot's money covers."""
        for period in snapshot._periods(snapshot.date):
            if (period.company_id or False) == snapshot.company_id.id:
                return period.window_start, snapshot.date
        return snapshot.date - relativedelta(months=TREND_MONTHS), snapshot.date

    def _customer_360_cards(self, snapshot):
        start, end = self._customer_360_window(snapshot)
        period = self.env._(
            "%(start)s to %(end)s",
            start=format_day(self.env, start),
            end=format_day(self.env, end),
        )
        invoices = self.env["account.move"].has_access("read") and "action_open_invoices"
        cards = [
            (self._customer_360_revenue_card(snapshot), invoices),
            (self._customer_360_profit_card(snapshot), "action_open_months"),
            (self._customer_360_margin_card(snapshot), "action_open_months"),
            (self._customer_360_rfm_card(snapshot), invoices),
            (self._customer_360_stage_card(snapshot), "action_open_history"),
            (self._customer_360_lifetime_card(snapshot), "action_open_lifetime"),
        ]
        return [{**card, "period": period, "method": method or ""} for card, method in cards]

    def _customer_360_revenue_card(self, snapshot):
        return {
            "code": "revenue",
            "label": self.env._("Revenue"),
            "kind": "monetary",
            "value": snapshot.revenue,
            "change": change_rate(snapshot.revenue, snapshot.revenue_previous),
            "why": self.env._("Posted invoices less credit notes, without taxes."),
        }

    def _customer_360_profit_card(self, snapshot):
        return {
            "code": "profit",
            "label": self.env._("Profit"),
            "kind": "monetary",
            "value": snapshot.profit,
            "parts": [
                {"label": self.env._("Product cost"), "value": snapshot.product_cost},
                {"label": self.env._("Cost of contacts"), "value": snapshot.direct_cost},
                {"label": self.env._("Share of overhead"), "value": snapshot.allocated_cost},
            ],
            "why": self.env._("Revenue less product cost, cost of contacts and share of overhead."),
        }

    def _customer_360_margin_card(self, snapshot):
        known, estimated = snapshot.cost_known_share, snapshot.cost_estimated_share
        return {
            "code": "margin",
            "label": self.env._("Margin"),
            "kind": "percent",
            # Without revenue, and with more credited than sold, there is no margin: not 0.
            "value": snapshot.margin_rate if snapshot.revenue > 0 else None,
            "note": self._customer_360_cost_note(known, estimated),
            "why": self.env._(
                "Profit ÷ revenue. Product cost is recorded for %(known)s %% of the revenue, "
                "estimated for %(estimated)s %% and missing for the rest.",
                known=round(100 * known),
                estimated=round(100 * estimated),
            ),
        }

    @api.model
    def _customer_360_cost_note(self, known, estimated):
        if known < estimated:
            return self.env._("cost estimated for %(share)s\u00a0%%", share=round(100 * estimated))
        return self.env._("cost recorded for %(share)s\u00a0%%", share=round(100 * known))

    def _customer_360_rfm_card(self, snapshot):
        known = bool(snapshot.rfm and snapshot.last_purchase)
        return {
            "code": "rfm",
            "label": self.env._("RFM"),
            "kind": "text",
            "value": snapshot.rfm if known else None,
            "note": known
            and self.env._(
                "last purchase %(date)s", date=format_day(self.env, snapshot.last_purchase)
            ),
            "why": known
            and self.env._(
                "Recency, frequency and money, 5 is best. Last purchase %(days)s days before "
                "the data date: R %(r)s. %(count)s purchases in the period: F %(f)s. Revenue "
                "against all customers: M %(m)s.",
                days=snapshot.recency_days,
                count=snapshot.frequency,
                r=snapshot.r_score,
                f=snapshot.f_score,
                m=snapshot.m_score,
            ),
        }

    def _customer_360_stage_card(self, snapshot):
        def label(name):
            return dict(snapshot._fields[name]._description_selection(self.env)).get(snapshot[name])

        return {
            "code": "stage",
            "label": self.env._("Life cycle"),
            "kind": "text",
            "value": label("lifecycle_stage"),
            "note": label("cooperation_state") or "",
            "why": self.env._("Stage by the age of the relation, the last purchase and the trend."),
        }

    @api.model
    def _customer_360_list(self, name, model, domain, **context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "list"], [False, "form"]],
            "domain": list(domain),
            "context": context,
        }

    # Open matters

    def _customer_360_domain(self, field="partner_id"):
        """Documents of the whole company for a commercial entity, of himself for a contact.

        The company's contacts stay a sub-query, so that thousands of them cost nothing.
        """
        if self.commercial_partner_id == self:
            return Domain(f"{field}.commercial_partner_id", "=", self.id)
        return Domain(field, "=", self.id)

    def _customer_360_items(self, model, domain, item, order=None, amount=None, label=None):
        """Section of kind ``items``: the first documents, how many there are and what they sum to.

        :param item: function from a record to ``{"name", "note", "date", "amount", ...}``.
        :param amount: ``(amount field, currency field)`` of the totals.
        """
        records = self.env[model].search(domain, order=order, limit=LIST_LIMIT)
        rows = [{"res_model": model, "res_id": record.id, **item(record)} for record in records]
        count, totals = len(records), []
        if records:
            count, totals = self._customer_360_totals(model, domain, amount)
        return {
            "items": rows,
            "count": count,
            "totals": totals,
            "action": self._customer_360_list(label or model, model, list(domain))
            if rows
            else None,
        }

    def _customer_360_totals(self, model, domain, amount):
        if not amount:
            return self.env[model].search_count(domain), []
        field, currency = amount
        groups = self.env[model]._read_group(domain, [currency], ["__count", f"{field}:sum"])
        totals = [{"amount": total, "currency_id": key.id} for key, __, total in groups if total]
        return sum(count for __, count, __ in groups), totals

    def _customer_360_overdue(self):
        today = fields.Date.context_today(self)
        domain = self._customer_360_domain() & Domain(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ["not_paid", "partial"]),
                ("invoice_date_due", "<", fields.Date.to_string(today)),
                ("amount_residual", ">", 0),
            ]
        )

        def item(move):
            days = (today - move.invoice_date_due).days
            return {
                "name": move.name,
                "note": self.env._("%(days)s days overdue", days=days),
                "date": fields.Date.to_string(move.invoice_date_due),
                "amount": move.amount_residual,
                "currency_id": move.currency_id.id,
                "level": "late",
            }

        return self._customer_360_items(
            "account.move",
            domain,
            item,
            order="invoice_date_due, id",
            amount=("amount_residual", "currency_id"),
            label=self.env._("Overdue invoices"),
        )

    def _customer_360_opportunities(self):
        domain = self._customer_360_domain() & Domain(
            [("type", "=", "opportunity"), ("won_status", "=", "pending")]
        )

        def item(lead):
            deadline = lead.date_deadline
            late = deadline and deadline < fields.Date.context_today(self)
            return {
                "name": lead.name,
                "note": self._customer_360_chance(lead),
                "date": fields.Date.to_string(deadline) if deadline else "",
                "amount": lead.expected_revenue or None,
                "currency_id": lead.company_currency.id,
                "level": "late" if late else "",
            }

        return self._customer_360_items(
            "crm.lead",
            domain,
            item,
            order="date_deadline, expected_revenue desc, id",
            label=self.env._("Opportunities"),
        )

    @api.model
    def _customer_360_chance(self, lead):
        stage, chance = lead.stage_id.name or "", round(lead.probability)
        if not chance:
            return stage
        return self.env._("%(stage)s, %(chance)s %%", stage=stage, chance=chance)

    def _customer_360_quotations(self):
        domain = self._customer_360_domain() & Domain("state", "in", ["draft", "sent"])
        today = fields.Date.context_today(self)

        def item(order):
            expired = order.validity_date and order.validity_date < today
            states = dict(order._fields["state"]._description_selection(self.env))
            return {
                "name": order.name,
                "note": self.env._("Expired") if expired else states[order.state],
                "date": fields.Date.to_string(order.validity_date) if order.validity_date else "",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "level": "soon" if expired else "",
            }

        return self._customer_360_items(
            "sale.order",
            domain,
            item,
            order="validity_date, id",
            amount=("amount_total", "currency_id"),
            label=self.env._("Quotations"),
        )

    def _customer_360_agenda(self):
        """Next meetings with the customer, activities planned on him or his opportunities."""
        rows = self._customer_360_activities() + self._customer_360_meetings()
        rows.sort(key=lambda row: row["date"])
        rows = rows[:LIST_LIMIT]
        return {"items": rows, "count": len(rows), "totals": [], "action": None}

    def _customer_360_meetings(self):
        now = fields.Datetime.now()
        events = self.env["calendar.event"].search(
            self._customer_360_domain("partner_ids") & Domain("stop", ">=", now),
            order="start, id",
            limit=LIST_LIMIT,
        )
        return [
            {
                "res_model": "calendar.event",
                "res_id": event.id,
                "name": event.name,
                "note": event.user_id.name or "",
                "date": fields.Datetime.to_string(event.start),
                "icon": "fa-calendar",
                "level": "",
            }
            for event in events
        ]

    def _customer_360_activities(self):
        today = fields.Date.context_today(self)
        activities = self.env["mail.activity"].search(
            self._customer_360_activity_domain(), order="date_deadline, id", limit=LIST_LIMIT
        )
        return [
            {
                "res_model": activity.res_model,
                "res_id": activity.res_id,
                "name": activity.summary or activity.activity_type_id.name or "",
                "note": activity.user_id.name or "",
                "date": fields.Date.to_string(activity.date_deadline),
                "icon": activity.activity_type_id.icon or "fa-check",
                "level": self._customer_360_due_level(activity.date_deadline, today),
            }
            for activity in activities
        ]

    @api.model
    def _customer_360_due_level(self, due, today):
        if due < today:
            return "late"
        return "soon" if due == today else ""

    def _customer_360_activity_domain(self):
        people = Domain("id", "=", self.id)
        if self.commercial_partner_id == self:
            people = Domain("commercial_partner_id", "=", self.id)
        domain = Domain("res_model", "=", "res.partner") & Domain(
            "res_id", "in", self.env["res.partner"]._search(people)
        )
        if self.env["crm.lead"].has_access("read"):
            leads = self.env["crm.lead"]._search(self._customer_360_domain())
            domain |= Domain("res_model", "=", "crm.lead") & Domain("res_id", "in", leads)
        return domain

    # What next

    def _customer_360_actions(self):
        """Ranked proposals for the customer, as ``crm.next.action`` gives them."""
        return {"actions": self.env["crm.next.action"].get_next_actions(self.ids)}

    # Last contacts

    def _customer_360_contacts(self):
        """The latest contact from the customer and the latest to him, from the touch ledger."""
        ledger = self.env["crm.touchpoint"]
        return {
            "incoming": ledger._timeline_latest(self, "in"),
            "outgoing": ledger._timeline_latest(self, "out"),
        }

    def action_open_customer_360(self):
        """Open the full-screen 360 view of this contact."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_customer_insight.crm_customer_360_action"
        )
        return {**action, "context": {"partner_id": self.id}}

    # Finding a customer

    @api.model
    @api.readonly
    def find_customer_360(self, term="", limit=FINDER_LIMIT):
        """Contacts for the finder and the command palette: by name, mail, reference or number.

        Without a term: the viewer's own customers who were in contact last.
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The 360 view of a customer is for employees only."))
        limit, term = bounded(limit, FINDER_MOST), plain_term(term)
        if not term:
            partners = self.search(
                [("user_id", "=", self.env.uid)], order="write_date desc", limit=limit
            )
        elif looks_like_number(term):
            partners = self._customer_360_by_number(term, limit)
        else:
            partners = self.browse(row[0] for row in self.name_search(term, limit=limit))
        return [self._customer_360_found(partner) for partner in partners]

    @api.model
    def _customer_360_by_number(self, term, limit):
        """Contacts with this number in any writing first, then those that only hold its digits."""
        callers = self.env["crm.contact.number"]._lookup(term, limit=limit)
        known = self.browse(caller["partner_id"] for caller in callers if caller["partner_id"])
        digits = "".join(char for char in term if char.isdigit()).lstrip("0")
        domain = Domain("ref", "=", term)
        if digits:
            domain |= Domain("phone_sanitized", "like", digits)
        return (known | self.search(domain, limit=limit))[:limit]

    def _customer_360_found(self, partner):
        company = partner.commercial_partner_id
        return {
            "id": partner.id,
            "name": partner.name or partner.display_name,
            "note": " · ".join(
                filter(
                    None,
                    [
                        company.name if company != partner else "",
                        partner.city,
                        partner.email,
                        partner.phone,
                    ],
                )
            ),
        }
