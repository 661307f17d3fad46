"""Tone score: how friendly or angry the words of a message are, by a list of words (SVC-L2).

It counts words and understands nothing: irony, names and other subjects mislead it. That is why it
is called tone, not feeling, and why each score tells the words it comes from.
"""

import re
from typing import NamedTuple

#: Strongest weight of a word; the weight 0 marks a negation.
STRONGEST = 3
#: How many words before a word a negation reaches.
REACH = 2
LONGEST = 6
#: Bounds of the tones that are shown.
TONES = [("angry", "Angry"), ("tense", "Tense"), ("neutral", "Neutral"), ("friendly", "Friendly")]
PARTS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
HAN = re.compile(r"[\u3400-\u9fff]+")


class Tone(NamedTuple):
    """:param score: -100 (angry) to 100 (friendly); :param words: what it was counted from"""

    score: int
    words: tuple


def tokens(text, words):
    """Words of *text*; Chinese is cut by the longest word of the list, else by character."""
    for part in PARTS.findall(text.lower().replace("’", "'")):
        if HAN.search(part):
            yield from _cut(part, words)
        else:
            yield part


def _cut(text, words):
    start = 0
    while start < len(text):
        sizes = range(min(LONGEST, len(text) - start), 0, -1)
        size = next((n for n in sizes if text[start : start + n] in words), 1)
        yield text[start : start + size]
        start += size


def read(text, words):
    """:class:`Tone` of *text*, ``None`` when it holds no word of the list.

    The mean weight of the words found, in percent of the strongest; a negation within two words
    before a word turns its sign.

    :param words: ``{word in lower case: weight from -3 to 3, 0 for a negation}``
    """
    found, sequence = [], list(tokens(text, words))
    for place, token in enumerate(sequence):
        weight = words.get(token)
        if weight:
            before = sequence[max(0, place - REACH) : place]
            turned = any(words.get(word) == 0 for word in before)
            found.append((token, -weight if turned else weight))
    if not found:
        return None
    total = sum(weight for _word, weight in found)
    return Tone(round(100 * total / (STRONGEST * len(found))), tuple(word for word, _w in found))


def name(score):
    """Tone that a score is shown as."""
    if score <= -50:
        return "angry"
    if score < -15:
        return "tense"
    return "friendly" if score > 15 else "neutral"


def own_words(text):
    """*text* without quoted lines of an earlier message."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
