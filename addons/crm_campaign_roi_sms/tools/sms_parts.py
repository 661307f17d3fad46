"""How many parts a text message has (ROI-1): each part is paid for.

Source: 3GPP TS 23.038 (alphabets) and TS 23.040 (concatenation). A message in the GSM alphabet
has 160 characters, or parts of 153; those of the extension table take two. Any other character
makes the whole message UCS-2: 70 units of 16 bits, or parts of 67.
"""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
GSM, GSM_PART = 160, 153
UCS2, UCS2_PART = 70, 67
#: Characters beyond this take two units of UCS-2.
PLANE = 0xFFFF


def parts(text):
    """Number of parts of *text*; 0 for none.

    >>> parts("a" * 160), parts("a" * 161), parts("你" * 70), parts("你" * 71)
    (1, 2, 1, 2)
    """
    if BASIC.issuperset(set(text) - EXTENSION):
        return _pack([2 if char in EXTENSION else 1 for char in text], GSM, GSM_PART)
    return _pack([2 if ord(char) > PLANE else 1 for char in text], UCS2, UCS2_PART)


def _pack(sizes, single, part):
    """How many parts hold *sizes*; what takes two units is not torn apart."""
    if sum(sizes) <= single:
        return 1 if sizes else 0
    count, used = 1, 0
    for size in sizes:
        if used + size > part:
            count, used = count + 1, 0
        used += size
    return count
