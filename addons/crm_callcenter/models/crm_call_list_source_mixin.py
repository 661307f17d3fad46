import pytz
from phonenumbers import NumberParseException, parse
from phonenumbers.timezone import time_zones_for_number

from odoo import api, fields, models
from odoo.tools import SQL

from ..report import call_lists as sql
from ..tools.time_zones import zones_of

UNKNOWN_ZONE = "Etc/Unknown"


class CrmCallListSourceMixin(models.AbstractModel):
    """Who comes onto a call list, and who is left out, and why (CC-6).

    A part of ``crm.call.list``. All people of a source are taken by a fixed number of statements.
    """

    _name = "crm.call.list.source.mixin"
    _description = "Sources of call lists"

    def _add(self, people):
        """Take people onto the list; who may not be called is noted with the reason.

        :param people: SQL of rows (partner_id, lead_id, number in E.164 or NULL, priority, value)
        :return: ``{reason: number}``; the empty reason are those who will be called
        """
        self.ensure_one()
        cr = self.env.cr
        self.env["crm.contact.number"]._drain()
        self.env.flush_all()
        cr.execute(sql.gather(people))
        cr.execute(SQL("DELETE FROM crm_call_candidate WHERE id IN (%s)", sql.here(self)))
        for reason, condition in self._refusals():
            cr.execute(sql.refuse(reason, condition))
        self._ask_permission()
        self._set_zones()
        counts = dict(self.env.execute_query(sql.insert(self, self.env.uid, self._now())))
        self.invalidate_recordset()
        self.env["crm.call.list.entry"].invalidate_model()
        return counts

    @api.model
    def _now(self):
        return fields.Datetime.now()

    def _refusals(self):
        """(reason, condition on the candidate ``x``), the first that holds counts."""
        found = [("no_address", sql.NO_NUMBER), ("twice", sql.TWICE), ("blacklisted", sql.BLOCKED)]
        if self.purpose == "marketing":
            found.append(("register", sql.registered(self.company_id)))
        return [*found, ("elsewhere", sql.elsewhere(self))]

    def _ask_permission(self):
        """Permission, blacklist, quiet hours and contact pressure of the contacts."""
        channel = self._channel()
        questions = SQL(
            """SELECT id, partner_id, %s::timestamp AS asked FROM crm_call_candidate
                WHERE partner_id IS NOT NULL AND reason IS NULL""",
            self._now(),
        )
        partners = self.env["res.partner"].with_company(self.company_id)
        answers = partners._contact_decisions_sql(
            questions, channel, marketing=self.purpose == "marketing"
        )
        self.env.cr.execute(sql.decide(answers))

    @api.model
    def _channel(self):
        # sudo: which channel a telephone is does not depend on who asks
        return self.env.ref("crm_customer_insight.crm_contact_channel_phone").sudo()

    def _set_zones(self):
        company = self.company_id.partner_id.tz or "UTC"
        rows = [
            (country, state, (number or "")[:6] or None, ",".join(zones))
            for country, state, code, state_code, number in self.env.execute_query(sql.places())
            for zones in [self._zones(code, state_code, number, company)]
        ]
        self.env.cr.execute(sql.set_zones(rows))

    @api.model
    def _zones(self, country, state, number, otherwise):
        of_country = pytz.country_timezones.get(country or "", ())
        of_number = _number_zones(number)
        return zones_of(country or "", state or "", tuple(of_country), of_number, otherwise)

    # -- sources

    def _add_partners(self, domain):
        """People of a domain on contacts, within the rights of who asks."""
        query = self.env["res.partner"]._search(domain)
        return self._add(
            query.select(
                SQL("res_partner.id, NULL::integer, NULL::varchar, 0, NULL::double precision")
            )
        )

    def _add_leads(self, domain):
        """Contacts of leads, or their own numbers; the expected revenue is the value."""
        query = self.env["crm.lead"]._search(domain)
        return self._add(
            query.select(
                SQL(
                    """crm_lead.partner_id, crm_lead.id, NULL::varchar,
                       COALESCE(crm_lead.priority, '0')::integer,
                       crm_lead.expected_revenue::double precision"""
                )
            )
        )

    def _add_alerts(self, domain):
        """Customers of retention alerts; the amount at stake is the value."""
        query = self.env["crm.customer.alert"]._search(domain)
        alert = SQL.identifier("crm_customer_alert")
        return self._add(
            query.select(
                SQL(
                    """COALESCE(%(a)s.contact_id, %(a)s.partner_id), NULL::integer, NULL::varchar,
                       1, %(a)s.amount::double precision""",
                    a=alert,
                )
            )
        )

    def _add_numbers(self, rows):
        """Numbers of a file, each with the contact who has it, if there is one.

        :param rows: list of (number in E.164, priority, value or ``None``)
        """
        numbers, priorities, values = ([list(c) for c in zip(*rows, strict=True)]) if rows else (
            [], [], []
        )  # fmt: skip
        return self._add(
            SQL(
                """SELECT n.partner_id, NULL::integer, x.number, x.priority, x.value
                     FROM unnest(%s::text[], %s::integer[], %s::double precision[])
                          AS x (number, priority, value)
                     LEFT JOIN LATERAL (
                         SELECT min(m.partner_id) AS partner_id FROM crm_contact_number m
                           JOIN res_partner p ON p.id = m.partner_id AND p.active
                          WHERE m.e164 = x.number HAVING count(DISTINCT m.partner_id) = 1) n
                       ON TRUE""",
                numbers,
                priorities,
                values,
            )
        )


def _number_zones(number):
    """Zones of a number's prefix; none when nothing is known of it."""
    if not number:
        return ()
    try:
        zones = time_zones_for_number(parse(number))
    except NumberParseException:
        return ()
    return tuple(zone for zone in zones if zone != UNKNOWN_ZONE)
