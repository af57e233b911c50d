"""In which script a text is written, so that screen readers and fonts are told its language.

Only scripts that name a language of the region are known; Latin text may be in any language.
"""

import re

#: Blocks of the scripts that need their own face, line height or direction, by the language shown for them.
_SCRIPTS = {
    "th": re.compile("[\u0e00-\u0e7f]"),
    "lo": re.compile("[\u0e80-\u0eff]"),
    "my": re.compile("[\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f]"),
    "km": re.compile("[\u1780-\u17ff\u19e0-\u19ff]"),
    "ar": re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]"),
    "he": re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]"),
}
RIGHT_TO_LEFT = frozenset({"ar", "he"})
_RUN = re.compile(
    "|".join(f"(?P<{language}>{pattern.pattern}+)" for language, pattern in _SCRIPTS.items())
    + "|(?:(?!"
    + "|".join(pattern.pattern for pattern in _SCRIPTS.values())
    + ").)+",
    re.DOTALL,
)
_LETTER = re.compile(r"[^\W\d_]")
#: A long text shows its script in its first pages.
_SAMPLE = 4_000


def lang_of(text: str) -> str:
    """Return th, km, lo, my, ar or he for a text mostly in that script, else ""."""
    sample = text[:_SAMPLE]
    if sample.isascii():
        return ""
    counts = {
        language: len(_LETTER.findall("".join(pattern.findall(sample))))
        for language, pattern in _SCRIPTS.items()
    }
    language, most = max(counts.items(), key=lambda pair: pair[1])
    others = len(_LETTER.findall(sample)) - sum(counts.values())
    return language if most > others else ""


def runs(text: str) -> list[tuple[str, str]]:
    """Return a text cut where its script changes, as (run, language or ""); joined, they are the text.

    What belongs to no script (spaces, digits, marks between two words) goes with the run before it.
    """
    if text.isascii():
        return [(text, "")] if text else []
    found: list[tuple[str, str]] = []
    for piece in _RUN.finditer(text):
        language = next((name for name in _SCRIPTS if piece[name]), "")
        if found and (found[-1][1] == language or not _LETTER.search(piece[0])):
            found[-1] = (found[-1][0] + piece[0], found[-1][1])
        else:
            found.append((piece[0], language))
    return found


def has_right_to_left(text: str) -> bool:
    """Tell whether anything in a text runs from right to left."""
    return any(_SCRIPTS[language].search(text) for language in RIGHT_TO_LEFT)
