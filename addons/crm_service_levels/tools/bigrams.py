"""Words for a full-text index of Chinese, Japanese, Korean, which have no dictionary (SVC-L1).

These scripts put no space between words, so a text is cut into overlapping pairs of signs
(bigrams), which the configuration ``simple`` takes as words. The last sign of a run is a word of
its own, so that a search for one sign finds every place where it stands (as the beginning of a
pair, or as this last word).
"""

import re

#: Han, its extensions, kana, hangul. Signs of punctuation are not among them.
_CJK = (
    "\u3005\u3006\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
_RUN = re.compile(f"[{_CJK}]+")


def has_cjk(text):
    """Whether there is a sign of these scripts in *text*."""
    return bool(_RUN.search(text or ""))


def without_cjk(text):
    """*text* with a space for every run of these signs: what other dictionaries index.

    >>> without_cjk("更换HP墨盒 now")
    ' HP  now'
    """
    return _RUN.sub(" ", text or "")


def pairs(run):
    """Overlapping pairs of one run; a single sign stays alone.

    >>> pairs("打印机"), pairs("机")
    (['打印', '印机'], ['机'])
    """
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


def index_words(text):
    """What is indexed of *text*: the pairs of every run and its last sign.

    >>> index_words("打印机 offline 卡纸")
    '打印 印机 机 卡纸 纸'
    """
    words = []
    for run in _RUN.findall(text or ""):
        words += pairs(run)
        if len(run) > 1:
            words.append(run[-1])
    return " ".join(words)


def query_words(text):
    """``[(word, whether only its beginning is known)]`` to look for: pairs, or a single sign.

    >>> query_words("打印机坏 x 纸")
    [('打印', False), ('印机', False), ('机坏', False), ('纸', True)]
    """
    return [(word, len(word) == 1) for run in _RUN.findall(text or "") for word in pairs(run)]
