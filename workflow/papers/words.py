"""A text cut into words, so that a difference marks no more than what changed.

Comparing them is not here: see `differences`.
"""

import unicodedata
from functools import lru_cache

_SPACE, _WORD, _CLUSTER, _MARK, _JOINER, _OTHER = range(6)

# Scripts written without spaces between words: Thai, Lao, Myanmar, Khmer, kana and ideographs.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0x20000, 0x3FFFF),
)
# Thai and Lao vowels that Unicode calls letters: before their consonant, or behind it.
_BEFORE = frozenset("เแโใไເແໂໃໄ")
_BEHIND = frozenset("ะาำๅໆະາຳຽ")
# Signs that bind the next consonant: the stackers of Khmer and Myanmar, and the zero-width joiner.
_BINDERS = frozenset("\u17d2\u1039\u200d")


def words(text: str) -> list[str]:
    """Return the pieces of a text in order; joined, they are the text again.

    A piece is a run of letters and digits, a run of spaces, or a single other character; in
    scripts without spaces it is a letter with its vowel signs and marks. Marks, joiners and emoji
    modifiers are never parted from what they belong to.
    """
    pieces: list[str] = []
    current: list[str] = []
    before = _SPACE
    for sign in text:
        kind = _kind(sign)
        if current and not _binds(current[-1], before, sign, kind):
            pieces.append("".join(current))
            current = []
        current.append(sign)
        before = before if kind in (_MARK, _JOINER) and len(current) > 1 else kind
    if current:
        pieces.append("".join(current))
    return pieces


def _binds(last: str, before: int, sign: str, kind: int) -> bool:
    if kind in (_MARK, _JOINER):
        return before != _SPACE
    if last in _BINDERS:
        return kind != _SPACE
    if kind == _CLUSTER:
        return last in _BEFORE or (sign in _BEHIND and before == _CLUSTER)
    return kind == before and kind in (_SPACE, _WORD)


@lru_cache(maxsize=4096)
def _kind(sign: str) -> int:
    code = ord(sign)
    if sign.isspace():
        return _SPACE
    # Joiners, variation selectors and the skin tones of emoji have no life of their own.
    if sign in "\u200c\u200d\u2060" or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:
        return _JOINER
    if unicodedata.category(sign).startswith("M"):
        return _MARK
    if any(first <= code <= last for first, last in _UNSPACED):
        return _CLUSTER if unicodedata.category(sign) == "Lo" else _WORD if sign.isalnum() else _OTHER
    # Two regional indicators make one flag.
    if sign.isalnum() or sign == "_" or 0x1F1E6 <= code <= 0x1F1FF:
        return _WORD
    return _OTHER
