"""Handing members of a response group over to sales, each once (ROI-1)."""

from odoo.tools import SQL


def _has_document(kind):
    """Condition on members: there is somebody to hand over.

    A task hangs on the contact or on a lead that is not archived: nobody sees it elsewhere.
    """
    living = SQL("AND d.active") if kind == "activity" else SQL()
    return SQL(
        """(m.partner_id IS NOT NULL
            OR EXISTS (SELECT FROM crm_lead d WHERE d.id = m.lead_id %s))""",
        living,
    )


def without_document(kind, members):
    """Row (count,) of the members whom no task or opportunity can be about."""
    return SQL("SELECT COUNT(*) FROM (%s) m WHERE NOT %s", members, _has_document(kind))


def claim(group, kind, members):
    """Statement that notes the members; returns the ids of those who were not noted before.

    Left out is who has neither a contact nor a lead that it could be about.
    """
    return SQL(
        """
        INSERT INTO crm_campaign_handover (campaign_id, company_id, group_id, target_id, partner_id,
            kind, lead_made, date)
        SELECT %s, %s, %s, m.id, m.partner_id, %s, FALSE, now() AT TIME ZONE 'UTC'
        FROM (%s) m WHERE %s
        ON CONFLICT DO NOTHING RETURNING target_id
        """,
        group.campaign_id.id,
        group.campaign_id.company_id.id or None,
        group.id,
        kind,
        members,
        _has_document(kind),
    )


def details(group, targets):
    """Rows (target, contact, open lead, own lead, name, country, state, tier, salesperson).

    The open lead is the target's own, else one of the campaign that the contact has. The own lead
    may be closed: it says who somebody is of whom there is no contact. Tier and salesperson are
    those of the customer whom the contact belongs to, unless he has his own; a salesperson who
    left is none.
    """
    return SQL(
        """
        SELECT g.id, g.partner_id, l.id, o.id,
            COALESCE(p.complete_name, l.partner_name, l.name,
                o.partner_name, o.contact_name, o.name),
            COALESCE(p.country_id, l.country_id, o.country_id),
            COALESCE(p.state_id, l.state_id, o.state_id), s.tier, u.id
        FROM crm_campaign_target g
        LEFT JOIN res_partner p ON p.id = g.partner_id
        LEFT JOIN res_partner c ON c.id = p.commercial_partner_id
        LEFT JOIN crm_lead o ON o.id = g.lead_id
        LEFT JOIN LATERAL (
            SELECT l.* FROM crm_lead l
            WHERE l.active AND l.won_status IS DISTINCT FROM 'won' AND (l.id = g.lead_id
                OR (l.partner_id = g.partner_id AND l.campaign_id = g.campaign_id))
            ORDER BY l.id = g.lead_id DESC NULLS LAST, l.id LIMIT 1
        ) l ON TRUE
        LEFT JOIN LATERAL (
            SELECT w.id FROM unnest(ARRAY[l.user_id, p.user_id, c.user_id, o.user_id])
                WITH ORDINALITY AS v (id, place) JOIN res_users w ON w.id = v.id AND w.active
            ORDER BY v.place LIMIT 1
        ) u ON TRUE
        LEFT JOIN crm_customer_snapshot s ON s.partner_id = p.commercial_partner_id
            AND s.is_current AND s.company_id = %s
        WHERE g.id IN %s
        ORDER BY g.id
        """,
        group.campaign_id.company_id.id or group.env.company.id,
        tuple(targets),
    )


def note(group, kind, leads, made, given):
    """Statement that writes who took whom. :param leads, given: {target: lead}, {target: user}"""
    targets = list(given)
    return SQL(
        """
        UPDATE crm_campaign_handover h
        SET lead_id = v.lead_id, lead_made = v.made, user_id = v.user_id
        FROM unnest(%s::integer[], %s::integer[], %s::boolean[], %s::integer[])
            AS v (target_id, lead_id, made, user_id)
        WHERE h.group_id = %s AND h.kind = %s AND h.target_id = v.target_id
        """,
        targets,
        [leads.get(target) for target in targets],
        [target in made for target in targets],
        [given[target] or None for target in targets],
        group.id,
        kind,
    )
