"""Handing members of a response group over to sales, each once (ROI-1)."""

from odoo.tools import SQL


def claim(group, kind, members):
    """Statement that notes the members; returns the ids of those who were not noted before."""
    return SQL(
        """
        INSERT INTO crm_campaign_handover (campaign_id, company_id, group_id, target_id, partner_id,
            kind, lead_made, date)
        SELECT %s, %s, %s, m.id, m.partner_id, %s, FALSE, now() AT TIME ZONE 'UTC' FROM (%s) m
        ON CONFLICT DO NOTHING RETURNING target_id
        """,
        group.campaign_id.id,
        group.campaign_id.company_id.id or None,
        group.id,
        kind,
        members,
    )


def details(group, targets):
    """Rows (target, contact, lead, name, country, state, tier, salesperson) of targets.

    The lead is the target's own, else an open one of the campaign that the contact has. Tier and
    salesperson are those of the customer whom the contact belongs to, unless he has his own.
    """
    return SQL(
        """
        SELECT g.id, g.partner_id, l.id, COALESCE(p.complete_name, l.partner_name, l.name),
            COALESCE(p.country_id, l.country_id), COALESCE(p.state_id, l.state_id), s.tier,
            COALESCE(l.user_id, p.user_id, c.user_id)
        FROM crm_campaign_target g
        LEFT JOIN res_partner p ON p.id = g.partner_id
        LEFT JOIN res_partner c ON c.id = p.commercial_partner_id
        LEFT JOIN LATERAL (
            SELECT l.* FROM crm_lead l
            WHERE l.active AND l.won_status IS DISTINCT FROM 'won' AND (l.id = g.lead_id
                OR (l.partner_id = g.partner_id AND l.campaign_id = g.campaign_id))
            ORDER BY l.id = g.lead_id DESC NULLS LAST, l.id LIMIT 1
        ) l ON TRUE
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
