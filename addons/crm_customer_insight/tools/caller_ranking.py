"""Who is calling? Candidates of one number, the likeliest first (C360-1). Pure decisions.

The score only orders the candidates of one look-up; it is no probability and is compared with no
other look-up.
"""

from dataclasses import dataclass, replace
from datetime import datetime

#: What speaks for (or against) a candidate. The extension decides before anything else, what is
#: going on with the customer before what he is, and an archived contact comes behind all others.
WEIGHTS = {
    "extension": 100,
    "other_extension": -50,
    "key_account": 40,
    "open_deal": 30,
    "open_quotation": 25,
    "touch_week": 24,
    "touch_month": 16,
    "touch_year": 6,
    "own_number": 12,
    "main_number": 8,
    "lead": -4,
    "fax": -40,
    "archived": -200,
}
#: Kinds of number that belong to one person; on the others many people call.
PERSONAL_KINDS = frozenset(("mobile", "direct", "private"))
_TOUCH_AGES = ((7, "touch_week"), (31, "touch_month"), (366, "touch_year"))


@dataclass(frozen=True)
class Candidate:
    """A number that matched and what is known of its owner (a partner, or a lead without one)."""

    number_id: int
    partner_id: int | None = None
    lead_id: int | None = None
    name: str = ""
    kind: str = "main"
    extension: str | None = None
    is_company: bool = False
    active: bool = True
    key_account: bool = False
    open_deals: int = 0
    open_quotations: int = 0
    last_touch: datetime | None = None


@dataclass(frozen=True)
class Ranked:
    """A candidate with its score and the codes of :data:`WEIGHTS` that made it."""

    candidate: Candidate
    score: int
    reasons: tuple[str, ...]


def rank(candidates, now, extension=None, limit=None):
    """Order *candidates*, each owner once.

    :param now: moment of the call, naive UTC like ``last_touch``
    :param extension: extension of the caller, when the exchange told one
    :return: list of :class:`Ranked`, best first; equals in the order of last touch, name and id
    """
    ranked = [_score(candidate, now, extension) for candidate in candidates]
    ranked.sort(key=_order)
    owners = {}
    for entry in ranked:
        owners.setdefault(_owner(entry.candidate), entry)
    return list(owners.values())[:limit]


def attach_leads(candidates, lead_partners):
    """Leads whose partner matched as well are that partner's open deals, not callers of their own.

    :param lead_partners: ``{lead_id: partner_id or None}``
    """
    partners = {candidate.partner_id for candidate in candidates if candidate.partner_id}
    return [
        candidate
        for candidate in candidates
        if candidate.partner_id or lead_partners.get(candidate.lead_id) not in partners
    ]


def with_signals(candidate, signals):
    """The candidate with the *signals* (``{field: value}``) of his partner."""
    return replace(candidate, **signals) if signals else candidate


def _score(candidate, now, extension):
    reasons = tuple(_reasons(candidate, now, extension))
    return Ranked(candidate, sum(WEIGHTS[reason] for reason in reasons), reasons)


def _reasons(candidate, now, extension):
    if candidate.extension and extension:
        yield "extension" if candidate.extension == extension else "other_extension"
    for reason, holds in _facts(candidate):
        if holds:
            yield reason
    if touch := _touch_reason(candidate.last_touch, now):
        yield touch


def _facts(candidate):
    personal = candidate.kind in PERSONAL_KINDS
    return (
        ("key_account", candidate.key_account),
        ("open_deal", candidate.open_deals > 0),
        ("open_quotation", candidate.open_quotations > 0),
        ("own_number", personal and not candidate.is_company),
        ("main_number", not personal and candidate.is_company),
        ("lead", not candidate.partner_id),
        ("fax", candidate.kind == "fax"),
        ("archived", not candidate.active),
    )


def _touch_reason(last_touch, now):
    if last_touch is None:
        return None
    days = (now - last_touch).total_seconds() / 86400
    return next((reason for limit, reason in _TOUCH_AGES if days <= limit), None)


def _owner(candidate):
    if candidate.partner_id:
        return ("partner", candidate.partner_id)
    return ("lead", candidate.lead_id)


def _order(entry):
    candidate = entry.candidate
    touched = candidate.last_touch.timestamp() if candidate.last_touch else 0
    return (-entry.score, -touched, candidate.name or "", _owner(candidate), candidate.number_id)
