"""How ready a deal is: MAN (money, authority, need) and the decision chain (C360-2).

MAN is the textbook test of a prospect: does he have the *money*, do we speak with the one who has
the *authority*, and is there a *need*? Each answer is ``unknown``, ``no``, ``partly`` or ``yes``;
unknown is not no.
"""

POINTS = {"no": 0.0, "partly": 0.5, "yes": 1.0}

# Roles without which a deal is decided by people we have not met.
KEY_ROLES = ("decider", "finance", "technical", "user")


def man_score(answers):
    """Score of the known answers, 0 to 100, or ``None`` when nothing is known.

    Formula: 100 × sum of points of the known answers ÷ number of known answers, with no = 0,
    partly = ½, yes = 1, rounded to a whole number (half up). Unknown answers are left out of the
    numerator and the denominator: they say something about us, not about the customer.
    """
    points = [POINTS[answer] for answer in answers if answer in POINTS]
    return int(100 * sum(points) / len(points) + 0.5) if points else None


def man_rating(answers):
    """What to do with the prospect, from the sum of points of three known answers.

    ``open``: something is still unknown: ask. Otherwise, by points out of 3:
    ``ready`` ≥ 2.5 (all there), ``develop`` ≥ 1.5 (one of the three is missing: find the money,
    the decider or the need), ``nurture`` ≥ 0.5 (keep in touch), ``stop`` below.
    """
    points = [POINTS[answer] for answer in answers if answer in POINTS]
    if len(points) < len(answers):
        return "open"
    total = sum(points)
    for rating, least in (("ready", 2.5), ("develop", 1.5), ("nurture", 0.5)):
        if total >= least:
            return rating
    return "stop"


def known_count(answers):
    """How many of the questions have an answer."""
    return sum(answer in POINTS for answer in answers)


def missing_roles(roles):
    """Key roles nobody in the decision chain has, in their usual order."""
    present = set(roles)
    return [role for role in KEY_ROLES if role not in present]


def chain_state(roles):
    """``none`` (nobody recorded), ``partial`` (key roles missing) or ``complete``."""
    if not roles:
        return "none"
    return "partial" if missing_roles(roles) else "complete"
