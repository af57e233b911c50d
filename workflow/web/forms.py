"""What all forms share: the key of one submission, its capacity, how it is refused, days and hours.

The forms themselves are in the desk they belong to; how fields look is in `templates/macros/`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from flask import g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import DateField, HiddenField, TimeField
from wtforms.widgets import HiddenInput

from workflow.domain.errors import ClockBehind, NotAllowed, NotFound, Refused
from workflow.web import kept
from workflow.web.errors import status_of
from workflow.web.sentences import translated


class Day(DateField):
    """A calendar day; what cannot be read is given back as typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day, saying in plain words what a day looks like."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is no date. Write it as year-month-day, such as 2020-10-09.")) from None


class Hour(TimeField):
    """An hour of the day, to the second where it has seconds; what cannot be read is given back as typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, format=["%H:%M", "%H:%M:%S"], **kwargs)

    def __call__(self, **kwargs: object) -> Any:
        """Write the field; a browser lets seconds be chosen only where it is told to."""
        if self.data is not None and self.data.second:
            kwargs.setdefault("step", "1")
        return super().__call__(**kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        if self.data is None:
            return ""
        return str(self.data.strftime("%H:%M:%S" if self.data.second else "%H:%M"))

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the hour, saying in plain words what an hour looks like."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is no hour. Write it as hour:minutes, such as 17:00.")) from None


class OpenedBy(HiddenField):
    """Who opened the form, said anew on each page, so that what is typed can outlast a session (`kept`)."""

    def _value(self) -> str:
        return kept.opened_by()


def _acting_as() -> str:
    return str(g.actor.appointment) if g.get("actor") is not None else ""


class DoorForm(FlaskForm):
    """A form whose `hidden_tag()` carries the CSRF token, a submission key, the capacity and who opened it.

    `status` is the HTTP status with which it comes back when it was refused, `over_errors` what stands over
    the reasons, where it is not that nothing was recorded.
    """

    key = HiddenField(default=lambda: str(uuid4()))
    capacity = HiddenField(default=_acting_as)
    opener = OpenedBy()

    status = 422
    over_errors = ""
    form_errors: list[str]

    def hidden_tag(self, *fields: str) -> Markup:
        """Return the hidden fields; without ids, for a page may hold several forms."""
        chosen = [self[name] for name in fields] or list(self)
        return Markup("").join(one(id=False) for one in chosen if isinstance(one.widget, HiddenInput))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Validate; what was chosen from a list but is not on it is said with what to do.

        A form that comes back after a signing in is shown once more before anything is done.
        """
        if kept.RESUMED in request.form:
            self.over_errors = gettext("You are signed in again. Nothing was recorded yet.")
            self.form_errors = list(_resumed())
            return False
        right = super().validate(*args, **kwargs)
        say_what_is_on_no_list(self)
        return bool(right)

    def refuse(self, error: Refused) -> None:
        """Show a refusal beside the field it names, or above the form, and keep its status."""
        sentences = [translated(part) for part in (error.message, error.remedy) if part]
        meanwhile = error.details.get("meanwhile", ())
        if isinstance(meanwhile, list | tuple):
            sentences[1:1] = [str(one) for one in meanwhile]
        self.status = status_of(error)
        message = " ".join(sentences)
        if error.field and error.field in self._fields:
            named = self._fields[error.field]
            named.errors = [*named.errors, message]
        else:
            self.form_errors = [*self.form_errors, message]


def say_what_is_on_no_list(form: FlaskForm) -> None:
    """Say of a choice that is on no list what to do."""
    for field in form:
        if field.gettext("Not a valid choice.") in field.errors:
            field.errors = [gettext("This is not on the list. Choose one of the answers it offers.")]


def _resumed() -> Iterator[str]:
    yield gettext("The form is as you typed it. Check it, then send it.")
    if request.form[kept.RESUMED] == "files":
        yield gettext("Choose the file again: a file cannot be kept.")


class Attempt:
    """Whether an act that a form asked for was done; true until it is refused."""

    def __init__(self) -> None:
        self.done = True

    def __bool__(self) -> bool:
        return self.done


@contextmanager
def refusals(form: DoorForm) -> Iterator[Attempt]:
    """Undo what the block did when it is refused, and put the refusal on the form instead.

    The block runs in a SAVEPOINT: what the clock owed before it stays in the session. What another page
    must answer passes through: NotAllowed, NotFound and ClockBehind.
    """
    attempt = Attempt()
    savepoint = g.session.begin_nested()
    try:
        yield attempt
        savepoint.commit()
    except (NotAllowed, NotFound, ClockBehind):
        raise
    except Refused as error:
        savepoint.rollback()
        attempt.done = False
        form.refuse(error)
