"""What narrows a list: forms read from the address, so that a list can be linked to and downloaded alike.

The lists themselves are in the other files of this folder.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SearchField, SelectField
from wtforms.validators import Optional

from workflow.domain.errors import Invalid, says
from workflow.domain.terms import Letter, Role, Service
from workflow.queries.history import OUTCOMES, Origin
from workflow.queries.search import Where
from workflow.web.forms import Day, say_what_is_on_no_list
from workflow.web.moments import read
from workflow.web.secretariat.offers import offers
from workflow.web.wording import word

_ORIGINS = {
    Origin.CIRCULATION: _("By a circulation"),
    Origin.MEETING: _("Endorsed at a meeting"),
    Origin.PAPER: _("From a paper"),
}
#: What each kind of words is called.
WHERE = {
    Where.TEXTS: _("Texts of items"),
    Where.REASONS: _("What States said, and answers"),
    Where.RECORDS: _("Circulations and their records"),
    Where.PROGRESS: _("Progress reports"),
    Where.LIBRARY: _("Library"),
}


class Narrowing(FlaskForm):
    """A form of the address: it changes nothing and carries no token."""

    class Meta:
        """Let the list be linked to."""

        csrf = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(formdata=request.args, **kwargs)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Validate; what is on no list is said with what to do."""
        right = super().validate(*args, **kwargs)
        say_what_is_on_no_list(self)
        return bool(right)

    def refusal(self) -> Invalid:
        """Return why no file can be given of what the address asks for, naming the field."""
        field = next(one for one in self if one.errors)
        said = says("{field}: {what}", field=field.label.text, what=field.errors[0])
        return Invalid(said, field=field.short_name)

    def kept(self) -> dict[str, Any]:
        """Return what is narrowed, as it stands in the address: for the next page and the download."""
        return {name: value for name in self._fields if (value := request.args.get(name, ""))}


class HistoryNarrowing(Narrowing):
    """Narrows the history of endorsement."""

    document = SelectField(_("Document"), default="", validate_choice=False)
    item = SelectField(_("Item"), default="", validate_choice=False)
    state = SelectField(_("State"), default="", validate_choice=False)
    outcome = SelectField(_("Outcome"), default="")
    meeting = SelectField(_("Meeting"), default="", validate_choice=False)
    person = SelectField(_("Person"), default="", validate_choice=False)
    since = Day(_("From"), [Optional()])
    until = Day(_("To"), [Optional()])

    def __init__(self) -> None:
        super().__init__()
        words = [(one, _ORIGINS[one] if isinstance(one, Origin) else word(one)) for one in OUTCOMES]
        self.outcome.choices = offers(gettext("All outcomes"), words)


class PeriodNarrowing(Narrowing):
    """Narrows what is counted to a period."""

    since = Day(_("From"), [Optional()])
    until = Day(_("To"), [Optional()])


class SearchNarrowing(Narrowing):
    """Narrows a search over texts, reasons and records."""

    words = SearchField(_("Words"), default="")
    where = SelectField(_("Look in"), default="")
    document = SelectField(_("Document"), default="", validate_choice=False)
    state = SelectField(_("Said by"), default="", validate_choice=False)
    since = Day(_("From"), [Optional()])
    until = Day(_("To"), [Optional()])

    def __init__(self) -> None:
        super().__init__()
        self.where.choices = offers(gettext("Everything"), [(one, WHERE[one]) for one in Where])


class LogNarrowing(Narrowing):
    """Narrows the list of entries in the log."""

    circulation = SelectField(_("Circulation"), default="", validate_choice=False)
    kind = SelectField(_("Type"), default="", validate_choice=False)


class LetterNarrowing(Narrowing):
    """Narrows the list of letters."""

    circulation = SelectField(_("Circulation"), default="", validate_choice=False)
    state = SelectField(_("State"), default="", validate_choice=False)
    letter = SelectField(_("Letter"), default="")
    status = SelectField(_("What became of it"), default="")

    def __init__(self) -> None:
        super().__init__()
        self.letter.choices = offers(gettext("All letters"), [(one, word(one)) for one in Letter])
        self.status.choices = offers(gettext("All"), [(one, word(one)) for one in Service])


class PeopleNarrowing(Narrowing):
    """Narrows the list of people."""

    state = SelectField(_("State"), default="", validate_choice=False)
    role = SelectField(_("Role"), default="")
    ended = SelectField(_("Appointments"), default="")

    def __init__(self) -> None:
        super().__init__()
        self.role.choices = offers(gettext("All roles"), [(one, word(one)) for one in Role])
        self.ended.choices = offers(gettext("Held now"), [("too", gettext("Ended ones too"))])


def days(since: date | None, until: date | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """Return a range of days as instants, the last day included; raises Invalid naming the field."""
    if since is not None and until is not None and until < since:
        raise Invalid("The last day lies before the first.", remedy="Exchange the two.", field="until")
    first = read(since, time(), zone, "since") if since is not None else None
    last = read(until + timedelta(days=1), time(), zone, "until") if until is not None else None
    return first, last
