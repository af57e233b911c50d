"""The forms of the Lead Shepherd's desk: what fields they have; what is right is decided in the actions.

What all forms share is in `workflow/web/forms.py`.
"""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from workflow.domain.terms import ResponseKind
from workflow.web.forms import Day, DoorForm, Hour
from workflow.web.keys import key
from workflow.web.wording import wording

_NEEDED = _("This cannot be empty.")


class Keys(SelectMultipleField):
    """Rows chosen by their keys."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the keys, refusing what can be none in plain words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("One of these choices is none of the list.")) from None


class ItemsForm(DoorForm):
    """What is circulated: the drafts chosen, a title, a message, and whether they are inseparable."""

    items = Keys(_("Items"), coerce=key, validate_choice=False)
    title = StringField(_("Title"), [InputRequired(_NEEDED)])
    message = TextAreaField(_("Message to the States"))
    package = BooleanField(_("One inseparable package"))

    def validate_items(self, field: Any) -> None:
        """Refuse a circulation of nothing; which texts can be sent is decided in the actions."""
        if not field.data and not field.errors:
            raise ValidationError(_("Choose at least one item."))


class AuthorityForm(DoorForm):
    """Which meeting agreed to the procedure, and whether the matter is urgent."""

    meeting = SelectField(_("Meeting"), coerce=str, validate_choice=False)
    authority_note = TextAreaField(_("Note on the authority"))
    urgent = BooleanField(_("Urgent: a shorter period than the minimum"))
    urgent_reasons = TextAreaField(_("Reasons for the urgency"))


class DeadlineForm(DoorForm):
    """A deadline as a local day and hour in a zone, and the end of a consultation window, if any."""

    deadline = Day(_("Deadline on"), [InputRequired(_NEEDED)])
    hour = Hour(_("Hour"), [InputRequired(_NEEDED)])
    zone = SelectField(_("In the time of"), validate_choice=False)
    window_end = Day(_("Consultation until"), [Optional()])
    window_hour = Hour(_("Its hour"), [Optional()])


class ReasonForm(DoorForm):
    """An act on the course of a circulation: its reason, and what the form was opened with."""

    reason = TextAreaField(_("Reason"), [InputRequired(_NEEDED)])
    opened = HiddenField()


class ExtendForm(ReasonForm):
    """A later deadline in the announced zone, with the reason."""

    deadline = Day(_("New deadline on"), [InputRequired(_NEEDED)])
    hour = Hour(_("Hour"), [InputRequired(_NEEDED)])


class ResumeForm(DoorForm):
    """Resumption: the new deadline that the form showed."""

    shown = HiddenField()
    opened = HiddenField()


class OverrideForm(DoorForm):
    """From which local day and hour a State is treated as served, on what evidence."""

    served_from = Day(_("Served since"), [InputRequired(_NEEDED)])
    hour = Hour(_("Hour"), [InputRequired(_NEEDED)])
    evidence = TextAreaField(_("Evidence"), [InputRequired(_NEEDED)])


class AnswerForm(DoorForm):
    """The Lead Shepherd's answer to one response."""

    text = TextAreaField(_("Your answer"), [InputRequired(_NEEDED)])
    opened = HiddenField()


class KindForm(DoorForm):
    """Another kind proposed for one response, with the reason."""

    kind = RadioField(
        _("Proposed kind"),
        [InputRequired(_NEEDED)],
        choices=[SelectChoice(value=kind.value, label=wording(kind).label) for kind in ResponseKind],
    )
    # Its page holds the form of an answer too, whose text has the plain name.
    text = TextAreaField(_("Why"), [InputRequired(_NEEDED)], id="kind-text")
    opened = HiddenField()
