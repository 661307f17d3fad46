from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..report import contact_decisions as sql
from ..tools import contact_policy
from ..tools.contact_policy import Contact, QuietHours, Touch


class CrmContactDecisionMixin(models.AbstractModel):
    """Whether a contact may be reached now, through which channel, and why not (C360-2, ROI-1).

    A part of ``res.partner``, kept apart because it only reads.
    """

    _name = "crm.contact.decision.mixin"
    _description = "Contact decisions"

    @api.readonly
    def get_contact_decisions(self, when=None, marketing=True):
        """For screens: may these contacts be contacted through each outbound channel?

        :param when: moment in UTC as text or datetime; now by default
        :return: list in the order of ``self`` of ``{"partner_id", "channels"}``; each channel is
            ``{"channel_id", "name", "icon", "preferred", "allowed", "earliest", "reasons"}`` with
            ``earliest`` as UTC text or False; each reason is ``{"code", "text", "touches"}`` with
            ``touches`` the domain of the ledger rows that were counted, or False
        :raise AccessError: if the user may not read the contacts or has no role in this app
        """
        self.check_access("read")
        if not self.env.user.has_group("crm_customer_insight.group_insight_user"):
            raise AccessError(self.env._("Contact permissions are for sales and their managers."))
        when = self._moment_asked(when)
        channels = self.env["crm.contact.channel"].search([("is_outbound", "=", True)])
        decisions = self._channel_decisions(channels, when, marketing)
        return [
            {
                "partner_id": partner.id,
                "channels": [
                    partner._format_decision(channel, decisions[channel.id][partner.id], when)
                    for channel in channels
                ],
            }
            for partner in self
        ]

    @api.model
    def _moment_asked(self, when):
        try:
            return fields.Datetime.to_datetime(when) or fields.Datetime.now()
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("Write moments like 2026-05-31 09:00:00, not “%s”.", when)
            ) from error

    def _contact_decisions(self, channel, when=None, marketing=True):
        """Whether and when each contact may be contacted through ``channel``, and why not.

        The permission of a contact is his own or, where none is recorded for the channel, that of
        his company. Pressure counts the touches of the contact himself. Tier: of the customer in
        the current company or, without one, over all companies. What each check means is said in
        ``tools/contact_policy.py``. Rights are not checked: the answer must be right for everybody
        (a blacklist nobody may read still holds).

        :return: ``{partner id: Decision}`` in a number of queries that does not depend on how many
        """
        return self._channel_decisions(channel, when or fields.Datetime.now(), marketing)[
            channel.id
        ]

    @api.model
    def _contact_decisions_sql(self, questions, channel, marketing=True):
        """The same as :meth:`_contact_decisions` for any number of contacts, as SQL.

        Whoever does not exist any more counts as archived. The answer holds until the next
        question of the transaction; the number of queries does not depend on how many ask, and
        only distinct moments of contacts with quiet hours leave the database.

        :param questions: SQL of rows (id, partner_id, asked): ids are unique, moments are UTC
        :return: SQL of rows (id, earliest, reasons): earliest is empty when waiting does not help,
            reasons are the codes with commas between
        """
        rules = self.env["crm.contact.pressure.rule"]._pressure_rules(self.env.company)
        fitting = [rule for rule in rules if marketing and rule.channel in (None, channel.id)]
        self._flush_contact_facts()
        execute = self.env.cr.execute
        execute(sql.forget())
        execute(sql.gather(questions, channel, fitting, self.env.company, marketing))
        moments = self.env.execute_query(sql.moments())
        execute(sql.keep_quiet([(*row, self._quiet_until(*row)) for row in moments]))
        execute(sql.analyze())
        return sql.answers()

    @staticmethod
    def _quiet_until(moment, start, end, zone):
        contact = Contact(quiet=QuietHours(start, end), zone=pytz.timezone(zone))
        return contact_policy.quiet_until(moment, contact)

    def _channel_decisions(self, channels, when, marketing):
        """``{channel id: {partner id: Decision}}``, gathered for all channels at once."""
        rules = self.env["crm.contact.pressure.rule"]._pressure_rules(self.env.company)
        facts = self._contact_facts()
        permissions = self._contact_permission_rows(channels)
        touches = self._contact_touches(rules, when) if marketing else {}
        return {
            channel.id: {
                partner_id: contact_policy.decide(
                    self._to_contact(row, channel, permissions, touches),
                    channel.id,
                    rules,
                    when,
                    marketing=marketing,
                    needs_permission=channel.needs_permission,
                )
                for partner_id, row in facts.items()
            }
            for channel in channels
        }

    def _to_contact(self, row, channel, permissions, touches):
        permission = permissions.get((row["id"], channel.id), {})
        kind = channel.address_kind
        return Contact(
            active=row["active"],
            has_address=kind == "none" or row[f"has_{kind}"],
            blacklisted=row.get(f"{kind}_blacklisted", False),
            permission=permission.get("state"),
            evidence={key: permission.get(key) for key in ("inherited", "origin", "date")},
            quiet=QuietHours.from_hours(permission.get("quiet_from"), permission.get("quiet_to")),
            zone=pytz.timezone(row["tz"] or self.env.company.partner_id.tz or "UTC"),
            tier=row["tier"],
            touches=touches.get(row["id"], ()),
        )

    def _contact_facts(self):
        """Addresses, blacklists, time zone and tier: ``{partner id: row}`` in one query."""
        self._flush_contact_facts()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT p.id, p.active, COALESCE(NULLIF(p.tz, ''), NULLIF(c.tz, '')) AS tz,
                       p.email_normalized IS NOT NULL AS has_email,
                       COALESCE(NULLIF(p.street, ''), NULLIF(p.zip, ''), NULLIF(p.city, ''))
                           IS NOT NULL AS has_postal,
                       numbers.e164 <> '{}' AS has_phone,
                       EXISTS (SELECT 1 FROM mail_blacklist b
                                WHERE b.active AND b.email = p.email_normalized)
                           AS email_blacklisted,
                       EXISTS (SELECT 1 FROM phone_blacklist b
                                WHERE b.active AND b.number = ANY(numbers.e164))
                           AS phone_blacklisted,
                       (SELECT s.tier FROM crm_customer_snapshot s
                         WHERE s.partner_id = p.commercial_partner_id AND s.is_current
                           AND (s.company_id = %(company)s OR s.company_id IS NULL)
                      ORDER BY s.company_id NULLS LAST LIMIT 1) AS tier
                  FROM res_partner p
             LEFT JOIN res_partner c ON c.id = p.commercial_partner_id
            CROSS JOIN LATERAL (
                SELECT array_remove(
                    array_append(
                        ARRAY(SELECT n.e164 FROM crm_contact_number n WHERE n.partner_id = p.id),
                        p.phone_sanitized),
                    NULL) AS e164
                ) AS numbers
                 WHERE p.id = ANY(%(ids)s)
                """,
                company=self.env.company.id,
                ids=self.ids,
            )
        )
        return {row["id"]: row for row in rows}

    def _flush_contact_facts(self):
        for name in (
            "res.partner",
            "crm.contact.number",
            "crm.contact.permission",
            "crm.customer.snapshot",
            "crm.touchpoint",
            "mail.blacklist",
            "phone.blacklist",
        ):
            self.env[name].flush_model()

    def _contact_permission_rows(self, channels):
        """Permission in force, own before company's: ``{(partner id, channel id): row}``."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT DISTINCT ON (p.id, m.channel_id)
                       p.id, m.channel_id, m.state, m.quiet_from, m.quiet_to, m.origin, m.date,
                       m.partner_id <> p.id AS inherited
                  FROM res_partner p
                  JOIN crm_contact_permission m
                    ON m.active AND m.partner_id = ANY(ARRAY[p.id, p.commercial_partner_id])
                   AND m.channel_id = ANY(%s)
                 WHERE p.id = ANY(%s)
              ORDER BY p.id, m.channel_id, m.partner_id <> p.id
                """,
                channels.ids,
                self.ids,
            )
        )
        return {(row["id"], row["channel_id"]): row for row in rows}

    def _contact_touches(self, rules, when):
        """What we sent each contact in the longest window: ``{partner id: (Touch, …)}``.

        Touches later than ``when`` do not count, so that a past moment can be asked about.
        """
        window = max((rule.window for rule in rules), default=timedelta())
        if not window:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, date, channel_id, company_id
                  FROM crm_touchpoint
                 WHERE partner_id = ANY(%s) AND date > %s AND date <= %s
                   AND direction = 'out' AND channel_id IS NOT NULL AND voided IS NOT TRUE
                """,
                self.ids,
                when - window,
                when,
            )
        )
        touches = {}
        for partner_id, date, channel, company in rows:
            touches.setdefault(partner_id, []).append(Touch(date, channel, company))
        return touches

    # Showing the answer

    def _format_decision(self, channel, decision, when):
        return {
            "channel_id": channel.id,
            "name": channel.name,
            "icon": channel.icon or "fa-comment-o",
            "preferred": self.preferred_channel_id == channel,
            "allowed": decision.allowed,
            "earliest": fields.Datetime.to_string(decision.earliest) or False,
            "reasons": [self._format_reason(channel, reason, when) for reason in decision.reasons],
        }

    def _format_reason(self, channel, reason, when):
        return {
            "code": reason.code,
            "text": self._reason_text(channel, reason),
            "touches": reason.code == "pressure" and self._touches_domain(reason.data, when),
        }

    def _touches_domain(self, data, when):
        """Domain of the ledger rows that a pressure rule counted, to open them from the screen."""
        domain = [
            ("partner_id", "=", self.id),
            ("direction", "=", "out"),
            ("voided", "=", False),
            ("date", ">", fields.Datetime.to_string(data["since"])),
            ("date", "<=", fields.Datetime.to_string(when)),
        ]
        channel = ("=", data["channel"]) if data["channel"] else ("!=", False)
        domain.append(("channel_id", *channel))
        if data["company"]:
            domain.append(("company_id", "in", [data["company"], False]))
        return domain

    def _reason_text(self, channel, reason):
        match reason.code:
            case "archived":
                return self.env._("The contact is archived.")
            case "no_address":
                return self._missing_address_text(channel)
            case "blacklisted":
                return self._blacklisted_text(channel)
            case "denied" if reason.data.get("inherited"):
                return self.env._("Denied by his company.")
            case "denied":
                return self.env._("Denied by the contact.")
            case "no_permission":
                return self.env._("No permission is recorded.")
            case "quiet_hours":
                return self._quiet_text(reason.data)
        return self.env._(
            "%(name)s: %(count)s of %(limit)s contacts made.",
            name=reason.data["name"],
            count=reason.data["count"],
            limit=reason.data["limit"],
        )

    def _missing_address_text(self, channel):
        return {
            "email": self.env._("No valid e-mail address."),
            "phone": self.env._("No valid telephone number."),
            "postal": self.env._("No postal address."),
        }[channel.address_kind]

    def _blacklisted_text(self, channel):
        if channel.address_kind == "email":
            return self.env._("The e-mail address is on the blacklist.")
        return self.env._("The telephone number is on the blacklist.")

    def _quiet_text(self, data):
        hours = contact_policy.format_quiet_hours(data["start"] / 60, data["end"] / 60)
        return self.env._("Quiet hours %s, local time.", hours)
