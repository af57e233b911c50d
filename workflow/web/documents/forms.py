"""The forms of the documents' pages: what fields they have; what is right is decided in the actions.

What all forms share is in `workflow/web/forms.py`.
"""

import re
from collections.abc import Iterable
from typing import Any, Self

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from workflow.actions.drafting import Text, has_points, text_names, words_sha256
from workflow.actions.indicators import Counting
from workflow.domain.terms import DocumentKind
from workflow.models.body import Meeting
from workflow.models.document import Version
from workflow.models.reporting import Indicator
from workflow.web.forms import Day, DoorForm
from workflow.web.wording import word

_NEEDED = _("This cannot be empty.")
#: What the fields of the texts are called before their name; “status” alone is the form's own.
_PREFIX, _TEXTS = "text_", ("scheduled", "status")
_LINE = re.compile(r"\r\n|\r|\n")


class Year(IntegerField):
    """A year in figures; what cannot be read is given back as typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the year, saying in plain words what a year looks like."""
        if not valuelist or re.fullmatch(r"\s*[0-9]{4}\s*", valuelist[0], re.ASCII) is None:
            self.data = None
            raise ValueError(_("Write the year with four figures, such as 2020."))
        self.data = int(valuelist[0])


class Count(IntegerField):
    """A whole number; what cannot be read is given back as typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, saying in plain words what a count looks like."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if re.fullmatch(r"[0-9]{1,9}", typed, re.ASCII) is None:
            raise ValueError(_("Write a whole number from 0, in figures, such as 367."))
        self.data = int(typed)


class DocumentForm(DoorForm):
    """A new document: its kind, title, years, and the meeting it is drafted for."""

    kind = SelectField(_("Kind of document"), choices=[])
    title = StringField(_("Title"))
    period_from = Year(_("First year"), [InputRequired(_NEEDED)])
    period_until = Year(_("Last year"), [InputRequired(_NEEDED)])
    meeting_id = SelectField(_("Drafted for the meeting"))

    def offer(self, meetings: Iterable[Meeting]) -> None:
        """Fill in what can be chosen."""
        self.kind.choices = [(kind.value, word(kind)) for kind in DocumentKind]
        self.meeting_id.choices = [("", _("No meeting")), *((str(one.id), one.name) for one in meetings)]


class TextForm(DoorForm):
    """The words of one item; `edition` is that of the draft the form was opened with, "" for none."""

    edition = HiddenField()
    section = StringField(_("Under the section row"))
    title = StringField(_("Title"))
    points = TextAreaField(_("Points"))
    text_scheduled = TextAreaField(_("Scheduled for completion"))
    text_status = TextAreaField(_("Status"))

    def fit(self, kind: DocumentKind, labels: dict[str, str], *, is_new: bool) -> None:
        """Keep the fields that an item of this kind of document has, named as its columns are."""
        names = text_names(kind)
        gone = [_PREFIX + name for name in _TEXTS if name not in names]
        gone += [] if has_points(kind) else ["points"]
        gone += ["edition"] if is_new else ["section"]
        for name in gone:
            del self[name]
        for name in names:
            self[_PREFIX + name].label.text = labels[name]

    def show(self, version: Version) -> None:
        """Write a version's words into the form."""
        self["title"].data = version.title
        if "points" in self:
            self["points"].data = "\n".join(version.points)
        for name in self._names:
            self[_PREFIX + name].data = version.texts.get(name, "")

    def open_with(self, draft: Version | None) -> None:
        """Note which edition of the draft the form is about to be written over."""
        self["edition"].data = str(draft.edition) if draft is not None else ""
        self["edition"].raw_data = None

    @property
    def opened_with(self) -> int | None:
        """Return the edition the form was opened with."""
        typed = self["edition"].data or ""
        return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else None

    @property
    def words(self) -> Text:
        """Return the words as typed."""
        points = _LINE.split(self["points"].data or "") if "points" in self else []
        return Text(
            title=self["title"].data or "",
            points=tuple(point.strip() for point in points if point.strip()),
            texts={name: self[_PREFIX + name].data or "" for name in self._names},
        )

    @property
    def _names(self) -> list[str]:
        return [name for name in _TEXTS if _PREFIX + name in self]


class WithdrawForm(DoorForm):
    """Why a draft is withdrawn."""

    reason = TextAreaField(_("Reason"))


class ProgressForm(DoorForm):
    """How an item stands, and on which day."""

    as_of = Day(_("As of"), [InputRequired(_NEEDED)])
    progress = TextAreaField(_("How it stands"))
    scheduled = StringField(_("Scheduled for completion"))
    links = TextAreaField(_("Links to evidence"))

    @property
    def lines(self) -> list[str]:
        """Return the links, one a line."""
        return _lines(self.links.data)


class PeriodForm(DoorForm):
    """A period to report on, and when its report is due."""

    first_day = Day(_("First day"), [InputRequired(_NEEDED)])
    last_day = Day(_("Last day"), [InputRequired(_NEEDED)])
    due_on = Day(_("Report due on"), [InputRequired(_NEEDED)])


class IndicatorForm(DoorForm):
    """What is counted, in which unit, towards which target, and how it is told apart."""

    name = StringField(_("What is counted"))
    unit = StringField(_("Unit"))
    target = Count(_("Target"), [Optional()])
    parts = TextAreaField(_("Told apart by"))
    item = SelectField(_("Of the item"), default="")

    @property
    def words(self) -> Counting:
        """Return what was typed."""
        parts, item = _lines(self.parts.data), self.item.data or ""
        return Counting(self.name.data or "", self.unit.data or "", self.target.data, parts, item)


class PredecessorForm(DoorForm):
    """The document that another one succeeds: one kept here, or a paper's title."""

    former = SelectField(_("A document kept here"), default="")
    title = StringField(_("or the title of a paper"))


class EndorsementForm(DoorForm):
    """Which other body endorsed a document, and when."""

    endorsed_by = StringField(_("Body"))
    endorsed_on = Day(_("Endorsed on"), [InputRequired(_NEEDED)])
    reference = StringField(_("Reference"))


class ObligationForm(DoorForm):
    """What the body is bound to do, and where that is written."""

    instrument = StringField(_("Instrument"))
    place = StringField(_("Article or objective"))
    words = TextAreaField(_("What it asks for"))

    @property
    def typed(self) -> dict[str, str]:
        """Return what was typed, as the acts in `actions/relating.py` take it."""
        return {name: self[name].data or "" for name in ("instrument", "place", "words")}


class ServingForm(DoorForm):
    """The obligations that an item serves."""

    obligations = SelectMultipleField(_("Obligations it serves"), coerce=int)


class WordsForm(DoorForm):
    """Words that stand in one place; `opened` tells which the form was opened with."""

    opened = HiddenField()
    text: TextAreaField

    @classmethod
    def showing(cls, stands: str) -> Self:
        """Return the form with the words that stand there."""
        return cls(formdata=None, data={"text": stands, "opened": words_sha256(stands)})

    @property
    def typed(self) -> dict[str, Any]:
        """Return what was typed, and over which words."""
        return {"text": self.text.data or "", "opened": self.opened.data or None}

    def shown_again(self, stands: str) -> Self:
        """Return the form as it was typed; who was shown a colleague's words may write over those."""
        if self.status == 409:
            self.opened.data, self.opened.raw_data = words_sha256(stands), None
        return self


class HighlightsForm(WordsForm):
    """The highlights of a period in words."""

    text = TextAreaField(_("Highlights"))


class IntroductionForm(WordsForm):
    """The words that introduce a document."""

    text = TextAreaField(_("Introduction"))


class FiguresForm(DoorForm):
    """What was counted in a period; `figures_form` gives it a field for each number."""


def figures_form(indicators: Iterable[Indicator]) -> type[FiguresForm]:
    """Return the form of these indicators, with fields `whole_<id>` and `part_<id>_<place>`."""
    fields: dict[str, Any] = {}
    for one in indicators:
        fields[f"whole_{one.id}"] = Count(_("Whole"), [Optional()])
        for place, name in enumerate(one.parts):
            fields[f"part_{one.id}_{place}"] = Count(name, [Optional()])
    return type("FiguresForm", (FiguresForm,), fields)


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in _LINE.split(text or "")]


class AttachForm(DoorForm):
    """A file for a draft."""

    file = FileField(_("File"))


class JsonForm(DoorForm):
    """A document as the JSON file that its page gave out; after the preview it travels along in `text`.

    `seen` is the fingerprint of what the preview showed.
    """

    file = FileField(_("Document"))
    text = HiddenField()
    seen = HiddenField()


class PaperForm(DoorForm):
    """A paper as a file; after the preview the text of a plain one travels along in `text`.

    `known` holds the codes of like documents that the preview showed.
    """

    file = FileField(_("Paper"))
    text = HiddenField()
    known = HiddenField()
    endorsed_on_paper = BooleanField(_("This paper was endorsed already"))


class ExtensionForm(DoorForm):
    """Until which year a document shall last, and why."""

    until = Year(_("New last year"), [InputRequired(_NEEDED)])
    reason = TextAreaField(_("Reason"))
