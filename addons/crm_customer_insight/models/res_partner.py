import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..report import person_erasure, person_merge
from ..tools import phone
from .crm_customer_snapshot import COOPERATION_STATES, LIFECYCLE_STAGES, TIERS

#: A text that people type to find a number: digits with what is written around them.
LIKE_A_NUMBER = re.compile(r"^[\s+(]*\d[\d\s()./+-]{4,40}(?:\s*(?:ext\.?|x|#)\s*\d{1,7})?$", re.I)
#: Key under which a transaction keeps the contacts whose company changed.
MOVED = "crm_customer_insight.moved"
_REGION_FIELDS = frozenset(("country_id", "parent_id", "is_company", "company_id"))

PREFIX = "insight_"
# Fields of the partner whose value is the column of the same name of the current snapshot.
SNAPSHOT_FIELDS = (
    "tier",
    "revenue",
    "profit",
    "margin_rate",
    "rfm",
    "lifecycle_stage",
    "cooperation_state",
    "last_purchase",
)
USER = "crm_customer_insight.group_insight_user"

#: Fields of a contact that tell who it is; those that are not installed are left out.
PERSONAL_FIELDS = (
    "barcode",
    "city",
    "comment",
    "company_name",
    "company_registry",
    "email",
    "function",
    "image_1920",
    "partner_latitude",
    "partner_longitude",
    "phone",
    "ref",
    "street",
    "street2",
    "vat",
    "website",
    "zip",
)
#: The same for a lead. Its expected revenue, stage and dates stay as figures.
PERSONAL_LEAD_FIELDS = (
    "city",
    "contact_name",
    "description",
    "email_cc",
    "email_from",
    "function",
    "man_notes",
    "partner_name",
    "phone",
    "street",
    "street2",
    "website",
    "zip",
)
#: Tables of figures without a foreign key to the contact.
FIGURE_TABLES = (
    "crm_contact_plan",
    "crm_customer_segment_member",
    "crm_lookalike_score",
    "crm_customer_month",
    "crm_customer_snapshot",
    "crm_customer_dirty",
    "crm_customer_churn",
    "crm_loyalty_indicator",
    "crm_reorder_forecast",
)
_QUIET = {"tracking_disable": True, "mail_notrack": True, "active_test": False}


class ResPartner(models.Model):
    """The customer: numbers, permissions, value, key account, profile facts and referrals
    (C360-1, C360-2, C360-4, C360-6, ROI-3, ROI-5).

    Value fields show the current snapshot of the contact's commercial entity for the selected
    company; with several companies selected, consolidated figures (see
    ``crm.customer.snapshot._current_company_id``). They are not stored: reading, searching,
    sorting and grouping all join the snapshots the viewer may read, so that nobody learns more
    from an order or a group than from the value itself. Money has no sum here, because the
    contacts of a customer share his figures; the snapshots themselves add up.
    """

    _name = "res.partner"
    _inherit = [
        "crm.alert.partner.mixin",
        "crm.partner.role.mixin",
        "crm.reminder.partner.mixin",
        "crm.segment.column.mixin",
        "crm.segment.partner.mixin",
        "crm.churn.partner.mixin",
        "crm.lifetime.partner.mixin",
        "crm.life.event.partner.mixin",
        "res.partner",
        "crm.association.partner.mixin",
        "crm.contact.decision.mixin",
        "crm.contract.360.mixin",
        "crm.loyalty.360.mixin",
        "crm.customer360.mixin",
        "crm.quality.partner.mixin",
    ]

    # Numbers
    contact_number_ids = fields.One2many(
        "crm.contact.number",
        "partner_id",
        "Numbers",
        bypass_search_access=True,
        groups="base.group_user",
        help="All telephone numbers. Those of the phone field follow it.",
    )
    number_in_any_writing = fields.Char(
        "Number in any writing",
        store=False,
        search="_search_number_in_any_writing",
        groups="base.group_user",
        help="Finds the contact by any of its numbers, written in any way.",
    )

    # Channels and permissions
    contact_permission_ids = fields.One2many(
        "crm.contact.permission",
        "partner_id",
        "Contact permissions",
        groups="crm_customer_insight.group_insight_user",
    )
    contact_permissions_editable = fields.Boolean(
        "Permissions may be changed",
        compute="_compute_contact_permissions_editable",
        groups="base.group_user",
    )
    preferred_channel_id = fields.Many2one(
        "crm.contact.channel",
        "Preferred channel",
        compute="_compute_preferred_channel_id",
        search="_search_preferred_channel_id",
        groups="base.group_user",
        help="Chosen by the contact or, where he has chosen none, by his company.",
    )

    # Value: the current snapshot of the commercial entity
    insight_currency_id = fields.Many2one(
        "res.currency", "Value currency", compute="_compute_insight", groups=USER
    )
    insight_tier = fields.Selection(
        TIERS,
        "Tier",
        compute="_compute_insight",
        search="_search_insight_tier",
        groups=USER,
        help="A brings the most profit, D little or none; see the value rules.",
    )
    insight_revenue = fields.Monetary(
        "Revenue in the window",
        currency_field="insight_currency_id",
        compute="_compute_insight",
        search="_search_insight_revenue",
        aggregator=None,
        groups=USER,
        help="Invoiced, net of credit notes, without taxes, in the value window.",
    )
    insight_profit = fields.Monetary(
        "Profit in the window",
        currency_field="insight_currency_id",
        compute="_compute_insight",
        search="_search_insight_profit",
        aggregator=None,
        groups=USER,
        help="Revenue − product cost − direct cost − allocated cost in the value window.",
    )
    insight_margin_rate = fields.Float(
        "Margin",
        compute="_compute_insight",
        search="_search_insight_margin_rate",
        aggregator=None,
        groups=USER,
        help="Profit ÷ revenue.",
    )
    insight_rfm = fields.Char(
        "RFM",
        compute="_compute_insight",
        search="_search_insight_rfm",
        groups=USER,
        help="Scores 1 to 5 for recency, frequency and revenue.",
    )
    insight_lifecycle_stage = fields.Selection(
        LIFECYCLE_STAGES,
        "Life-cycle stage",
        compute="_compute_insight",
        search="_search_insight_lifecycle_stage",
        groups=USER,
    )
    insight_cooperation_state = fields.Selection(
        COOPERATION_STATES,
        "Cooperation",
        compute="_compute_insight",
        search="_search_insight_cooperation_state",
        groups=USER,
    )
    insight_last_purchase = fields.Date(
        "Last purchase",
        compute="_compute_insight",
        search="_search_insight_last_purchase",
        groups=USER,
    )

    # Key account
    key_account_ids = fields.One2many(
        "crm.key.account",
        "partner_id",
        "Key accounts",
        groups="crm_customer_insight.group_insight_user",
    )
    key_account_id = fields.Many2one(
        "crm.key.account",
        "Key account",
        compute="_compute_key_account",
        compute_sudo=True,
        groups="base.group_user",
    )
    is_key_account = fields.Boolean(
        "Is a key account",
        compute="_compute_key_account",
        search="_search_is_key_account",
        compute_sudo=True,
        groups="base.group_user",
    )
    key_account_member_ids = fields.Many2many(
        "res.users",
        string="Key account team",
        compute="_compute_key_account",
        search="_search_key_account_member_ids",
        compute_sudo=True,
        groups="base.group_user",
        help="Owner and team of the customer's active key account.",
    )

    # Profile facts, selections
    profile_value_ids = fields.One2many(
        "crm.profile.value",
        "partner_id",
        "Profile facts",
        groups="crm_customer_insight.group_insight_user",
    )
    customer_selection_ids = fields.Many2many(
        "crm.customer.selection",
        string="Found by selection",
        store=False,
        search="_search_customer_selection_ids",
        groups="crm_customer_insight.group_insight_user",
    )

    # Referrals
    referrer_id = fields.Many2one(
        "res.partner",
        "Recommended by",
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="The contact who recommended us; makes a referral.",
    )
    referral_ids = fields.One2many(
        "crm.referral",
        "referrer_id",
        "Referrals made",
        groups="crm_customer_insight.group_insight_user",
    )
    referral_count = fields.Integer(
        "Number of referrals",
        compute="_compute_referral_count",
        groups="crm_customer_insight.group_insight_user",
    )

    # Anonymous touches find their person by his address.
    _insight_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

    # Numbers in any writing

    @api.model
    def _search_number_in_any_writing(self, operator, value):
        """Contacts with this number; half a number is looked for as Odoo's own search does."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        # sudo: numbers follow the phone field whoever searches
        self.env["crm.contact.number"].sudo()._drain()
        values = [value] if isinstance(value, str) else list(value)
        return Domain.OR(self._number_domain(text) for text in values if text)

    def _number_domain(self, text):
        parsed = phone.parse(text, self.env["crm.contact.number"]._lookup_region(raw=text))
        if parsed.e164:
            return Domain("contact_number_ids.e164", "=", parsed.e164)
        if parsed.extension:
            return Domain("contact_number_ids", "any", self._internal_domain(parsed.extension))
        if parsed.problem == "anonymous" or len(text.strip()) < self._phone_search_min_length:
            return Domain.FALSE
        return Domain("phone_mobile_search", "ilike", text)

    def _internal_domain(self, extension):
        return Domain("e164", "=", False) & Domain("extension", "=", extension)

    @api.model
    def _search_display_name(self, operator, value):
        """Typing a number where a contact is chosen finds him too."""
        domain = super()._search_display_name(operator, value)
        if operator in ("ilike", "=") and isinstance(value, str) and LIKE_A_NUMBER.match(value):
            parsed = phone.parse(value, self.env.company.country_id.code)
            if parsed.e164 and self.env.user._is_internal():
                # sudo: numbers follow the phone field whoever searches
                self.env["crm.contact.number"].sudo()._drain()
                domain = Domain(domain) | Domain("contact_number_ids.e164", "=", parsed.e164)
        return domain

    # Permissions and preferred channel

    @api.depends_context("uid")
    @api.depends("user_id", "commercial_partner_id.user_id")
    def _compute_contact_permissions_editable(self):
        """Whether the record rules let the user record a permission for the contact."""
        permission = self.env["crm.contact.permission"]
        self.contact_permissions_editable = False
        if not permission.has_access("create"):
            return
        domain = Domain(self.env["ir.rule"]._compute_domain(permission._name, "create"))
        for partner in self:
            # sudo: only compares the contact with the rule, shows nothing of it
            draft = permission.sudo().new({"partner_id": partner._origin.id or partner.id})
            partner.contact_permissions_editable = bool(draft.filtered_domain(domain))

    @api.depends("contact_permission_ids.preferred", "contact_permission_ids.active")
    def _compute_preferred_channel_id(self):
        partners = self._origin | self.commercial_partner_id._origin
        # sudo: which channel a visible contact prefers is no secret; its evidence is
        chosen = (
            self.env["crm.contact.permission"]
            .sudo()
            .search([("partner_id", "in", partners.ids), ("preferred", "=", True)])
        )
        channels = {permission.partner_id.id: permission.channel_id.id for permission in chosen}
        for partner in self:
            partner.preferred_channel_id = channels.get(partner._origin.id) or channels.get(
                partner.commercial_partner_id._origin.id
            )

    @api.model
    def _search_preferred_channel_id(self, operator, value):
        """The condition itself: `_field_to_sql` gives the ORM a column to search."""
        return Domain("preferred_channel_id", operator, value)

    def _preferred_channel_sql(self, alias, query):
        """Joins through the unique index of preferred permissions: at most one row per contact."""
        if query is None:
            raise ValueError("preferred_channel_id can only be read within a query")
        own = self._join_preferred(alias, "id", query)
        company = self._join_preferred(alias, "commercial_partner_id", query)
        return SQL("COALESCE(%s, %s)", own, company)

    def _join_preferred(self, alias, key, query):
        # sudo: see _compute_preferred_channel_id
        permission = self.env["crm.contact.permission"].sudo()
        joined = query.make_alias(alias, f"{key}__preferred")
        condition = SQL(
            "%s = %s AND %s AND %s",
            permission._field_to_sql(joined, "partner_id"),
            SQL.identifier(alias, key, to_flush=self._fields[key] if key != "id" else None),
            permission._field_to_sql(joined, "active"),
            permission._field_to_sql(joined, "preferred"),
        )
        query.add_join("LEFT JOIN", joined, permission._table, condition)
        return permission._field_to_sql(joined, "channel_id")

    # Value

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "allowed_company_ids", "uid")
    def _compute_insight(self):
        snapshots = self.env["crm.customer.snapshot"].search_fetch(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                *self._insight_domain(),
            ],
            ["partner_id", "currency_id", *SNAPSHOT_FIELDS],
        )
        by_partner = {snapshot.partner_id.id: snapshot for snapshot in snapshots}
        for partner in self:
            snapshot = by_partner.get(partner.commercial_partner_id.id, snapshots.browse())
            partner.insight_currency_id = snapshot.currency_id or self.env.company.currency_id
            for name in SNAPSHOT_FIELDS:
                partner[PREFIX + name] = snapshot[name]

    @api.model
    def _insight_domain(self):
        """The current snapshots of the company, or of all together, the viewer works with."""
        company_id = self.env["crm.customer.snapshot"]._current_company_id()
        return [("is_current", "=", True), ("company_id", "=", company_id)]

    # A search method per field, because that is how the ORM names the field to search.

    def _search_insight_tier(self, operator, value):
        return self._search_insight("insight_tier", operator, value)

    def _search_insight_revenue(self, operator, value):
        return self._search_insight("insight_revenue", operator, value)

    def _search_insight_profit(self, operator, value):
        return self._search_insight("insight_profit", operator, value)

    def _search_insight_margin_rate(self, operator, value):
        return self._search_insight("insight_margin_rate", operator, value)

    def _search_insight_rfm(self, operator, value):
        return self._search_insight("insight_rfm", operator, value)

    def _search_insight_lifecycle_stage(self, operator, value):
        return self._search_insight("insight_lifecycle_stage", operator, value)

    def _search_insight_cooperation_state(self, operator, value):
        return self._search_insight("insight_cooperation_state", operator, value)

    def _search_insight_last_purchase(self, operator, value):
        return self._search_insight("insight_last_purchase", operator, value)

    def _search_insight(self, name, operator, value):
        """Compare the joined column itself, as for a stored field."""
        return Domain.custom(
            to_sql=lambda model, alias, query: model._fields[name]._condition_to_sql(
                name, operator, value, model, alias, query
            )
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Columns of unstored fields, so that the ORM can search, sort and group by them."""
        if field_expr == "preferred_channel_id":
            self._check_field_access(self._fields[field_expr], "read")
            return self._preferred_channel_sql(alias, query)
        column = field_expr.removeprefix(PREFIX)
        if column != field_expr and column in (*SNAPSHOT_FIELDS, "currency_id"):
            return self._insight_sql(alias, field_expr, query)
        return super()._field_to_sql(alias, field_expr, query)

    def _insight_sql(self, alias, field_expr, query):
        self._check_field_access(self._fields[field_expr], "read")
        if query is None:
            raise ValueError(f"{field_expr} can only be read within a query")
        return SQL.identifier(self._join_insight(alias, query), field_expr.removeprefix(PREFIX))

    def _join_insight(self, alias, query):
        """Join the current snapshot the viewer may read; returns its alias."""
        snapshots = self.env["crm.customer.snapshot"]
        visible = snapshots.with_context(active_test=False)._search(self._insight_domain())
        joined = query.make_alias(alias, f"insight_{self.env.uid}")
        query.add_join(
            "LEFT JOIN",
            joined,
            visible.subselect(SQL("%s.*", SQL.identifier(snapshots._table))),
            SQL(
                "%s = %s",
                SQL.identifier(alias, "commercial_partner_id"),
                SQL.identifier(joined, "partner_id"),
            ),
        )
        return joined

    # Key account, selections, referrals

    @api.depends(
        "commercial_partner_id.key_account_ids.state",
        "commercial_partner_id.key_account_ids.user_id",
        "commercial_partner_id.key_account_ids.member_ids.user_id",
    )
    def _compute_key_account(self):
        active = {
            account.partner_id: account
            for account in self.commercial_partner_id.key_account_ids
            if account.state == "active"
        }
        for partner in self:
            account = active.get(partner.commercial_partner_id, self.env["crm.key.account"])
            partner.key_account_id = account
            partner.is_key_account = bool(account)
            partner.key_account_member_ids = account.user_id | account.member_ids.user_id

    def _search_is_key_account(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["is_key_account"], "read")
        # sudo: whether a customer is a key account is shown to every employee
        accounts = self.env["crm.key.account"].sudo()._search([("state", "=", "active")])
        domain = Domain("commercial_partner_id", "in", accounts.subselect("partner_id"))
        wanted = {bool(flag) for flag in value}
        return Domain.OR([domain] * (True in wanted) + [~domain] * (False in wanted))

    def _search_key_account_member_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["key_account_member_ids"], "read")
        return self.env["crm.key.account"]._team_partner_domain(list(value))

    def _search_customer_selection_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.customer.selection"].browse(value).exists()._partner_domain()

    def _compute_referral_count(self):
        counts = dict(
            self.env["crm.referral"]._read_group(
                [("referrer_id", "in", self.ids)], ["referrer_id"], ["__count"]
            )
        )
        for partner in self:
            partner.referral_count = counts.get(partner, 0)

    # Create, change, delete

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any(vals.get("phone") for vals in vals_list):
            self.env["crm.contact.number"]._remember(partners.filtered("phone"))
        referred = [
            partner.id
            for partner, vals in zip(partners, vals_list, strict=True)
            if vals.get("referrer_id")
        ]
        if referred:
            self.browse(referred)._sync_referrals()
        return partners

    def write(self, vals):
        if {"parent_id", "is_company"} & vals.keys():
            # sudo: who the figures belonged to until now, whatever the user may read
            before = self.sudo().commercial_partner_id
            self.env["crm.customer.dirty"]._note_partners([*before.ids, *self.ids])
        result = super().write(vals)
        region_changed = not _REGION_FIELDS.isdisjoint(vals)
        if "phone" in vals or region_changed:
            self.env["crm.contact.number"]._remember(self, dependents=region_changed)
        if "referrer_id" in vals:
            self._sync_referrals()
        return result

    def unlink(self):
        """Take the figures of deleted contacts along: their tables have no foreign key."""
        ids = tuple(self.ids)
        result = super().unlink()
        if ids:
            for table in FIGURE_TABLES:
                self.env.cr.execute(
                    SQL("DELETE FROM %s WHERE partner_id IN %s", SQL.identifier(table), ids)
                )
            self._forget_quality_rows(ids)
        return result

    def _sync_referrals(self):
        """Have the referrals follow the field, unless they are what changed it."""
        if not self.env.context.get("referral_from_source"):
            self.env["crm.referral"]._sync(self, "partner_id")

    # Actions

    def action_contact_permission_history(self):
        """All permissions of the contact, earlier ones included."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_customer_insight.crm_contact_permission_action"
            ),
            "name": self.env._("Permissions of %(contact)s", contact=self.display_name),
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id, "active_test": False},
        }

    def action_open_key_account(self):
        """Open the customer's key account, or the form to designate him."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Key account"),
            "res_model": "crm.key.account",
            "view_mode": "form",
            "views": [(False, "form")],
        }
        account = self.commercial_partner_id.key_account_ids[:1]
        if account:
            return {**action, "res_id": account.id}
        context = {
            "default_partner_id": self.commercial_partner_id.id,
            "default_user_id": self.user_id.id or self.env.uid,
        }
        return {**action, "context": context}

    def action_open_referrals(self):
        """Open the referrals the contact made."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_referral_action"
        )
        return {**action, "domain": [("referrer_id", "in", self.ids)], "context": {}}

    # Moving to another company

    @api.depends("is_company", "parent_id.commercial_partner_id")
    def _compute_commercial_partner(self):
        result = super()._compute_commercial_partner()
        self._remember_commercial_change()
        return result

    def _remember_commercial_change(self):
        """Have the ledger follow contacts that now belong to another company, once per
        transaction; costs no query now."""
        ids = [partner_id for partner_id in self._ids if partner_id]
        if not ids:
            return
        precommit = self.env.cr.precommit
        if MOVED not in precommit.data:
            # sudo: the ledger is written by nobody but its own code
            precommit.add(self.sudo().browse()._drain_commercial_changes)
        precommit.data.setdefault(MOVED, set()).update(ids)

    @api.model
    def _drain_commercial_changes(self):
        """Give the ledger rows of moved contacts their present company."""
        ids = self.env.cr.precommit.data.get(MOVED)
        if not ids:
            return
        self.env.flush_all()
        moved = sorted(ids)
        ids.clear()
        changed = self.env.execute_query(
            SQL(
                """WITH moved AS (
                    SELECT t.id, t.commercial_partner_id AS old, p.commercial_partner_id AS new
                      FROM crm_touchpoint t JOIN res_partner p ON p.id = t.partner_id
                     WHERE t.partner_id = ANY(%s)
                       AND t.commercial_partner_id IS DISTINCT FROM p.commercial_partner_id)
                UPDATE crm_touchpoint t SET commercial_partner_id = moved.new
                  FROM moved WHERE moved.id = t.id
                RETURNING moved.old, moved.new, t.company_id,
                          date_trunc('month', t.date)::date, t.cost <> 0""",
                moved,
            )
        )
        if changed:
            self.env["crm.touchpoint"].invalidate_model(["commercial_partner_id"])
            cells = {
                (customer, company, month)
                for old, new, company, month, costs in changed
                for customer in (old, new)
                if costs and customer and company
            }
            self.env["crm.touchpoint"]._touchpoints_changed([list(cell) for cell in cells])

    # Erasure

    def _erase_person(self, emails=()):
        """Erase these people: nothing that our tables, the contact or its leads hold tells who
        they were (right to erasure, GDPR article 17).

        What the law wants kept stays as figures without a person: invoices and orders keep their
        amounts and point to a contact without name, ledger rows keep date, kind and amount, months
        and snapshots their sums. Issued documents (PDF) and mails written by the person are listed
        by the privacy look-up for the administrator to decide.

        :param emails: normalized addresses of people who are no contacts, erased as well
        :raises UserError: when somebody still logs in as one of these contacts
        """
        if self.with_context(active_test=False).user_ids:
            raise UserError(
                self.env._("Delete the user of this contact first; the contact belongs to it.")
            )
        people = self | self.with_context(active_test=False).child_ids.filtered(
            lambda child: child.type != "contact"
        )
        addresses = set(emails) | set(filter(None, people.mapped("email_normalized")))
        self.env["crm.contact.number"]._drain()
        self.env.flush_all()
        numbers = person_erasure.numbers_of(self.env, people.ids)
        people._erase_leads(addresses)
        people._erase_contacts()
        self.env.flush_all()
        for model in person_merge.tables(self.env):
            person_erasure.erase(model, people.ids, addresses, numbers)

    def _erase_contacts(self):
        """Take from each contact what tells who it is, with its conversation, and archive it."""
        if not self:
            return
        empty = {name: False for name in PERSONAL_FIELDS if name in self._fields}
        for partner in self.with_context(**_QUIET):
            name = self.env._("Erased contact %(id)s", id=partner.id)
            partner.write({**empty, "name": name, "active": False})
        self.category_id = False
        self._erase_conversation(self)

    def _erase_leads(self, addresses):
        leads = (
            self.env["crm.lead"]
            .with_context(**_QUIET)
            .search(
                [
                    "|",
                    ("partner_id", "in", self.ids),
                    ("email_normalized", "in", list(addresses)),
                ]
            )
        )
        if not leads:
            return
        empty = {name: False for name in PERSONAL_LEAD_FIELDS if name in leads._fields}
        for lead in leads:
            lead.write({**empty, "name": self.env._("Erased lead %(id)s", id=lead.id)})
        # sudo: numbers go with the person whoever may edit them
        leads.sudo().contact_number_ids.unlink()
        self._erase_conversation(leads)

    def _erase_conversation(self, records):
        """Delete messages, activities, followers and files that hang on *records*."""
        document = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        messages = [("model", "=", records._name), ("res_id", "in", records.ids)]
        self.env["mail.message"].search(messages).unlink()
        self.env["mail.activity"].with_context(active_test=False).search(document).unlink()
        self.env["mail.followers"].search(document).unlink()
        attachments = [*document, ("res_field", "in", [False, *records._fields])]
        self.env["ir.attachment"].search(attachments).unlink()
