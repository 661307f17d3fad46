"""Registrations for events as rows of the touch ledger (C360-1, ROI-1)."""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import (
    WRITTEN,
    Provider,
    outsider,
    subject,
)


def registrations():
    """Who registered and who came, as soon as a registration changes."""
    return _provider(
        "event_registration",
        "event_registration",
        SQL("JOIN event_registration r ON r.id = s.id JOIN event_event e ON e.id = r.event_id"),
        WRITTEN,
    )


def absences():
    """The same rows when the event is over: who did not come is known then."""
    return _provider(
        "event_absence",
        "event_event",
        SQL("JOIN event_event e ON e.id = s.id JOIN event_registration r ON r.event_id = e.id"),
        SQL("GREATEST(s.write_date, s.date_end)"),
    )


def _provider(code, source, joins, clock):
    """Registrations ``r`` of events ``e``, one of them under the name ``s``.

    The person is whoever was invited; else whoever booked, if the address is his own; else
    whoever has the address. An absence is one only where somebody was noted as present.
    """
    return Provider(
        code=code,
        res_model="event.registration",
        source=source,
        joins=SQL(
            """%s
            LEFT JOIN event_slot slot ON slot.id = r.event_slot_id
            LEFT JOIN crm_campaign_delivery row ON row.id = r.campaign_delivery_id
            LEFT JOIN res_partner booker ON booker.id = r.partner_id
            CROSS JOIN LATERAL (SELECT
                lower(substring(r.email FROM '[^<>[:space:],;"]+@[^<>[:space:],;"]+')) AS email,
                COALESCE(slot.end_datetime, e.date_end) AS over
            ) x
            CROSS JOIN LATERAL (SELECT COALESCE(row.partner_id, CASE
                WHEN x.email IS NULL OR x.email = booker.email_normalized THEN booker.id
                END) AS partner_id) d
            CROSS JOIN LATERAL (VALUES
                ('registered', 'in', r.create_date, r.state NOT IN ('open', 'done')),
                ('attended', 'in', COALESCE(r.date_closed, x.over), r.state <> 'done'),
                ('absent', 'none', x.over, r.state <> 'open' OR e.attendance_known_on IS NULL
                    OR x.over > (now() AT TIME ZONE 'UTC'))
            ) AS v(event, direction, date, untrue)
            """,
            joins,
        ),
        where=SQL("d.partner_id IS NULL OR (%s)", outsider(SQL("d.partner_id"))),
        clock=clock,
        columns={
            "res_id": SQL("r.id"),
            "event": SQL("v.event"),
            "kind": SQL("'event'"),
            "direction": SQL("v.direction"),
            "date": SQL("v.date"),
            "voided": SQL("v.untrue OR r.active IS NOT TRUE"),
            "company_id": SQL("COALESCE(r.company_id, e.company_id)"),
            "partner_id": SQL("d.partner_id"),
            "lead_id": SQL("row.lead_id"),
            "email_normalized": SQL("x.email"),
            "costed": SQL("FALSE"),
            "name": subject(SQL("e.name->>'en_US'")),
            "campaign_id": SQL("r.utm_campaign_id"),
            "medium_id": SQL("r.utm_medium_id"),
            "utm_source_id": SQL("r.utm_source_id"),
            "user_id": SQL("e.user_id"),
        },
    )
