from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..report import customer_facts as sql
from ..tools.facts import ConditionError, Fact, Param, leaves, parse

ROLE = "crm_customer_insight.group_insight_user"
LEVELS = ("customer", "contact")
PROFILE_COLUMNS = {
    "char": ("text", "value_char"),
    "number": ("number", "value_number"),
    "date": ("date", "value_date"),
    "boolean": ("boolean", "value_boolean"),
}


class CrmCustomerFact(models.AbstractModel):
    """The registry of facts about customers: what selections, campaigns and others may ask.

    Addons offer facts by extending :meth:`_facts` with ``super()``; whoever wants customers by
    facts calls :meth:`_select`, :meth:`_count` or :meth:`_values` and never needs to know which
    addon answers. Facts marked ``figure`` are answered for the viewer's own customers only, unless
    he may read all figures (the rules of the snapshot).
    """

    _name = "crm.customer.fact"
    _inherit = [
        "crm.alert.fact.mixin",
        "crm.association.fact.mixin",
        "crm.churn.fact.mixin",
        "crm.contract.fact.mixin",
        "crm.loyalty.fact.mixin",
        "crm.quality.fact.mixin",
        "crm.reminder.fact.mixin",
        "crm.life.event.fact.mixin",
        "crm.segment.fact.mixin",
        "crm.lifetime.fact.mixin",
    ]
    _description = "Customer facts"

    # -- registry ------------------------------------------------------------------------------

    @api.model
    def _facts(self):
        """List of :class:`Fact`; extended by ``super()``."""
        return [
            *self._profile_facts(),
            *self._value_facts(),
            *self._purchase_facts(),
            *self._churn_facts(),
            *self._contact_facts(),
            *self._association_facts(),
            *self._attribute_facts(),
            *self._alert_facts(),
            *self._contract_facts(),
            *self._life_event_facts(),
            *self._loyalty_facts(),
            *self._quality_facts(),
            *self._reminder_facts(),
            *self._segment_facts(),
            *self._lifetime_facts(),
        ]

    @api.model
    @api.readonly
    def get_facts(self):
        """The facts on offer, described for a screen (JSON)."""
        self._check_role()
        return [fact.describe() for fact in self._facts()]

    @api.model
    def _facts_by_code(self):
        return {fact.code: fact for fact in self._facts()}

    # -- questions -----------------------------------------------------------------------------

    @api.model
    def _select(self, conditions, company=None, level="customer"):
        """SQL of the ids of the partners for whom the conditions hold and whom the viewer may see.

        :param conditions: JSON tree, see :mod:`..tools.facts`; empty means everybody
        :param company: whose figures count (default: the current company)
        :param level: ``customer`` (commercial entities) or ``contact`` (persons and companies)
        :raises UserError: naming the unknown fact, operator, value or parameter
        """
        return self._query(conditions, company, level).select()

    @api.model
    def _count(self, conditions, company=None, level="customer"):
        """How many partners :meth:`_select` finds."""
        query = self._query(conditions, company, level)
        [[count]] = self.env.execute_query(query.select(SQL("COUNT(*)")))
        return count

    @api.model
    @api.readonly
    def count_customers(self, conditions, level="customer"):
        """How many customers fit, for the live counter of a screen."""
        self._check_role()
        return self._count(conditions, level=level)

    @api.model
    def _values(self, codes, partner_ids, company=None):
        """Values of some facts for many partners, one query per fact.

        :param codes: codes, or ``(code, params)`` for facts with parameters
        :return: ``{code: {partner_id: value}}``; partners without data (or whom the viewer may not
            see) are missing; facts that may have several values give lists
        """
        facts = self._facts_by_code()
        return {
            code: self._values_of(facts[code], params, partner_ids, company)
            for code, params in (item if isinstance(item, tuple) else (item, {}) for item in codes)
        }

    # -- answering -----------------------------------------------------------------------------

    def _check_role(self):
        if not self.env.user.has_group(ROLE):
            raise AccessError(self.env._("Customer facts are for sales and their managers."))

    def _query(self, conditions, company, level):
        tree = self._parse(conditions)
        if level not in LEVELS:
            raise UserError(self.env._("Find customers or contacts."))
        self.env.flush_all()
        own = self._own_if_figures(tree)
        partners = self.env["res.partner"]
        query = partners._search(self._customer_domain() & own)
        # rows of others' customers are not even read when the viewer has only his own
        context = self._context(
            company, partner_ids=None if own.is_true() else partners._search(own).subselect()
        )
        if level == "customer":
            query.add_where(SQL("res_partner.commercial_partner_id = res_partner.id"))
        ids, negative = sql.compile_condition(tree, context, level)
        if negative:
            query.add_where(
                SQL("NOT EXISTS (SELECT 1 FROM (%s) x WHERE x.partner_id = res_partner.id)", ids)
            )
        else:
            query.add_where(SQL("res_partner.id IN (%s)", ids))
        return query

    def _parse(self, conditions):
        try:
            return parse(conditions, self._facts_by_code())
        except ConditionError as error:
            raise UserError(self._condition_message(error)) from error

    def _context(self, company, **values):
        company = company or self.env.company
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(self.env._("These figures are of a company that you may not enter."))
        today = self.env["crm.customer.snapshot"]._data_date()
        return sql.Context(self.env, company, today, **values)

    def _customer_domain(self):
        """Customers, not our own people and companies."""
        # sudo: the partners of our companies are left out whoever asks
        ours = self.env["res.company"].sudo()._search([])
        return Domain("partner_share", "=", True) & Domain(
            "id", "not in", ours.subselect("partner_id")
        )

    def _own_if_figures(self, tree):
        """Own customers where figures are asked, else everybody."""
        asked = any(leaf.fact.figure for leaf in leaves(tree))
        return self._own_customers_domain() if asked else Domain.TRUE

    def _own_customers_domain(self):
        if self.env.su or self.env.user.has_group("crm_customer_insight.group_insight_analyst"):
            return Domain.TRUE
        if not self.env.user.has_group(ROLE):
            return Domain.FALSE
        own = Domain("user_id", "=", self.env.uid)
        team = Domain("key_account_member_ids", "in", [self.env.uid])
        return Domain("commercial_partner_id", "any", own | team)

    def _values_of(self, fact, params, partner_ids, company):
        domain = Domain("id", "in", list(partner_ids))
        if fact.figure:
            domain &= self._own_customers_domain()
        partners = (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search_fetch(domain, ["commercial_partner_id"])
        )
        wanted = {
            partner.id: partner.commercial_partner_id.id if fact.level == "customer" else partner.id
            for partner in partners
        }
        self.env.flush_all()
        context = self._context(
            company,
            params={param.name: params.get(param.name, param.default) for param in fact.params},
            partner_ids=tuple(set(wanted.values())),
        )
        rows = {}
        for partner_id, value in self.env.execute_query(fact.build(context)):
            plain = float(value) if isinstance(value, Decimal) else value
            rows.setdefault(partner_id, []).append(plain)
        return self._pick_values(fact, wanted, rows)

    def _pick_values(self, fact, wanted, rows):
        if fact.many:
            return {own: sorted(set(rows[key])) for own, key in wanted.items() if key in rows}
        values = {own: rows[key][0] for own, key in wanted.items() if key in rows}
        if fact.zero:
            return {**dict.fromkeys(wanted, 0), **values}
        return {own: value for own, value in values.items() if value is not None}

    def _condition_message(self, error):
        details = error.details
        match error.kind:
            case "unknown_fact":
                return self.env._("There is no fact “%(fact)s”.", **details)
            case "unknown_operator":
                return self.env._("“%(fact)s” cannot be asked with “%(operator)s”.", **details)
            case "wrong_value":
                return self.env._(
                    "“%(value)s” is not a value for “%(fact)s” (%(type)s).", **details
                )
            case "unknown_param":
                return self.env._("“%(fact)s” has no parameter “%(param)s”.", **details)
            case "wrong_param":
                return self.env._("“%(fact)s”: wrong value for “%(param)s”.", **details)
            case "too_deep":
                return self.env._("Conditions may be nested %(limit)s deep at most.", **details)
        return self.env._("This is not a condition: %(part)s", **details)

    # -- first facts ---------------------------------------------------------------------------

    def _profile_facts(self):
        group = self.env._("Profile")
        languages = tuple(self.env["res.lang"].get_installed())

        def one(code, label, column, comodel, **more):
            build = sql.partner_column(column)
            return Fact(
                code, label, group, "many2one", build, level="partner", comodel=comodel, **more
            )

        def has(code, label, *columns):
            return Fact(code, label, group, "boolean", sql.partner_has(*columns), level="contact")

        return [
            one("country", self.env._("Country"), "country_id", "res.country"),
            one("state", self.env._("State or province"), "state_id", "res.country.state"),
            Fact(
                "language", self.env._("Language"), group, "selection", sql.partner_column("lang"),
                level="partner", options=languages,
            ),
            Fact(
                "tags", self.env._("Tags"), group, "many2one", sql.tags, level="partner", many=True,
                comodel="res.partner.category", hierarchy=True,
            ),
            one("industry", self.env._("Industry"), "industry_id", "res.partner.industry"),
            one("salesperson", self.env._("Salesperson"), "user_id", "res.users"),
            Fact(
                "is_company", self.env._("Is a company"), group, "boolean",
                sql.partner_column("is_company"), level="partner",
            ),
            has("has_email", self.env._("Has an e-mail address"), "email"),
            has("has_phone", self.env._("Has a telephone number"), "phone"),
            Fact("created", self.env._("Created on"), group, "date", sql.created, level="partner"),
            Fact("key_account", self.env._("Is a key account"), group, "boolean", sql.key_account),
        ]  # fmt: skip

    def _value_facts(self):
        group = self.env._("Value")
        snapshot = self.env["crm.customer.snapshot"]

        def choice(code, label, name):
            options = tuple(snapshot._fields[name]._description_selection(self.env))
            build = sql.snapshot(name)
            return Fact(code, label, group, "selection", build, figure=True, options=options)

        def figure(code, label, kind, name, note=""):
            return Fact(code, label, group, kind, sql.snapshot(name), figure=True, help=note)

        window = self.env._("In the value window, in company currency.")
        return [
            choice("tier", self.env._("Tier"), "tier"),
            choice("pyramid_level", self.env._("Level of the pyramid"), "pyramid_level"),
            figure("revenue", self.env._("Revenue"), "money", "revenue", window),
            figure(
                "revenue_previous",
                self.env._("Revenue of the window before"),
                "money",
                "revenue_previous",
            ),
            figure("profit", self.env._("Profit"), "money", "profit", window),
            figure("r_score", self.env._("Recency score"), "number", "r_score"),
            figure("f_score", self.env._("Frequency score"), "number", "f_score"),
            figure("m_score", self.env._("Monetary score"), "number", "m_score"),
            choice("lifecycle_stage", self.env._("Life-cycle stage"), "lifecycle_stage"),
            choice("cooperation_state", self.env._("Cooperation"), "cooperation_state"),
        ]

    def _purchase_facts(self):
        group = self.env._("Purchases")
        days = Param("days", self.env._("In the last days"))

        def purchase(code, label, kind, build, **more):
            return Fact(code, label, group, kind, build, figure=True, **more)

        return [
            purchase(
                "order_count", self.env._("Number of orders"), "number", sql.order_count,
                zero=True, params=(days,),
            ),
            purchase(
                "order_amount", self.env._("Amount of orders"), "money", sql.order_amount,
                zero=True, params=(days,),
            ),
            purchase(
                "days_since_purchase", self.env._("Days since the last purchase"), "number",
                sql.days_since_purchase,
            ),
            purchase(
                "first_purchase", self.env._("First purchase"), "date",
                sql.snapshot("first_purchase"),
            ),
            purchase(
                "last_purchase", self.env._("Last purchase"), "date",
                sql.snapshot("last_purchase"),
            ),
            purchase(
                "product_bought", self.env._("Product bought"), "many2one", sql.products_bought,
                many=True, comodel="product.product", params=(days,),
            ),
            purchase(
                "category_bought", self.env._("Product category bought"), "many2one",
                sql.categories_bought, many=True, comodel="product.category", hierarchy=True,
                params=(days,),
            ),
        ]  # fmt: skip

    def _contact_facts(self):
        group = self.env._("Contact")
        days = Param("days", self.env._("In the last days"))
        kinds = tuple(self.env["crm.touchpoint"]._fields["kind"]._description_selection(self.env))
        kind = Param("kind", self.env._("Kind"), "selection", kinds)

        def channel(code, label, where):
            return Fact(
                code, label, group, "many2one", sql.permissions(where), level="contact",
                figure=True, many=True, comodel="crm.contact.channel",
            )  # fmt: skip

        return [
            channel("preferred_channel", self.env._("Preferred channel"), sql.PREFERRED),
            channel("permission_granted", self.env._("Permission granted for"), sql.GRANTED),
            channel("permission_denied", self.env._("Permission denied for"), sql.DENIED),
            Fact(
                "touch_count", self.env._("Number of contacts"), group, "number", sql.touch_count,
                figure=True, zero=True, params=(days, kind),
            ),
            Fact(
                "days_since_contact", self.env._("Days since the last contact"), group, "number",
                sql.days_since_contact, figure=True,
            ),
            Fact(
                "campaign", self.env._("Touched by campaign"), group, "many2one", sql.campaigns,
                figure=True, many=True, comodel="utm.campaign", params=(days,),
            ),
        ]  # fmt: skip

    def _attribute_facts(self):
        """One fact per profile attribute, so that whatever is recorded can be asked."""
        attributes = self.env["crm.profile.attribute"].search([("active", "=", True)])
        attributes.option_ids.fetch(["code", "name", "attribute_id"])
        return [self._attribute_fact(attribute) for attribute in attributes]

    def _attribute_fact(self, attribute):
        group = attribute.section or self.env._("Profile facts")
        common = {"level": "contact", "figure": True, "help": attribute.description or ""}
        code = f"profile.{attribute.code}"
        if attribute.type == "selection":
            options = tuple((option.code, option.name) for option in attribute.option_ids)
            build = sql.profile_choice(attribute.id)
            return Fact(code, attribute.name, group, "selection", build, options=options, **common)
        kind, column = PROFILE_COLUMNS[attribute.type]
        build = sql.profile_attribute(attribute.id, column)
        return Fact(code, attribute.name, group, kind, build, **common)
