"""Whether a mail was written by a machine: such a mail is no reply and gets no answer (ROI-5)."""

import re

_AWAY = re.compile(
    r"^\s*(out of (the )?office|auto(matic|mated)?[ -]?(reply|response)|autoreply"
    r"|abwesen(d|heit)|automatische antwort|r[ée]ponse automatique|respuesta autom[áa]tica"
    r"|自动回复|自動回覆|自動回應)",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)([+@]|$)", re.IGNORECASE)
_MARKS = {"x-autoreply", "x-autorespond", "x-autoresponder", "list-id"}


def is_automatic(headers, subject="", sender=""):
    """Whether the headers, the subject or the address (bare) say that nobody wrote this.

    See RFC 3834 (``Auto-Submitted``, the empty return path) and RFC 2919 (``List-Id``).

    :param headers: mapping of header names, in any case, to values
    """
    values = {name.lower(): str(value).strip().lower() for name, value in headers.items()}
    submitted = values.get("auto-submitted", "no").partition(";")[0].strip()
    if submitted not in ("no", "") or values.get("return-path") == "<>":
        return True
    if _MARKS & values.keys() or values.get("precedence") in ("auto_reply", "bulk", "list", "junk"):
        return True
    return bool(_AWAY.match(subject or "") or _NOBODY.match(sender or ""))
