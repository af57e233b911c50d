"""The form that says what the tables of a file are and what their columns hold.

The file itself travels in the form as it was read, sealed, so that nothing is kept before it is imported.
"""

import re
from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from workflow.actions.drafting import LONGEST_TITLE
from workflow.actions.making import FIRST_YEAR, LAST_YEAR
from workflow.domain.errors import Invalid
from workflow.domain.terms import DocumentKind
from workflow.domain.texts import one_line
from workflow.models.document import Document
from workflow.papers.grid_fields import Field
from workflow.papers.grid_paper import Choice, Proposal
from workflow.papers.grid_rows import FoundTables
from workflow.papers.grids import Reading, from_plain
from workflow.web.forms import DoorForm
from workflow.web.wording import word

_SECONDS = 24 * 60 * 60
FIELD_WORDS = {
    Field.LEFT_OUT: _("leave out"),
    Field.TITLE: _("title"),
    Field.POINTS: _("points"),
    Field.SCHEDULED: _("scheduled for completion"),
    Field.STATUS: _("status"),
    Field.ACTION: _("actions taken"),
    Field.AS_OF: _("day of the status"),
    Field.NUMBER: _("number of the row"),
}


class MatchForm(DoorForm):
    """What all such forms have: the file as it was read, and what the preview showed."""

    reading = HiddenField()
    seen = HiddenField()
    endorsed_on_paper = BooleanField(_("This paper was endorsed already"))

    def choice(self, number: int, width: int) -> Choice | None:
        """Return what was said of a table, None if it is left out; raises Invalid naming the field."""
        kind = self[f"kind_{number}"].data
        if not kind:
            return None
        title = one_line(
            self[f"title_{number}"].data, f"title_{number}", required=True, longest=LONGEST_TITLE
        )
        first, last = self._year(f"from_{number}"), self._year(f"until_{number}")
        if last < first:
            raise Invalid(
                "The period ends before it begins.",
                remedy="Write the later year here.",
                field=f"until_{number}",
            )
        fields = tuple(Field(self[f"column_{number}_{column}"].data) for column in range(width))
        return Choice(DocumentKind(kind), title, first, last, fields)

    def _year(self, name: str) -> int:
        typed = (self[name].data or "").strip()
        if re.fullmatch("[0-9]{4}", typed) is None or not FIRST_YEAR <= int(typed) <= LAST_YEAR:
            raise Invalid("This is no year.", remedy="Write it with four figures, such as 2020.", field=name)
        return int(typed)


def form_for(found: FoundTables, documents: Sequence[Document]) -> type[MatchForm]:
    """Return the form for the tables of a file; `documents` are those that a table can renew."""
    kinds = [SelectChoice("", _("Leave this table out"))]
    kinds += [SelectChoice(kind.value, word(kind)) for kind in DocumentKind]
    into = [SelectChoice("", _("A new document"))]
    into += [SelectChoice(one.code, one.title) for one in documents]
    fields: dict[str, Any] = {}
    for number, table in enumerate(found.tables):
        fields[f"kind_{number}"] = SelectField(_("What this table is"), choices=kinds)
        fields[f"into_{number}"] = SelectField(_("Import into"), choices=into)
        fields[f"title_{number}"] = StringField(_("Title of the document"))
        fields[f"from_{number}"] = StringField(_("First year"))
        fields[f"until_{number}"] = StringField(_("Last year"))
        for column in range(table.width):
            named = table.headings[column] if column < len(table.headings) else ""
            fields[f"column_{number}_{column}"] = SelectField(
                named or _("Column %(number)s, without a heading", number=column + 1),
                choices=[SelectChoice(one.value, words) for one, words in FIELD_WORDS.items()],
            )
    return type("TablesForm", (MatchForm,), fields)


def proposed(proposals: Sequence[Proposal], into: Sequence[Document | None], reading: str) -> dict[str, Any]:
    """Return what stands in the form when it is first shown."""
    data: dict[str, Any] = {"reading": reading}
    for number, (one, document) in enumerate(zip(proposals, into, strict=True)):
        data |= {
            f"kind_{number}": one.kind.value if Field.TITLE in one.fields else "",
            f"into_{number}": document.code if document is not None else "",
            f"title_{number}": one.title[:LONGEST_TITLE],
            f"from_{number}": str(one.period_from or ""),
            f"until_{number}": str(one.period_until or ""),
        }
        data |= {f"column_{number}_{column}": field.value for column, field in enumerate(one.fields)}
    return data


def sealed(reading: Reading) -> str:
    """Return what was read of a file as text that nobody can change, for a hidden field."""
    return str(_sealing().dumps(reading.to_plain()))


def unsealed(text: str) -> Reading | None:
    """Return what was sealed within a day, None for anything else."""
    try:
        return from_plain(_sealing().loads(text, max_age=_SECONDS))
    except BadData:
        return None


def _sealing() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="adref.import.reading")
