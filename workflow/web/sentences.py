"""The domain's sentences in the reader's language: its refusals, and its formula with the Latin in italics.

What the sentences say is in `workflow/domain/formula.py`, and where a refusal is raised.
"""

from datetime import datetime

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from workflow.domain.errors import Sentence
from workflow.domain.formula import Tongue
from workflow.domain.spelled import Spelled
from workflow.domain.terms import Term
from workflow.domain.zones import local
from workflow.web.filters import clock, day, figures, joined, utc
from workflow.web.wording import WORDINGS, word

_LATIN = "ad referendum"


def tongue() -> Tongue:
    """Return how sentences are said to the reader of this request."""
    return Tongue(gettext=gettext, ngettext=ngettext, instant=utc, joined=joined)


def latin(sentence: str) -> Markup:
    """Return a sentence as markup with "ad referendum" in italics."""
    return Markup("<i>{}</i>").format(_LATIN).join(escape(part) for part in str(sentence).split(_LATIN))


def translated(said: str) -> str:
    """Return a sentence of a refusal in the reader's language, with its values in their places.

    A translation whose places are not those of the sentence is passed over for the English.
    """
    if not isinstance(said, Sentence):
        return gettext(said) if said else ""
    values = {name: _in_place(one) for name, one in said.values.items()}
    try:
        return gettext(said.pattern).format_map(values)
    except (KeyError, IndexError, ValueError):
        return said.pattern.format_map(values)


class _Number(int):
    """A number whose thousands are parted as the reader's language does, where the sentence parts them."""

    def __format__(self, form: str) -> str:
        return figures(int(self)) if form == "," else format(int(self), form)


def _in_place(one: object) -> object:
    if isinstance(one, Sentence):
        return translated(one)
    if isinstance(one, Spelled):
        return _spelled(one)
    if isinstance(one, Term) and type(one) in WORDINGS:
        label = word(one)
        return label[:1].lower() + label[1:]
    return _Number(one) if isinstance(one, int) else one


def _spelled(one: Spelled) -> str:
    """Spell a day or a moment in the reader's language as `spelled` and `zones.named` do in English."""
    if not isinstance(one.what, datetime):
        return day(one.what)
    if one.zone is None:
        return clock(one.what)
    if one.zone == "UTC":
        return utc(one.what, seconds=one.seconds)
    return f"{clock(local(one.what, one.zone))} {one.zone} ({utc(one.what)})"
