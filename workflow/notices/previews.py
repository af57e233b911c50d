"""The circulation letter as a State will receive it, to be read before the dispatch; nothing is written.

Letters themselves are written in `letters`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.domain.terms import Letter
from workflow.models.body import State
from workflow.models.people import Person
from workflow.notices import rendering
from workflow.notices.item_texts import printed
from workflow.notices.writer import Reader, Writer
from workflow.queries.cases import Loaded


@dataclass(frozen=True)
class LetterText:
    """The two parts of a letter that are read."""

    subject: str
    text: str


class _Reading(Writer):
    """Renders what a writer would write."""

    def text(self, letter: Letter, reader: Reader, values: dict[str, object]) -> LetterText:
        """Return subject and text of one letter to one reader."""
        context = {**self._shared(reader), **values}
        language = reader.person.locale
        return LetterText(
            rendering.subject(letter, language, context), rendering.body(letter, language, context)
        )


def letter_to(session: Session, loaded: Loaded, state: State, person: Person, *, now: datetime) -> LetterText:
    """Return the circulation letter to a State, addressed to `person`; `loaded` may be a preparation.

    It needs a deadline and items. Before the dispatch there is no symbol yet: the body's name stands for it.
    """
    reading = _Reading(session, loaded, now, body=loaded.circulation.body_id)
    values: dict[str, object] = {"items": printed(session, loaded, loaded.items)}
    return reading.text(Letter.CIRCULATION, Reader(person, state, state), values)
