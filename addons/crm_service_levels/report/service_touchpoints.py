"""Requests and their messages as rows of the touch ledger (C360-1, SVC-L1)."""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import (
    MESSAGE_TYPES,
    TRUE,
    Provider,
    international,
    outsider,
    subject,
)


def requests():
    """Requests when opened, solved and reopened, with the channel by which they came.

    The mail that opens a request is a touch of its own (:func:`messages`), which costs; a letter,
    visit or call noted by hand is known by the request alone, and costs here. A request that we
    opened ourselves touched nobody yet. Of several reopenings the latest stands.
    """
    return Provider(
        code="crm_service_request",
        res_model="crm.service.request",
        source="crm_service_request",
        joins=SQL(
            """
            LEFT JOIN crm_contact_channel way ON way.id = s.channel_id
            CROSS JOIN LATERAL (VALUES
                ('created', CASE WHEN s.proactive THEN 'none' ELSE 'in' END, s.date_open,
                    s.merged_into_id IS NOT NULL),
                ('solved', 'none', s.date_solved, s.date_solved IS NULL OR s.state = 'cancelled'),
                ('reopened', 'none', s.date_reopened, s.date_reopened IS NULL)
            ) AS e(event, direction, date, untrue)
            """
        ),
        where=SQL("(s.partner_id IS NULL OR (%s))", outsider(SQL("s.partner_id"))),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("'request'"),
            "direction": SQL("e.direction"),
            "date": SQL("COALESCE(e.date, s.date_open)"),
            "voided": SQL("e.untrue OR NOT COALESCE(s.active, FALSE)"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("s.partner_id"),
            "email_normalized": SQL("s.email_normalized"),
            "e164": international(SQL("s.phone")),
            "channel": SQL("CASE WHEN e.direction = 'in' THEN way.code END"),
            "costed": SQL("e.direction = 'in' AND way.code <> 'email'"),
            "name": subject(SQL("concat_ws(' ', NULLIF(s.number, '/'), s.name)")),
            "user_id": SQL("s.user_id"),
        },
    )


def messages(since=None):
    """Mails and comments on requests between us and the customer, not older than *since*.

    As with the ledger's other messages: notes, notices of the system and machines' answers do not
    count, and a message is ours only when it went to somebody outside.
    """
    return Provider(
        code="crm_service_message",
        res_model="mail.message",
        source="mail_message",
        scope=SQL(
            "s.model = 'crm.service.request' AND s.message_type IN %s AND %s",
            MESSAGE_TYPES,
            SQL("s.date >= %s", since) if since else TRUE,
        ),
        joins=_message_joins(),
        where=SQL("(d.partner_id IS NULL OR (%s))", outsider(SQL("d.partner_id"))),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("'exchanged'"),
            "kind": SQL("'mail'"),
            "direction": SQL("CASE WHEN w.incoming THEN 'in' ELSE 'out' END"),
            "channel": SQL("CASE WHEN s.message_type = 'comment' AND w.incoming THEN 'web'"
                           " ELSE 'email' END"),
            "date": SQL("COALESCE(s.date, s.create_date)"),
            "voided": SQL(
                """COALESCE(s.is_internal, FALSE) OR NOT (w.incoming OR w.reached)
                   OR CASE WHEN subtype.id IS NULL THEN s.message_type = 'comment'
                           ELSE COALESCE(subtype.internal, FALSE) END"""
            ),
            "company_id": SQL("request.company_id"),
            "partner_id": SQL("d.partner_id"),
            "email_normalized": SQL("request.email_normalized"),
            "name": subject(SQL("COALESCE(NULLIF(s.subject, ''), request.name)")),
            "user_id": SQL("w.user_id"),
        },
    )  # fmt: skip


def _message_joins():
    """The request, who wrote (``w``) and whose touch it is (``d``)."""
    return SQL(
        """
        JOIN crm_service_request request ON request.id = s.res_id
        LEFT JOIN mail_message_subtype subtype ON subtype.id = s.subtype_id
        LEFT JOIN LATERAL (
            SELECT min(u.id) AS id FROM res_users u
             WHERE u.partner_id = s.author_id AND u.share IS NOT TRUE
        ) colleague ON TRUE
        LEFT JOIN LATERAL (
            SELECT min(n.res_partner_id) AS partner_id, count(*) > 0 AS any FROM mail_notification n
             WHERE n.mail_message_id = s.id AND n.notification_type = 'email'
               AND (n.res_partner_id IS NULL OR (%s))
        ) reach ON TRUE
        CROSS JOIN LATERAL (SELECT
            colleague.id AS user_id,
            colleague.id IS NULL
                AND (s.author_id IS NOT NULL OR s.message_type = 'email') AS incoming,
            reach.any OR COALESCE(s.outgoing_email_to, '') <> '' AS reached
        ) w
        CROSS JOIN LATERAL (SELECT CASE
            WHEN w.incoming THEN COALESCE(s.author_id, request.partner_id)
            ELSE COALESCE(request.partner_id, reach.partner_id) END AS partner_id
        ) d
        """,
        outsider(SQL("n.res_partner_id")),
    )
