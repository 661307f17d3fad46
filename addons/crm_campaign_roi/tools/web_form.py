"""What somebody typed into the web form of a campaign, made safe (ROI-1). Without Odoo."""

#: What an answer can count as; the codes of ``crm.campaign.response.kind``.
RESPONSES = ("registered", "answered_high", "answered_low", "other")
#: Longest text of each field; more is no answer of a person.
LONGEST = {"name": 200, "email": 254, "phone": 40, "company": 200, "message": 5000}
#: Texts of more than one line.
LONG = ("message",)


def clean(typed):
    """``{field: text}`` of the known fields, without what is no text and cut to its length.

    Signs that control a terminal or a printer are left out; only a message has lines.
    """
    return {name: _text(typed.get(name), most, name in LONG) for name, most in LONGEST.items()}


def _text(value, most, lines):
    kept = "".join(
        sign if sign.isprintable() or (lines and sign in "\n\t") else " "
        for sign in str(value or "").replace("\r\n", "\n")
    )
    return (kept if lines else " ".join(kept.split())).strip()[:most]


def missing(given, required):
    """Names of the *required* fields that are empty in *given*, in their order."""
    return [name for name in required if not given.get(name)]


def is_robot(typed):
    """Whether the field that people do not see was filled in."""
    return bool(str(typed.get("homepage") or "").strip())
