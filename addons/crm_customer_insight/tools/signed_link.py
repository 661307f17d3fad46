"""Tokens of links for people without log-in: when they end, and a signature over it."""

#: Longer ones are none: twelve digits, a dash and a signature of 64 signs fit.
LONGEST_TOKEN = 100


def join_token(expires, signature):
    """The token of a link. :param expires: seconds since 1970 (UTC), whole"""
    return f"{expires}-{signature}"


def split_token(token):
    """``(expires, signature)`` of a link; ``(0, "")`` if it is none.

    What is read here is trusted only after the signature was compared.
    """
    text = token if isinstance(token, str) and len(token) <= LONGEST_TOKEN else ""
    expires, dash, signature = text.partition("-")
    if not dash or not expires.isascii() or not expires.isdigit() or len(expires) > 12:
        return 0, ""
    return int(expires), signature if signature.isascii() else ""
