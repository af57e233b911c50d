"""Every component of the pages on one page, with its states, drawn by the macros that the pages use.

The macros are in `templates/macros/`, words and marks in `workflow/web/wording.py`; all else is invented.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import flash, render_template
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from workflow.domain.positions import Place as Position
from workflow.papers.differences import VersionDifference, version_difference
from workflow.web.documents.lifeline import Lane, LifeLine
from workflow.web.doors import public
from workflow.web.drawings import Bar, Place, Tick
from workflow.web.forms import Day, DoorForm
from workflow.web.secretariat.participation import Mark, Row, places
from workflow.web.shepherd.timeline import TimeLine
from workflow.web.showcase.blueprint import blueprint
from workflow.web.wording import WORDINGS, Shown

DEADLINE = datetime(2020, 10, 9, 10, 0, tzinfo=UTC)
NOW = datetime(2020, 10, 1, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Named:
    """A State or a circulation, as far as components name it."""

    code: str = ""
    name: str = ""
    number: int = 0


@dataclass(frozen=True)
class Text:
    """A version of an item, as far as components show it."""

    title: str
    points: tuple[str, ...]
    texts: dict[str, str]


STATES = (Named("BN", "Brunei Darussalam"), Named("MY", "Malaysia"), Named("TH", "Thailand"))
OLD = Text("Support to the network", ("Meet twice a year",), {"status": "The list is to be shared."})
NEW = Text("Support to the network", ("Meet each year",), {"status": "The list was shared in ภาษาไทย."})


FEW = (SelectChoice("1", _("First")), SelectChoice("2", _("Second")))


class SampleForm(DoorForm):
    """One field of every kind."""

    title = StringField(_("A line"), [InputRequired(_("This cannot be empty."))])
    text = TextAreaField(_("A text"), [InputRequired(_("This cannot be empty."))])
    day = Day(_("A day"), [InputRequired(_("This cannot be empty."))])
    choice = SelectField(
        _("One of a list"), choices=[SelectChoice("", _("Choose")), SelectChoice("1", _("First"))]
    )
    one = RadioField(_("One of a few"), [InputRequired(_("Choose one."))], choices=list(FEW))
    many = SelectMultipleField(_("Some of a few"), choices=list(FEW))
    tick = BooleanField(_("Yes or no"))
    file = FileField(_("A file"), [InputRequired(_("Choose a file."))])


@blueprint.get("/design")
@public
def design() -> str:
    """Show the components."""
    wrong = SampleForm(formdata=None, prefix="wrong-")
    wrong.validate()
    wrong.form_errors = [*wrong.form_errors, _("The two dates are in the wrong order.")]
    for category in ("success", "warning", "error", "message"):
        flash(_("What was just done, or why it was not."), category)
    return render_template(
        "showcase/design.html",
        form=SampleForm(formdata=None, prefix="empty-"),
        wrong=wrong,
        narrowing=SampleForm(formdata=None, prefix="filter-"),
        states=STATES,
        wordings=[(kind.__name__, list(kind) if kind is not Shown else _shown()) for kind in WORDINGS],
        positions=[
            (place.value, [(place, "#tables"), (Shown.SILENT.value, None), ("unserved", None)])
            for place in Position
        ],
        deadline=DEADLINE,
        now=NOW,
        days=_days(),
        kinds=_kinds(),
        old=OLD,
        new=NEW,
        difference=_difference(),
        time_line=_time_line(),
        life_line=_life_line(),
        rows=_rows(),
        places=places(3),
        circulations=[Named(number=number) for number in (1, 2, 3)],
    )


def _shown() -> list[str]:
    return [str(value) for value in WORDINGS[Shown]]


def _difference() -> VersionDifference:
    return version_difference(OLD, NEW)


def _days() -> list[date]:
    return [date(2020, 9, 28) + timedelta(days=number) for number in range(12)]


def _kinds() -> list[tuple[str, str]]:
    weekend = ("weekend", "")
    return [
        ("holiday", "Holiday") if day == date(2020, 10, 1) else weekend if day.weekday() > 4 else ("work", "")
        for day in _days()
    ]


def _time_line() -> TimeLine:
    kinds = ("waiting", "running", "suspended", "held", "ahead")
    return TimeLine(
        bars=[Bar(7 + 17 * index, 24 + 17 * index, kind) for index, kind in enumerate(kinds)],
        places=[
            Place(7, "1", "run", False, 0),
            Place(41, "2–4", "stop", False, 0),
            Place(49, "5", "hold", False, 1),
            Place(92, "6", "run", True, 0),
        ],
        ticks=[Tick(7 + 8.5 * index, "" if index % 3 else f"{index + 1} Oct") for index in range(11)],
        now=66,
        former=[75],
    )


def _life_line() -> LifeLine:
    first = [Bar(15, 40, "draft"), Bar(40, 65, "running"), Bar(65, 80, "stopped")]
    second = [Bar(55, 80, "draft"), Bar(80, 90, "before"), Bar(90, 98, "force")]
    return LifeLine(
        [
            Lane(
                1, 0, first, [Place(15, "1", "rest", False, 0), Place(65, "2", "stop", False, 0, "objection")]
            ),
            Lane(2, 1, second, [Place(90, "3", "ok", False, 0, "endorsed")]),
        ],
        [(80, 0, 1)],
    )


def _rows() -> list[Row]:
    heights = ((18, 9, 0), (0, 18, 18), (9, 9, 18))
    return [
        Row(state, [Mark(at, high, high == 9) for at, high in zip(places(3), row, strict=True)])  # type: ignore[arg-type]
        for state, row in zip(STATES, heights, strict=True)
    ]
