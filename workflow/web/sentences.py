"""The formula's sentences in the reader's language, and "ad referendum" set in italics.

What the sentences say is in `workflow/domain/formula.py`.
"""

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from workflow.domain.formula import Tongue
from workflow.web.filters import joined, utc

_LATIN = "ad referendum"


def tongue() -> Tongue:
    """Return how sentences are said to the reader of this request."""
    return Tongue(gettext=gettext, ngettext=ngettext, instant=utc, joined=joined)


def latin(sentence: str) -> Markup:
    """Return a sentence as markup with "ad referendum" in italics."""
    return Markup("<i>{}</i>").format(_LATIN).join(escape(part) for part in str(sentence).split(_LATIN))
