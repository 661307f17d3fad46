"""Where the touch ledger takes its rows from: one :class:`Provider` with one SELECT per source.

A provider says which table drives it (alias ``s``) and how a row of that table becomes ledger
rows. It says nothing about how far it was read, what is in the ledger already, or what a contact
costs: that is the same for all and lives in ``touchpoint_upsert``.

Rules that hold for every provider (C360-1):

* ``voided`` marks an event that is not, or no longer, true. A voided row corrects a row of the
  ledger and never adds one: a draft invoice that was never posted leaves no trace.
* Contacts between colleagues are no touches: the person must be an *outsider*, that is neither
  an internal user nor one of the own companies. Documents about money are kept for everybody:
  an employee who buys is a customer.
* Amounts are untaxed (payments: as paid), in company currency at the rate of the document's
  date, negative for credit notes and money paid back.
* Documents dated by the day alone stand at noon UTC, which is that day nearly everywhere, or at
  the moment they were made when that was the same day. An order of the evening may lie in the
  next day of UTC: an invoice and its payment stand at the moment of their latest order when that
  is less than a day after their noon, so that no order comes after what it brought.
* Text of messages is never copied; subjects are cut at :data:`SUBJECT_LENGTH` characters.
"""

from dataclasses import dataclass, field

from odoo.tools import SQL

SUBJECT_LENGTH = 120

#: An order that was confirmed sooner than this after it was made never was a quotation.
QUOTATION_LEAST_AGE = "1 hour"

NOTHING = SQL()
TRUE = SQL("TRUE")
WRITTEN = SQL("s.write_date")
CUSTOMER_INVOICES = SQL("('out_invoice', 'out_refund', 'out_receipt')")
#: Documents whose messages and activities are contacts with a customer.
MESSAGE_DOCUMENTS = SQL("('res.partner', 'crm.lead', 'sale.order', 'account.move')")
MESSAGE_TYPES = SQL("('comment', 'email', 'email_outgoing')")


@dataclass(frozen=True)
class Provider:
    """A source of ledger rows.

    :param code: name of the provider and of its fill state
    :param res_model: model that the rows refer to (``res_model`` of the ledger)
    :param source: table read in the order of its changes, alias ``s``
    :param columns: SQL of the ledger columns that the source knows; the others stay empty.
        ``channel`` is a channel's code, ``costed`` tells whether the channel's rate applies
    :param joins: what is joined to ``s``
    :param where: which joined rows become ledger rows
    :param scope: which rows of ``s`` are read at all; implied by the condition of a partial
        index when there is one
    :param clock: when ``s`` changed last; the pair (clock, ``s.id``) is indexed
    :param alive: a SELECT that finds the source of the ledger row ``t``; without a row ``t`` is
        voided by the sweep. The table of ``res_model`` unless given
    """

    code: str
    res_model: str
    source: str
    columns: dict = field(default_factory=dict)
    joins: SQL = NOTHING
    where: SQL = TRUE
    scope: SQL = TRUE
    clock: SQL = WRITTEN
    alive: SQL | None = None


def outsider(partner):
    """SQL condition: *partner* (SQL of an id) is neither a colleague nor one of our companies."""
    return SQL(
        """NOT EXISTS (SELECT FROM res_users u
                        WHERE u.partner_id = %(partner)s AND u.share IS NOT TRUE)
           AND NOT EXISTS (SELECT FROM res_company c WHERE c.partner_id = %(partner)s)""",
        partner=partner,
    )


def moment(day, created, invoices):
    """SQL timestamp (UTC) of something dated by *day* and recorded at *created*.

    :param invoices: SQL of the ids of the invoices concerned; the latest of their orders that was
        confirmed less than a day after noon is the earliest moment
    """
    return SQL(
        """CASE WHEN %(day)s = %(created)s::date THEN %(created)s
            ELSE GREATEST(%(day)s + time '12:00', (
                SELECT max(o.date_order) FROM account_move_line l
                  JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
                  JOIN sale_order_line ol ON ol.id = r.order_line_id
                  JOIN sale_order o ON o.id = ol.order_id
                 WHERE l.move_id IN (%(invoices)s) AND o.state = 'sale'
                   AND o.date_order < %(day)s + time '12:00' + interval '1 day')) END""",
        day=day,
        created=created,
        invoices=invoices,
    )


def subject(text):
    """SQL of *text* cut for the ledger; an empty one is no subject."""
    return SQL("NULLIF(left(%s, %s), '')", text, SUBJECT_LENGTH)


def international(number):
    """SQL of *number* where it is E.164; text that could not be parsed is no key."""
    return SQL("CASE WHEN %(number)s LIKE '+%%' THEN %(number)s END", number=number)


def document_joins(model, res_id):
    """Joins of the customer documents that *model* and *res_id* (SQL) may refer to."""
    return SQL(
        """
        LEFT JOIN res_partner contact ON %(model)s = 'res.partner' AND contact.id = %(res_id)s
        LEFT JOIN crm_lead lead ON %(model)s = 'crm.lead' AND lead.id = %(res_id)s
        LEFT JOIN sale_order so ON %(model)s = 'sale.order' AND so.id = %(res_id)s
        LEFT JOIN account_move move ON %(model)s = 'account.move' AND move.id = %(res_id)s
              AND move.move_type IN %(invoices)s
        """,
        model=model,
        res_id=res_id,
        invoices=CUSTOMER_INVOICES,
    )


DOCUMENT_PARTNER = SQL("COALESCE(contact.id, lead.partner_id, so.partner_id, move.partner_id)")
DOCUMENT_COMPANY = SQL(
    "COALESCE(lead.company_id, so.company_id, move.company_id, contact.company_id)"
)


def sale_orders():
    """Quotations when made, orders when confirmed; both voided when cancelled."""
    return Provider(
        code="sale_order",
        res_model="sale.order",
        source="sale_order",
        joins=SQL(
            """
            JOIN res_company company ON company.id = s.company_id
            JOIN res_currency currency ON currency.id = company.currency_id
            CROSS JOIN LATERAL (VALUES
                ('created', 'quotation', 'out', s.create_date, s.state = 'cancel' OR (
                    s.state = 'sale' AND s.date_order < s.create_date + interval %s)),
                ('confirmed', 'order', 'in', COALESCE(s.date_order, s.create_date),
                    s.state <> 'sale')
            ) AS e(event, kind, direction, date, voided)
            """,
            QUOTATION_LEAST_AGE,
        ),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("e.kind"),
            "direction": SQL("e.direction"),
            "date": SQL("e.date"),
            "voided": SQL("e.voided"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "lead_id": SQL("s.opportunity_id"),
            "name": subject(SQL("s.name")),
            "amount": SQL(
                """round(CASE WHEN s.currency_id = company.currency_id THEN s.amount_untaxed
                     ELSE s.amount_untaxed / NULLIF(s.currency_rate, 0)::numeric
                     END, currency.decimal_places)"""
            ),
            "campaign_id": SQL("s.campaign_id"),
            "medium_id": SQL("s.medium_id"),
            "utm_source_id": SQL("s.source_id"),
            "user_id": SQL("s.user_id"),
        },
    )


def invoices():
    """Posted invoices, receipts and credit notes; voided when reset to draft or cancelled."""
    return Provider(
        code="account_move",
        res_model="account.move",
        source="account_move",
        scope=SQL("s.move_type IN %s", CUSTOMER_INVOICES),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("'posted'"),
            "kind": SQL("CASE WHEN s.move_type = 'out_refund' THEN 'refund' ELSE 'invoice' END"),
            "direction": SQL("'out'"),
            "date": moment(
                SQL("COALESCE(s.invoice_date, s.date)"), SQL("s.create_date"), SQL("s.id")
            ),
            "voided": SQL("s.state <> 'posted'"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "name": subject(SQL("s.name")),
            "amount": SQL("s.amount_untaxed_signed"),
            "campaign_id": SQL("s.campaign_id"),
            "medium_id": SQL("s.medium_id"),
            "utm_source_id": SQL("s.source_id"),
            "user_id": SQL("s.invoice_user_id"),
        },
    )


def payments():
    """Payments by and to customers, from the moment they are confirmed."""
    return Provider(
        code="account_payment",
        res_model="account.payment",
        source="account_payment",
        where=SQL("s.partner_id IS NOT NULL"),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("'paid'"),
            "kind": SQL("'payment'"),
            "direction": SQL("CASE WHEN s.payment_type = 'inbound' THEN 'in' ELSE 'out' END"),
            "date": moment(
                SQL("s.date"),
                SQL("s.create_date"),
                SQL(
                    "SELECT i.invoice_id FROM account_move__account_payment i"
                    " WHERE i.payment_id = s.id"
                ),
            ),
            "voided": SQL("s.state NOT IN ('in_process', 'paid') OR s.partner_type <> 'customer'"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "name": subject(SQL("COALESCE(s.name, s.memo)")),
            "amount": SQL("s.amount_company_currency_signed"),
        },
    )


def contracts():
    """Contracts when they begin and when they end or are cancelled; a renewal begins anew."""
    return Provider(
        code="crm_customer_contract",
        res_model="crm.customer.contract",
        source="crm_customer_contract",
        joins=SQL(
            """
            CROSS JOIN LATERAL (VALUES
                ('started', s.date_start, s.state = 'draft' OR (
                    s.state = 'cancelled' AND s.closed_on < s.date_start)),
                ('ended', s.closed_on, s.state <> 'ended'),
                ('cancelled', s.closed_on, s.state <> 'cancelled')
            ) AS e(event, day, voided)
            """
        ),
        where=SQL("e.day IS NOT NULL"),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("'contract'"),
            "direction": SQL("'none'"),
            "date": SQL("e.day + time '12:00'"),
            "voided": SQL("e.voided"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "name": subject(SQL("s.name")),
            "user_id": SQL("s.user_id"),
        },
    )


def leads():
    """Leads when made, won and lost; a person not known yet by address and number."""
    return Provider(
        code="crm_lead",
        res_model="crm.lead",
        source="crm_lead",
        where=SQL("(s.partner_id IS NULL OR (%s))", outsider(SQL("s.partner_id"))),
        joins=SQL(
            """
            LEFT JOIN crm_team team ON team.id = s.team_id
            LEFT JOIN res_users owner ON owner.id = s.user_id
            CROSS JOIN LATERAL (VALUES
                ('created', 'in', s.create_date, NULL::numeric, FALSE),
                ('won', 'none', COALESCE(s.date_closed, s.date_last_stage_update),
                    s.expected_revenue, s.won_status IS DISTINCT FROM 'won'),
                ('lost', 'none', COALESCE(s.date_closed, s.date_last_stage_update),
                    s.expected_revenue, s.won_status IS DISTINCT FROM 'lost')
            ) AS e(event, direction, date, amount, voided)
            """
        ),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("'lead'"),
            "direction": SQL("e.direction"),
            "date": SQL("e.date"),
            "voided": SQL("e.voided"),
            "company_id": SQL("COALESCE(s.company_id, team.company_id, owner.company_id)"),
            "partner_id": SQL("s.partner_id"),
            "lead_id": SQL("s.id"),
            "email_normalized": SQL("s.email_normalized"),
            "e164": international(SQL("s.phone_sanitized")),
            # The channel that the lead's medium was linked to; two channels leave it open.
            "channel": SQL(
                """CASE WHEN e.event = 'created' THEN (
                     SELECT min(c.code) FROM crm_contact_channel c
                      WHERE c.medium_id = s.medium_id AND c.active HAVING count(*) = 1) END"""
            ),
            # The call or mail that brought the lead is a touch of its own.
            "costed": SQL("FALSE"),
            "name": subject(SQL("s.name")),
            "amount": SQL("e.amount"),
            "campaign_id": SQL("s.campaign_id"),
            "medium_id": SQL("s.medium_id"),
            "utm_source_id": SQL("s.source_id"),
            "user_id": SQL("s.user_id"),
        },
    )


def _meeting(code, source, joins, clock, scope):
    """Meetings with people outside, one row per attendee, when they are over (C360-1).

    ``a`` is the attendee and ``e`` the meeting, one of them under the name ``s``.
    """
    return Provider(
        code=code,
        res_model="calendar.attendee",
        source=source,
        joins=SQL(
            """%s
            LEFT JOIN res_users owner ON owner.id = e.user_id
            LEFT JOIN res_users_settings settings ON settings.user_id = e.user_id
            """,
            joins,
        ),
        where=SQL("a.partner_id IS NOT NULL AND %s", outsider(SQL("a.partner_id"))),
        clock=clock,
        scope=scope,
        alive=SQL(
            """SELECT FROM calendar_attendee a JOIN calendar_event e ON e.id = a.event_id
                WHERE a.id = t.res_id AND e.stop <= (now() AT TIME ZONE 'UTC')"""
        ),
        columns={
            "res_id": SQL("a.id"),
            "event": SQL("'held'"),
            "kind": SQL("'meeting'"),
            "direction": SQL("'none'"),
            "date": SQL("e.start"),
            "voided": SQL(
                "NOT e.active OR a.state = 'declined' OR e.stop > (now() AT TIME ZONE 'UTC')"
            ),
            "company_id": SQL("owner.company_id"),
            "partner_id": SQL("a.partner_id"),
            "lead_id": SQL("e.opportunity_id"),
            # What a private meeting is about is nobody's business.
            "name": SQL(
                """CASE WHEN COALESCE(e.privacy, settings.calendar_default_privacy, 'public')
                     <> 'private' THEN %s END""",
                subject(SQL("e.name")),
            ),
            "user_id": SQL("e.user_id"),
        },
    )


def meetings():
    """Meetings in the order in which they ended or were changed afterwards."""
    return _meeting(
        "calendar_event",
        "calendar_event",
        SQL("JOIN calendar_event e ON e.id = s.id JOIN calendar_attendee a ON a.event_id = e.id"),
        SQL("GREATEST(s.write_date, s.stop)"),
        TRUE,
    )


def meeting_attendees():
    """The same rows when an attendee alone changed, for example declined."""
    return _meeting(
        "calendar_attendee",
        "calendar_attendee",
        SQL("JOIN calendar_attendee a ON a.id = s.id JOIN calendar_event e ON e.id = a.event_id"),
        SQL("s.write_date"),
        TRUE,
    )


def activities():
    """Activities done on contacts, leads, orders and invoices; calls by telephone as calls.

    Activities that planned a meeting are left to the meeting.
    """
    return Provider(
        code="mail_activity",
        res_model="mail.activity",
        source="mail_activity",
        joins=SQL(
            """
            LEFT JOIN mail_activity_type kind ON kind.id = s.activity_type_id
            LEFT JOIN res_users owner ON owner.id = s.user_id
            %s
            CROSS JOIN LATERAL (SELECT %s AS partner_id,
                COALESCE(kind.category = 'phonecall', FALSE) AS is_call) d
            """,
            document_joins(SQL("s.res_model"), SQL("s.res_id")),
            DOCUMENT_PARTNER,
        ),
        where=SQL(
            """(d.partner_id IS NOT NULL OR lead.id IS NOT NULL)
               AND (d.partner_id IS NULL OR (%s))""",
            outsider(SQL("d.partner_id")),
        ),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("'done'"),
            "kind": SQL("CASE WHEN d.is_call THEN 'call' ELSE 'activity' END"),
            "direction": SQL("CASE WHEN d.is_call THEN 'out' ELSE 'none' END"),
            "channel": SQL("CASE WHEN d.is_call THEN 'phone' END"),
            "date": SQL("LEAST(s.date_done + time '12:00', s.write_date)"),
            "voided": SQL("s.active OR s.date_done IS NULL OR s.calendar_event_id IS NOT NULL"),
            "company_id": SQL("COALESCE(%s, owner.company_id)", DOCUMENT_COMPANY),
            "partner_id": SQL("d.partner_id"),
            "lead_id": SQL("COALESCE(lead.id, so.opportunity_id)"),
            "email_normalized": SQL("lead.email_normalized"),
            "e164": international(SQL("lead.phone_sanitized")),
            "name": subject(SQL("s.summary")),
            "campaign_id": SQL("COALESCE(lead.campaign_id, so.campaign_id, move.campaign_id)"),
            "user_id": SQL("s.user_id"),
        },
    )


def messages(since=None):
    """Mails and comments between us and a customer, not older than *since* (datetime or none).

    A message counts as ours only when it went to somebody outside; internal notes and notices
    of the system never count. The text stays where it is.
    """
    return Provider(
        code="mail_message",
        res_model="mail.message",
        source="mail_message",
        scope=SQL(
            "s.model IN %s AND s.message_type IN %s AND %s",
            MESSAGE_DOCUMENTS,
            MESSAGE_TYPES,
            SQL("s.date >= %s", since) if since else TRUE,
        ),
        joins=_message_joins(),
        where=SQL(
            """(contact.id IS NOT NULL OR lead.id IS NOT NULL OR so.id IS NOT NULL
                OR move.id IS NOT NULL)
               AND (d.partner_id IS NULL OR (%s))""",
            outsider(SQL("d.partner_id")),
        ),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("'exchanged'"),
            "kind": SQL("'mail'"),
            "direction": SQL("CASE WHEN w.incoming THEN 'in' ELSE 'out' END"),
            "channel": SQL("'email'"),
            "date": SQL("COALESCE(s.date, s.create_date)"),
            "voided": SQL(
                """COALESCE(s.is_internal, FALSE)
                   OR CASE WHEN subtype.id IS NULL THEN s.message_type = 'comment'
                           ELSE COALESCE(subtype.internal, FALSE) END
                   OR NOT (w.incoming OR w.reached)"""
            ),
            # Incoming mail is recorded in the company of whoever fetches it: that says nothing.
            "company_id": SQL(
                """COALESCE(%s, CASE WHEN w.incoming THEN keeper.company_id END,
                            s.record_company_id, w.company_id)""",
                DOCUMENT_COMPANY,
            ),
            "partner_id": SQL("d.partner_id"),
            "lead_id": SQL("COALESCE(lead.id, so.opportunity_id)"),
            "email_normalized": SQL(
                """CASE WHEN w.incoming
                     THEN lower(substring(
                         s.email_from FROM '[^<>[:space:],;"]+@[^<>[:space:],;"]+'))
                     ELSE lead.email_normalized END"""
            ),
            "name": subject(SQL("s.subject")),
            "campaign_id": SQL("COALESCE(lead.campaign_id, so.campaign_id, move.campaign_id)"),
            "user_id": SQL("w.user_id"),
        },
    )


def _message_joins():
    """The document, who wrote (``w``: incoming, reached, user) and whose touch it is (``d``).

    ``keeper`` is the customer's salesperson.
    """
    return SQL(
        """
        LEFT JOIN mail_message_subtype subtype ON subtype.id = s.subtype_id
        %(documents)s
        LEFT JOIN LATERAL (
            SELECT min(u.id) AS id, min(u.company_id) AS company_id FROM res_users u
             WHERE u.partner_id = s.author_id AND u.share IS NOT TRUE
        ) colleague ON TRUE
        LEFT JOIN LATERAL (
            SELECT min(n.res_partner_id) AS partner_id, count(*) > 0 AS any FROM mail_notification n
             WHERE n.mail_message_id = s.id AND n.notification_type = 'email'
               AND (n.res_partner_id IS NULL OR (%(outside)s))
        ) reach ON TRUE
        CROSS JOIN LATERAL (SELECT
            colleague.id AS user_id, colleague.company_id,
            colleague.id IS NULL
                AND (s.author_id IS NOT NULL OR s.message_type = 'email') AS incoming,
            reach.any OR COALESCE(s.outgoing_email_to, '') <> '' AS reached
        ) w
        CROSS JOIN LATERAL (SELECT CASE
            WHEN w.incoming THEN COALESCE(s.author_id, %(document)s)
            ELSE COALESCE(%(document)s, reach.partner_id) END AS partner_id
        ) d
        LEFT JOIN res_partner person ON person.id = d.partner_id
        LEFT JOIN res_partner customer ON customer.id = person.commercial_partner_id
        LEFT JOIN res_users keeper
          ON keeper.id = COALESCE(person.user_id, customer.user_id, lead.user_id)
        """,
        documents=document_joins(SQL("s.model"), SQL("s.res_id")),
        outside=outsider(SQL("n.res_partner_id")),
        document=DOCUMENT_PARTNER,
    )
