"""Folding words for a search, so that case and accents of Latin letters do not matter, in any script.

Which words can be found, and by whom, is in `workflow/models/search.py`.
"""

import re
import unicodedata

#: At most so many words of a question are asked for.
MOST_TERMS = 8
_LONGEST = 200
_TERM = re.compile(r'"([^"]*)"?|(\S+)')
#: Marks above and below Latin letters. Those of Thai, Lao, Khmer and Burmese are letters to their readers.
_ACCENTS = re.compile("[\u0300-\u036f]")
_LETTERS = {
    "đ": "d",
    "ð": "d",
    "ø": "o",
    "ł": "l",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
}


def folded(text: str) -> str:
    """Return a text as it is searched: lower case, without accents of Latin letters, on one line."""
    return "".join(_fold(character) for character in unicodedata.normalize("NFC", text))


def terms(question: str) -> list[str]:
    """Return the folded words asked for; words between quotation marks stay together, eight at most."""
    plain = folded(question[:_LONGEST])
    found = [(quoted or word).strip() for quoted, word in _TERM.findall(plain)]
    return list(dict.fromkeys(term for term in found if term.strip('"')))[:MOST_TERMS]


def spots(text: str, wanted: list[str]) -> list[tuple[int, int]]:
    """Return where folded words stand in a text, as (begin, end) in NFC; overlapping ones are joined."""
    plain, places = _mapped(text)
    found = []
    for term in wanted:
        begin = plain.find(term)
        while begin >= 0:
            found.append((places[begin], places[begin + len(term) - 1] + 1))
            begin = plain.find(term, begin + len(term))
    return _joined(sorted(found))


def _mapped(text: str) -> tuple[str, list[int]]:
    """Return a folded text and, for each of its characters, which one of the text it comes from."""
    plain, places = [], []
    for place, character in enumerate(unicodedata.normalize("NFC", text)):
        fold = _fold(character)
        plain.append(fold)
        places.extend([place] * len(fold))
    return "".join(plain), places


def _fold(character: str) -> str:
    if character.isspace():
        return " "
    # What is not seen parts no word: the zero width space that Thai and Khmer are written with.
    if unicodedata.category(character) in ("Cf", "Cc", "Cs", "Cn", "Co"):
        return ""
    lower = _LETTERS.get(character.lower(), character.casefold())
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", lower)).casefold()
    return _LETTERS.get(plain, plain)


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in found:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
