"""What a dialed number is, and whether this person may call it (CC-1, CC-6).

Numbering plans are those of Google's metadata (``phonenumbers``), emergency and other short numbers
included; shared codes of satellites and of premium numbers are those of ITU-T E.164 (list of
assigned country codes). The leading ``+`` of a number is kept: without it, it is another number.

The first rule that fits decides, and what no rule fits is refused. Two things need no rule: an
emergency number is always dialed, by anybody, beyond any limit; and colleagues inside.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, shortnumberinfo

KINDS = (
    "emergency", "extension", "feature", "short", "toll_free", "national", "mobile",
    "shared_cost", "premium", "international", "satellite", "unassigned", "invalid",
)  # fmt: skip
#: Country codes shared by satellite networks (ITU-T E.164: 870 Inmarsat, 881 mobile satellite,
#: 882 and 883 international networks), the destinations dearest to whoever pays.
SATELLITE = frozenset({870, 881, 882, 883})
#: International premium rate service (ITU-T E.169.2).
PREMIUM = frozenset({979})
_TYPES = {
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.UNKNOWN: "unassigned",
}
#: What costs its caller the same wherever he is; of these the country does not matter.
_EVERYWHERE = ("premium", "unassigned")
#: Signs people write between digits. Letters are not taken for digits: nobody dials by accident.
_BETWEEN = re.compile(r"[\s()./\u2010-\u2015-]")
_DIALED = re.compile(r"\+?[0-9]{1,20}")
_FEATURE = re.compile(r"[0-9*#]{1,20}")
_URI = re.compile(r"^(?:tel|sip|sips):", re.I)
#: Fields of a command that lead somewhere, and channels that dial: ``PJSIP/NUMBER@trunk``,
#: ``PJSIP/trunk/sip:NUMBER@host``, ``SIP/trunk/NUMBER``, ``Local/NUMBER@context``.
_CHANNEL_NUMBER = re.compile(r"[/:]([+0-9*#.-]*[0-9][+0-9*#.-]*)(?=[@/]|$)")
_RINGING = frozenset({"originate", "fax_send"})


@dataclass(frozen=True)
class Plan:
    """How people of one exchange dial.

    :param region: ISO 3166 code of the country it stands in; empty: only numbers with ``+`` are
        understood, and extensions
    :param outside: digits to be dialed before every number outside, often none
    :param extension_digits: inside numbers have so many digits at most
    :param extensions: inside numbers that are known, which may look like others
    :param emergency: emergency numbers beside those of the country, e.g. that of the own fire post
    """

    region: str = ""
    outside: str = ""
    extension_digits: int = 5
    extensions: frozenset[str] = frozenset()
    emergency: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Number:
    """What was dialed.

    :param kind: one of :data:`KINDS`
    :param dial: what to give the exchange: ``+`` and digits for numbers of the public network
    :param e164: the same with ``+``, empty inside and for short numbers
    :param region: ISO 3166 code of the country called, empty where there is none
    """

    kind: str
    dial: str = ""
    e164: str = ""
    region: str = ""


@dataclass(frozen=True)
class Rule:
    """Who may call what. Empty sets fit everything; whom it is for is decided by the caller.

    :param prefixes: beginnings of numbers, with ``+``, e.g. ``+88`` or ``+4918``
    :param per_hour: calls of one person in the last hour (3,600 s); 0: no limit
    :param all_per_hour: the same for all people of the exchange together
    """

    key: object
    allow: bool
    kinds: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    per_hour: int = 0
    per_day: int = 0
    all_per_hour: int = 0
    all_per_day: int = 0


@dataclass(frozen=True)
class Used:
    """Calls until now under one rule: of this person, and of all of the exchange."""

    hour: int = 0
    day: int = 0
    all_hour: int = 0
    all_day: int = 0


@dataclass(frozen=True)
class Decision:
    """Whether, and why.

    :param why: emergency, inside, rule, denied (by a rule), no_rule, invalid, or the limit that is
        reached: per_hour, per_day, all_per_hour, all_per_day
    :param rule: key of the rule that decided
    :param limit: calls allowed, where a limit is reached
    """

    allowed: bool
    why: str
    number: Number = field(default_factory=lambda: Number("invalid"))
    rule: object = None
    limit: int = 0

    @property
    def is_alarm(self):
        """A limit is reached: somebody dials more than people do, and has to be looked at."""
        return self.why in LIMITS


#: Limits of :class:`Rule` in the order they are asked, and what each is compared with.
LIMITS = {
    "per_hour": "hour",
    "per_day": "day",
    "all_per_hour": "all_hour",
    "all_per_day": "all_day",
}


def classify(text, plan):
    """The :class:`Number` that somebody on an exchange of this plan dials with *text*.

    Never raises: what is no number is of kind ``invalid``.
    """
    dialed = _plain(text)
    if _is_emergency(dialed, plan):
        return Number("emergency", dialed, region=plan.region)
    if dialed in plan.extensions:
        return Number("extension", dialed)
    if _FEATURE.fullmatch(dialed) and not dialed.isdigit():
        return Number("feature", dialed)
    if not _DIALED.fullmatch(dialed):
        return Number("invalid")
    outside = plan.outside and not dialed.startswith("+") and dialed.startswith(plan.outside)
    if outside:
        return _outside(dialed.removeprefix(plan.outside), plan)
    return _short(dialed, plan) or _outside(dialed, plan)


def _plain(text):
    """Without signs between digits; ``tel:`` and what follows ``;`` in a URI are left away."""
    bare = _URI.sub("", str(text or "").strip()).partition(";")[0].partition("@")[0]
    return _BETWEEN.sub("", bare.replace("(0)", "") if bare.startswith("+") else bare)


def _is_emergency(dialed, plan):
    """With or without the digits for outside: nobody thinks of these then."""
    candidates = {dialed, dialed.removeprefix(plan.outside)}
    if candidates & plan.emergency:
        return True
    known = plan.region if plan.region in phonenumbers.SUPPORTED_REGIONS else ""
    return bool(known) and any(
        shortnumberinfo.is_emergency_number(one, known) for one in candidates if one
    )


def _short(dialed, plan):
    """A short number of the country, or one inside; ``None`` for the public network."""
    if dialed.startswith("+") or len(dialed) > max(plan.extension_digits, 6):
        return None
    short = _short_number(dialed, plan.region)
    if short:
        return short
    return Number("extension", dialed) if len(dialed) <= plan.extension_digits else None


def _short_number(dialed, region):
    if region not in phonenumbers.SUPPORTED_REGIONS:
        return None
    try:
        number = phonenumbers.parse(dialed, region)
    except NumberParseException:
        return None
    if not shortnumberinfo.is_valid_short_number_for_region(number, region):
        return None
    cost = shortnumberinfo.expected_cost_for_region(number, region)
    premium = cost == shortnumberinfo.ShortNumberCost.PREMIUM_RATE
    return Number("premium" if premium else "short", dialed, region=region)


def _outside(dialed, plan):
    """A number of the public network."""
    try:
        number = phonenumbers.parse(dialed, plan.region or None)
    except NumberParseException:
        return Number("invalid", dialed)
    if not phonenumbers.is_possible_number(number):
        return Number("invalid", dialed)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    region = phonenumbers.region_code_for_number(number) or ""
    region = "" if region == "001" else region  # shared by all countries
    return Number(_kind(number, plan), e164, e164, region)


def _kind(number, plan):
    if number.country_code in SATELLITE:
        return "satellite"
    if number.country_code in PREMIUM:
        return "premium"
    kind = _TYPES.get(phonenumbers.number_type(number), "national")
    if kind in _EVERYWHERE:
        return kind
    own = phonenumbers.country_code_for_region(plan.region) if plan.region else 0
    # countries that share a code (+1) are not one country: a call to the Caribbean is not national
    region = phonenumbers.region_code_for_number(number)
    abroad = number.country_code != own or (region and region != plan.region)
    toll_free_here = kind == "toll_free" and number.country_code == own
    return "international" if abroad and not toll_free_here else kind


def decide(number, rules, used=None):
    """Whether somebody may call *number*.

    :param number: :class:`Number`
    :param rules: those that are for him, in their order; the first that fits decides
    :param used: ``{key of a rule: Used}``; what is missing counts as nothing
    :return: :class:`Decision`
    """
    if number.kind == "emergency":
        return Decision(True, "emergency", number)
    if number.kind == "invalid":
        return Decision(False, "invalid", number)
    rule = next((one for one in rules if fits(one, number)), None)
    if rule is None:
        inside = number.kind in ("extension", "feature")
        return Decision(inside, "inside" if inside else "no_rule", number)
    if not rule.allow:
        return Decision(False, "denied", number, rule.key)
    reached = _reached(rule, (used or {}).get(rule.key, Used()))
    if reached:
        return Decision(False, reached, number, rule.key, getattr(rule, reached))
    return Decision(True, "rule", number, rule.key)


def fits(rule, number):
    """Whether a rule speaks about this number."""
    return (
        (not rule.kinds or number.kind in rule.kinds)
        and (not rule.countries or number.region in rule.countries)
        and (not rule.prefixes or (number.e164 or number.dial).startswith(rule.prefixes))
    )


def _reached(rule, used):
    """The first limit that one more call would break."""
    for limit, count in LIMITS.items():
        if getattr(rule, limit) and getattr(used, count) >= getattr(rule, limit):
            return limit
    return None


def numbers_of(action: str, values: Mapping[str, object]) -> Sequence[str]:
    """All that a command would dial, as it is written there; empty for one that dials nothing.

    A channel that is called is looked at as well as the place it is sent to: both can lead outside.
    """
    found = [str(values.get(name) or "") for name in ("exten", "number")]
    if action in _RINGING:
        found += _CHANNEL_NUMBER.findall(str(values.get("channel") or ""))
    dialed = [_plain(one) for one in found]
    return tuple(dict.fromkeys(one for one in dialed if re.search(r"[0-9]", one)))
