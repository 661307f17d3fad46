from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, format_date

from ..tools import finding, same_customer
from ..tools.finding import FindSource

#: Hits per source, and candidates for duplicates that are compared.
MOST_HITS = 8
MOST_CANDIDATES = 60
#: What is taken over when a customer is created while he is on the phone.
_NEW_CUSTOMER = ("name", "email", "phone", "city")
_LENGTHS = {"name": 120, "email": 254, "phone": 40, "city": 80}


class CrmServiceFinder(models.AbstractModel):
    """The find box: one term, whatever it is; customers, requests and documents come back (SVC-L1).

    Every source is asked at most once per term, with one search on an index of its own:

    ===========  ==================================================================
    requests     ``crm_service_request`` number and subject (trigram)
    numbers      ``crm_contact_number`` e164 or extension (btree), any writing
    customers    ``res_partner`` complete_name (trigram), email_normalized, ref
    assets       ``crm_customer_asset`` serial and number (trigram)
    orders       ``sale_order`` name (trigram of Odoo's own)
    invoices     ``account_move`` name (trigram of Odoo's own)
    ===========  ==================================================================

    Addons (deliveries) extend :meth:`_service_find_providers`.
    """

    _name = "crm.service.finder"
    _description = "Find box of the service"

    @api.model
    @api.readonly
    def find(self, term, limit=MOST_HITS):
        """What the term may mean, best first; the user sees what he may read.

        :param term: a name, telephone number, mail address or number of a document
        :return: ``{"term", "groups": [{"code", "label", "icon", "hits": [...]}], "can_create"}``;
            a hit has ``model``, ``res_id``, ``title``, ``note``, ``badge``, ``rank``, ``open``
            (whether its form may be opened) and ``new`` (defaults of a new request, or None)
        :raise AccessError: for visitors who are no internal users
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees look for customers."))
        term = finding.cleaned(term)
        limit = max(1, min(int(limit), MOST_HITS)) if isinstance(limit, int) else MOST_HITS
        meant = finding.readings(term)
        groups = [
            (source.sequence, self._find_in(source, term, limit))
            for source in self._service_find_providers()
            if meant & source.kinds and self._may_ask(source)
        ]
        return {
            "term": term,
            "groups": finding.ranked(groups),
            "can_create": self._is_service(),
        }

    @api.model
    def _service_find_providers(self):
        """Sources of the find box as ``FindSource``; addons add theirs to ``super()``."""
        code = {"code"}
        anyone = {"name", "mail", "code"}
        rows = [
            ("numbers", self.env._("Telephone"), "fa-phone", 10, {"phone"}, "res.partner"),
            ("customers", self.env._("Customers"), "fa-user", 20, anyone, "res.partner"),
            ("requests", self.env._("Requests"), "fa-life-ring", 30, anyone, "crm.service.request"),
            ("assets", self.env._("Assets"), "fa-cube", 35, code, "crm.customer.asset"),
            ("orders", self.env._("Orders"), "fa-shopping-cart", 40, code, "sale.order"),
            ("invoices", self.env._("Invoices"), "fa-file-text-o", 50, code, "account.move"),
        ]
        return [
            FindSource(source, label, icon, place, frozenset(kinds), f"_find_{source}", model)
            for source, label, icon, place, kinds, model in rows
        ]

    @api.model
    def _may_ask(self, source):
        return self._is_service() or self.env[source.model].has_access("read")

    @api.model
    def _is_service(self):
        return self.env.user.has_group("crm_service_levels.group_service_user")

    @api.model
    def _find_in(self, source, term, limit):
        hits = getattr(self, source.method)(term, limit)
        return {"code": source.code, "label": source.label, "icon": source.icon, "hits": hits}

    @api.model
    def _hit(self, record, title, note, rank, **extra):
        """A hit on *record*; ``new`` are defaults of a new request of its customer."""
        return {
            "model": record._name,
            "res_id": record.id,
            "title": title,
            "note": " · ".join(filter(None, note)),
            "badge": "",
            "rank": rank,
            "open": True,
            "new": None,
            **extra,
        }

    # Sources

    @api.model
    def _find_requests(self, term, limit):
        requests = self.env["crm.service.request"]
        domain = Domain("number", "ilike", term) | Domain("name", "ilike", term)
        if "mail" in finding.readings(term):
            domain = Domain("email_from", "ilike", term)
        found = requests.search(domain, order="is_closed, id desc", limit=limit)
        return [
            self._hit(
                request,
                request.display_name,
                [request.partner_id.name, request.stage_id.name, request.user_id.name],
                finding.fitness(term, request.number, request.name)
                + (1 if request.is_closed else 0),
            )
            for request in found
        ]

    @api.model
    def _find_numbers(self, term, limit):
        callers = self.env["crm.contact.number"]._lookup(term, limit=limit)
        partners = self.env["res.partner"].browse(
            caller["partner_id"] for caller in callers if caller["partner_id"]
        )
        numbers = {caller["partner_id"]: caller["number"] for caller in callers}
        # the look-up has put the likeliest caller first
        return [
            {**hit, "note": " · ".join(filter(None, (numbers[hit["res_id"]], hit["note"])))}
            for hit in self._customer_hits(partners, [finding.EXACT] * len(partners))
        ]

    @api.model
    def _find_customers(self, term, limit):
        meant, partners = finding.readings(term), self.env["res.partner"]
        if "mail" in meant:
            address = email_normalize(term) or term.casefold()
            found = partners.search([("email_normalized", "=", address)], limit=limit)
            return self._customer_hits(found, [finding.EXACT] * len(found))
        domain = Domain("ref", "=", term)
        if "name" in meant:
            domain |= Domain("complete_name", "ilike", term)
        found = partners.search(domain, order="id desc", limit=limit * 4)
        ranks = {p: finding.fitness(term, p.complete_name, p.name, p.ref) for p in found}
        best = found.sorted(lambda partner: (ranks[partner], partner.complete_name or ""))[:limit]
        return self._customer_hits(best, [ranks[partner] for partner in best])

    @api.model
    def _customer_hits(self, partners, ranks):
        """Hits on contacts, with their tier and how many of their requests are open."""
        # sudo: the tier decides who is served first; the figures behind it are not shown
        tiers = {p.id: p.commercial_partner_id.insight_tier for p in partners.sudo()}
        groups = self.env["crm.service.request"]._read_group(
            [("partner_id", "in", partners.ids), ("is_closed", "=", False)],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        return [
            self._hit(
                partner,
                partner.complete_name or partner.display_name,
                [partner.city, partner.email, self._open_words(counts.get(partner.id))],
                rank,
                badge=tiers[partner.id] or "",
                new=self._new_for(partner),
            )
            for partner, rank in zip(partners, ranks, strict=True)
        ]

    @api.model
    def _open_words(self, count):
        return self.env._("%s open requests", count) if count else ""

    @api.model
    def _new_for(self, partner, **values):
        if not partner or not self._is_service():
            return None
        return {"default_partner_id": partner.id, **values}

    @api.model
    def _service_documents(self):
        """Documents a request may refer to: ``{model: (domain, its date, default of a request)}``.

        Addons add theirs to ``super()``, and a source to ``_service_find_providers``.
        """
        posted = [("move_type", "in", ("out_invoice", "out_refund")), ("state", "=", "posted")]
        return {
            "sale.order": ([], "date_order", "default_sale_order_id"),
            "account.move": (posted, "invoice_date", "default_invoice_id"),
        }

    @api.model
    def _find_orders(self, term, limit):
        return self._find_documents("sale.order", term, limit)

    @api.model
    def _find_invoices(self, term, limit):
        return self._find_documents("account.move", term, limit)

    @api.model
    def _find_assets(self, term, limit):
        """Assets by serial or number (SVC-L3); a new request is on the asset."""
        domain = Domain("serial", "ilike", term) | Domain("number", "ilike", term)
        found = self.env["crm.customer.asset"].search(domain, order="id desc", limit=limit)
        return [
            self._hit(
                asset,
                asset.display_name,
                [asset.number, asset.partner_id.name],
                finding.fitness(term, asset.serial, asset.number),
                new=self._new_for(asset.contact_id or asset.partner_id, default_asset_id=asset.id),
            )
            for asset in found
        ]

    @api.model
    def _find_documents(self, model, term, limit):
        """Hits on documents of *model* by their number, of customers whom the user may read."""
        _domain, date, default = self._service_documents()[model]
        readable = self.env[model].has_access("read")
        return [
            self._hit(
                document,
                document.name,
                [document.partner_id.name, self._day(document[date])],
                finding.fitness(term, document.name),
                open=readable,
                new=self._new_for(document.partner_id, **{default: document.id}),
            )
            for document in self._documents(model, Domain("name", "ilike", term), limit)
        ]

    @api.model
    def _documents(self, model, domain, limit):
        """Documents of customers whom the user may read.

        Service staff find the customer by any document of their companies, without rights in Sales
        or Invoicing: they get its number, date and customer, and open it only if they may read it.
        """
        documents = self.env[model]
        if not documents.has_access("read"):
            # sudo: see above; the callers let service staff only come here
            documents = documents.sudo()
        domain &= Domain(self._service_documents()[model][0])
        domain &= Domain("company_id", "in", self.env.companies.ids)
        found = documents.search(domain, order="id desc", limit=limit)
        customers = self.env["res.partner"].search([("id", "in", found.partner_id.ids)])
        return found.filtered(lambda document: document.partner_id in customers)

    @api.model
    @api.readonly
    def find_documents(self, model, term, partner_id=False):
        """What a request of a customer may refer to, the newest first, for service staff (SVC-L1).

        :param model: one of :meth:`_service_documents`
        :param partner_id: documents of this customer, his company and its contacts only
        :return: list of ``{"id", "display_name"}``
        """
        if model not in self._service_documents():
            raise UserError(self.env._("Requests do not refer to “%s”.", model))
        # customers read their own orders, but have no business in the back office
        may = self.env.user._is_internal() and self.env[model].has_access("read")
        if not may and not self._is_service():
            raise AccessError(self.env._("Only service staff look documents up here."))
        term = finding.cleaned(term)
        domain = Domain("name", "ilike", term) if term else Domain.TRUE
        if partner_id:
            customer = self.env["res.partner"].browse(partner_id).commercial_partner_id
            domain &= Domain("partner_id", "child_of", customer.ids)
        return [
            {"id": document.id, "display_name": document.name}
            for document in self._documents(model, domain, MOST_HITS)
        ]

    @api.model
    def _day(self, value):
        return format_date(self.env, fields.Date.to_date(value)) if value else ""

    # A customer who is not known yet

    @api.model
    @api.readonly
    def find_duplicates(self, values):
        """Contacts who may be the customer that is about to be created, with the reason.

        :param values: ``name``, ``email``, ``phone``
        :return: list of ``{"id", "name", "note", "reason"}``; reason is ``mail``, ``number`` or
            ``name``
        """
        values, found = self._checked_customer(values), {}
        partners = self.env["res.partner"]
        address = email_normalize(values.get("email") or "")
        if address:
            same = partners.search([("email_normalized", "=", address)], limit=MOST_HITS)
            found.update((partner, "mail") for partner in same)
        if values.get("phone"):
            callers = self.env["crm.contact.number"]._lookup(values["phone"], limit=MOST_HITS)
            for caller in callers:
                if caller["partner_id"]:
                    found.setdefault(partners.browse(caller["partner_id"]), "number")
        for partner in self._same_names(values.get("name") or ""):
            found.setdefault(partner, "name")
        return [
            {
                "id": partner.id,
                "name": partner.complete_name,
                "note": " · ".join(filter(None, (partner.city, partner.email, partner.phone))),
                "reason": reason,
            }
            for partner, reason in found.items()
        ][:MOST_HITS]

    @api.model
    def _same_names(self, name):
        word = same_customer.seed(name)
        if len(word) < finding.SHORTEST:
            return []
        # the beginning of a long word also finds its misspellings
        start = word[: max(3, len(word) - 3)]
        found = self.env["res.partner"].search(
            [("complete_name", "ilike", start)], order="id desc", limit=MOST_CANDIDATES
        )
        return [partner for partner in found if same_customer.is_like(name, partner.name or "")]

    @api.model
    def create_customer(self, values):
        """Create the customer who is on the phone; only what the dialog asks for is taken.

        :return: id of the new contact
        :raise AccessError: for people who are no service staff
        """
        if not self._is_service():
            raise AccessError(self.env._("Only service staff create customers here."))
        values = self._checked_customer(values)
        if not values.get("name"):
            raise UserError(self.env._("Enter the name of the customer."))
        company = values.pop("is_company", False)
        # sudo: representatives enter customers from here without the right to change contacts
        return self.env["res.partner"].sudo().create({**values, "is_company": company}).id

    @api.model
    def _checked_customer(self, values):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees look for customers."))
        if not isinstance(values, dict):
            return {}
        known = {
            name: values[name].strip()[: _LENGTHS[name]]
            for name in _NEW_CUSTOMER
            if isinstance(values.get(name), str)
        }
        return {**known, "is_company": values.get("is_company") is True}
