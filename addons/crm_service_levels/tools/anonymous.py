"""A text for others without what tells who the customer is (SVC-L1: request into article)."""

import re
from html import escape

from lxml import html as lxml_html

_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
#: Telephone and account numbers: seven digits or more, with the usual signs between them.
_NUMBER = re.compile(r"(?<![\w.])(?:\+|00)?\(?\d(?:[\s()/.-]{0,2}\d){6,}(?![\w])")
_SPACES = re.compile(r"[ \t]{2,}")
#: A greeting or a closing with the name that follows it.
_GREETING = re.compile(
    r"^\s*(?:dear|hello|hi|best regards|kind regards|regards|sincerely|yours)\b[^.\n]{0,60}$",
    re.IGNORECASE | re.MULTILINE,
)
#: Shortest part of a name that is taken out alone; shorter ones are often words.
_SHORTEST = 3
GAP = "…"


def name_parts(names):
    """What of the names is taken out: whole names first, then their words.

    Han names have no spaces and are taken whole, from two signs on.

    >>> name_parts(["Anna Li", "李明"])
    ['Anna Li', 'Anna', '李明']
    """
    found = []
    for name in filter(None, names):
        whole = " ".join(name.split())
        found += [whole, *(w for w in re.split(r"[\s,.&()]+", whole) if len(w) >= _SHORTEST)]
    return sorted(set(found), key=lambda part: (-len(part), part))


def _of_names(names):
    """Expression of the names; letters beside them would make them parts of other words."""
    parts = []
    for part in name_parts(names):
        plain = re.escape(part)
        parts.append(rf"(?<!\w){plain}(?!\w)" if part.isascii() else plain)
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def without_person(text, names=(), codes=()):
    """*text* without mail addresses, telephone and account numbers, greetings, *names*, *codes*.

    :param names: of the customer, his company, his contacts
    :param codes: numbers of his documents and machines, taken out as they are

    >>> without_person("Anna Li (anna@acme.example) has 2 pumps", ["Anna Li"])
    '… (…) has 2 pumps'
    """
    text = _GREETING.sub("", text or "")
    text = _MAIL.sub(GAP, text)
    for code in sorted(filter(None, codes), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(code)}(?!\w)", GAP, text, flags=re.IGNORECASE)
    text = _of_names(names).sub(GAP, _NUMBER.sub(GAP, text))
    text = re.sub(rf"{GAP}(?:[ ,]*{GAP})+", GAP, text)
    return _SPACES.sub(" ", text).strip()


def paragraphs(text):
    """Plain text as HTML paragraphs, one for each line with words.

    >>> paragraphs("a < b\\n\\nc")
    '<p>a &lt; b</p><p>c</p>'
    """
    lines = (line.strip() for line in (text or "").splitlines())
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


def text_of(html):
    """Words of an HTML text, a line for each block; no links, pictures, quotations.

    >>> text_of("<p>Turn <b>it</b> off</p><p>and on<br/>again</p>")
    'Turn it off\\nand on\\nagain'
    """
    if not (html or "").strip():
        return ""
    tree = lxml_html.fragment_fromstring(html, create_parent="div")
    for node in tree.xpath(".//blockquote | .//style | .//script"):
        node.drop_tree()
    for node in tree.xpath(".//p | .//div | .//li | .//br | .//tr | .//h1 | .//h2 | .//h3"):
        node.tail = "\n" + (node.tail or "")
    lines = (" ".join(line.split()) for line in tree.text_content().splitlines())
    return "\n".join(line for line in lines if line)
