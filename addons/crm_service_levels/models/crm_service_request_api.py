from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import email_normalize, mute_logger, plaintext2html

#: What a caller may say: how long a text may be, or ``None`` for what is looked up.
TEXTS = {
    "name": 250,
    "description": 100_000,
    "email": 254,
    "phone": 64,
    "external_reference": 128,
    "type": 250,
    "channel": 64,
    "severity": 1,
    "urgency": 1,
    "product": 64,
    "order": 64,
    "date_open": 32,
}
NUMBERS = ("partner_id", "company_id", "team_id")


class CrmServiceRequest(models.Model):
    """Requests made by other programs (SVC-L1)."""

    _inherit = "crm.service.request"

    external_reference = fields.Char(
        "Reference of the other system",
        readonly=True,
        copy=False,
        help="Unique per company: the same reference again means the same request.",
    )

    _external_reference_uniq = models.UniqueIndex(
        "(company_id, external_reference) WHERE external_reference IS NOT NULL",
        "There is a request with this reference already.",
    )

    @api.model
    def api_create(self, values):
        """Open a request from another program, for example by ``/json/2``; safe to repeat.

        :param values: ``name`` and ``external_reference`` (both needed); ``description`` (plain
            text), ``email``, ``phone``, ``partner_id``, ``company_id``, ``team_id``, ``type`` (its
            full name or external id), ``channel`` (code, ``web`` unless given), ``severity``,
            ``urgency``, ``product`` (internal reference), ``order`` (number), ``date_open``
            (``YYYY-MM-DD HH:MM:SS`` in UTC, not in the future)
        :return: ``{"id", "number", "state", "created"}``; ``created`` is false when the company
            has a request with this reference, which is left as it is
        :raise UserError: naming the value that is wrong
        :raise AccessError: unless the user is service staff or may only use this method
            (``group_service_api``)
        """
        self._api_check_role()
        self._api_check_values(values)
        company = self._api_company(values)
        # sudo: the role may do nothing but this; what is written was checked value by value
        requests = self.sudo().with_company(company)
        reference = values["external_reference"]
        found = requests._api_known(company, reference)
        if found:
            return found._api_answer(created=False)
        return requests._api_new(company, values)._api_answer(created=True)

    def _api_new(self, company, values):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                request = self.create(self._api_fields(company, values))
                request.flush_recordset()
        except IntegrityError as error:
            text = self.env._("A request with this reference is being made. Ask again.")
            raise UserError(text) from error
        user = self.env.user.display_name
        request._message_log(body=self.env._("Opened by %(user)s through the API", user=user))
        return request

    @api.model
    def _api_check_role(self):
        roles = "crm_service_levels.group_service_user,crm_service_levels.group_service_api"
        if not self.env.user.has_groups(roles):
            raise AccessError(self.env._("You may not open requests through the API."))

    @api.model
    def _api_check_values(self, values):
        if not isinstance(values, dict):
            raise UserError(self.env._("Give the values as an object."))
        unknown = sorted(values.keys() - TEXTS.keys() - set(NUMBERS))
        if unknown:
            raise UserError(self.env._("Unknown value: %s", ", ".join(map(str, unknown))))
        for name in ("name", "external_reference"):
            if not isinstance(values.get(name), str) or not values[name].strip():
                raise UserError(self.env._("“%s” is needed.", name))
        for name, value in values.items():
            if name in NUMBERS and (isinstance(value, bool) or not isinstance(value, int)):
                raise UserError(self.env._("“%s” must be a number.", name))
            if name in TEXTS and not isinstance(value, str):
                raise UserError(self.env._("“%s” must be a text.", name))
            if name in TEXTS and len(value) > TEXTS[name]:
                raise UserError(self.env._("“%s” is too long.", name))

    @api.model
    def _api_company(self, values):
        company = self.env["res.company"].browse(values.get("company_id") or self.env.company.id)
        if company not in self.env.user.company_ids:
            raise UserError(self.env._("“%s” is not yours.", "company_id"))
        return company

    @api.model
    def _api_known(self, company, reference):
        domain = [("company_id", "=", company.id), ("external_reference", "=", reference)]
        return self.with_context(active_test=False).search(domain, limit=1)

    @api.model
    def _api_fields(self, company, values):
        email = values.get("email")
        if email and not email_normalize(email):
            raise UserError(self.env._("“%s” is not an address.", "email"))
        ways = self.env["crm.contact.channel"]
        found = {
            "name": values["name"].strip(),
            "external_reference": values["external_reference"],
            "company_id": company.id,
            "description": plaintext2html(values.get("description") or "") or False,
            "channel_id": self._api_find(ways, "channel", "code", values.get("channel", "web")),
            "partner_id": self._api_partner(company, values),
            "type_id": self._api_type(company, values.get("type")),
            **self._api_choices(values),
            **self._api_documents(company, values),
        }
        found.update(
            {k: v for k, v in (("email_from", email), ("phone", values.get("phone"))) if v}
        )
        if values.get("date_open"):
            found["date_open"] = self._api_moment(values["date_open"])
        return found

    @api.model
    def _api_moment(self, text):
        try:
            moment = fields.Datetime.to_datetime(text)
        except ValueError as error:
            raise UserError(self.env._("“%s” is not a moment.", "date_open")) from error
        if moment > fields.Datetime.now():
            raise ValidationError(self.env._("The date of receipt cannot be in the future."))
        return moment

    @api.model
    def _api_find(self, model, label, field, value, domain=()):
        """Id of the one record whose *field* is *value*."""
        found = model.search([(field, "=", value), *domain], limit=1)
        if not found:
            told = {"label": label, "value": value}
            raise UserError(self.env._("“%(label)s”: there is no %(value)s.", **told))
        return found.id

    @api.model
    def _api_partner(self, company, values):
        if values.get("partner_id"):
            domain = [("company_id", "in", [False, company.id])]
            partners = self.env["res.partner"]
            return self._api_find(partners, "partner_id", "id", values["partner_id"], domain)
        if not values.get("email"):
            return False
        chosen = {}
        self._service_find_sender({"email_from": values["email"]}, chosen, company)
        return chosen["partner_id"]

    @api.model
    def _api_type(self, company, value):
        if not value:
            return False
        types = self.env["crm.service.type"]
        record = self.env.ref(value, False) if "." in value and " " not in value else None
        if record is not None and record and record._name == types._name:
            return record.id
        domain = [("company_id", "in", [False, company.id])]
        return self._api_find(types, "type", "complete_name", value, domain)

    @api.model
    def _api_choices(self, values):
        found = {}
        for name in ("severity", "urgency"):
            if name in values:
                if values[name] not in dict(self._fields[name].selection):
                    told = {"label": name, "value": values[name]}
                    raise UserError(self.env._("“%(label)s”: there is no %(value)s.", **told))
                found[name] = values[name]
        return found

    @api.model
    def _api_documents(self, company, values):
        found, own = {}, [("company_id", "in", [False, company.id])]
        if values.get("team_id"):
            teams = self.env["crm.service.team"]
            found["team_id"] = self._api_find(teams, "team_id", "id", values["team_id"], own)
        if values.get("product"):
            products = self.env["product.product"]
            code = values["product"]
            found["product_id"] = self._api_find(products, "product", "default_code", code, own)
        if values.get("order"):
            orders = self.env["sale.order"]
            found["sale_order_id"] = self._api_find(orders, "order", "name", values["order"], own)
        return found

    def _api_answer(self, created):
        return {
            "id": self.id,
            "number": self.number,
            "state": self.state,
            "created": created,
        }
