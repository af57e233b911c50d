"""The forms of the secretariat's desk: what fields they have; what is right is decided in the actions.

What narrows a list is in `narrowing`; what all forms share is in `workflow/web/forms.py`.
"""

import re

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from workflow.domain.errors import Refused
from workflow.domain.terms import ResponseKind, Role
from workflow.web.forms import Day, DoorForm, Hour
from workflow.web.secretariat.offers import offers
from workflow.web.wording import wording

_NEEDED = _("This cannot be empty.")
_CHOOSE = _("Choose one.")
_OF_A_VERSION = re.compile(r"-\d+\Z")


class EntryForm(DoorForm):
    """What a State wrote outside Adref: on one item or all, when it arrived, the evidence (rules 26, 28)."""

    state = SelectField(_("State"), [InputRequired(_CHOOSE)], validate_choice=False)
    item = SelectField(_("Item"), [InputRequired(_CHOOSE)], coerce=str, validate_choice=False)
    kind = SelectField(
        _("It says"),
        [InputRequired(_CHOOSE)],
        choices=offers(_("Choose"), [(kind, wording(kind).label) for kind in ResponseKind]),
    )
    reasons = TextAreaField(_("Its words: reasons, comment or reservation"))
    passage = TextAreaField(_("The words of the text it speaks of"))
    cure = TextAreaField(_("Wording that would settle it"))
    claimed_at = Day(_("Received on"), [InputRequired(_NEEDED)])
    hour = Hour(_("Hour"), [InputRequired(_NEEDED)])
    zone = SelectField(_("Time of"), validate_choice=False)
    evidence = TextAreaField(_("Evidence"), [InputRequired(_NEEDED)])

    def refuse(self, error: Refused) -> None:
        """Show what the action says of one version's text beside the field of this form."""
        if error.field:
            error.field = _OF_A_VERSION.sub("", error.field)
        super().refuse(error)


class MeetingForm(DoorForm):
    """A meeting of the body: its name, and its first day where that is known."""

    name = StringField(_("Name"), [InputRequired(_NEEDED)])
    held_on = Day(_("First day"), [Optional()])


class MeetingDayForm(DoorForm):
    """The first day of a meeting that had none."""

    held_on = Day(_("First day"), [InputRequired(_NEEDED)])


class CheckpointForm(DoorForm):
    """A checkpoint as somebody kept it, with or without the letter around it."""

    text = TextAreaField(_("Checkpoint"), [InputRequired(_NEEDED)])


class NoteForm(DoorForm):
    """That a meeting noted an outcome: which, when, and where that can be read."""

    meeting = SelectField(_("Meeting"), [InputRequired(_CHOOSE)], validate_choice=False)
    noted_on = Day(_("Noted on"), [InputRequired(_NEEDED)])
    reference = StringField(_("Reference"), [InputRequired(_NEEDED)])


class DecisionForm(DoorForm):
    """A meeting's decision to endorse one item: which meeting, when, and where that can be read."""

    meeting = SelectField(_("Meeting"), [InputRequired(_CHOOSE)], validate_choice=False)
    decision_date = Day(_("Decided on"), [InputRequired(_NEEDED)])
    reference = StringField(_("Reference"), [InputRequired(_NEEDED)])


class CorrectionForm(DoorForm):
    """A correction of a closed record."""

    text = TextAreaField(_("Correction"), [InputRequired(_NEEDED)])


class SettlementForm(DoorForm):
    """How a dispute is settled: by words, by a new circulation, or both."""

    text = TextAreaField(_("What is settled, and why"))
    symbol = StringField(_("Symbol of the new circulation"))


class BounceForm(DoorForm):
    """A letter that came back to the secretariat's mailbox."""

    detail = TextAreaField(_("What came back"), [InputRequired(_NEEDED)])


class SettleMailForm(DoorForm):
    """What a person found of a message that came by e-mail."""

    settlement = RadioField(_("What did you do?"), [InputRequired(_CHOOSE)])
    note = TextAreaField(_("Note"))


class PersonForm(DoorForm):
    """How a person is called and reached."""

    name = StringField(_("Name"), [InputRequired(_NEEDED)], render_kw={"autocomplete": "off"})
    email = EmailField(
        _("E-mail address"),
        [InputRequired(_NEEDED)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class ChangePersonForm(PersonForm):
    """A person's name and address to be changed; `opened` is what the form was opened with."""

    opened = HiddenField()


class AppointForm(PersonForm):
    """A person and the appointment given."""

    role = SelectField(
        _("Role"),
        [InputRequired(_CHOOSE)],
        choices=offers(_("Choose"), [(role, wording(role).label) for role in Role]),
    )
    state = SelectField(_("State"), validate_choice=False)
    until = Day(_("Last day"), [Optional()])
    invite = BooleanField(_("Send an invitation, unless the person has a password already"), default=True)


class OfficeForm(PersonForm):
    """The State the office passes to, and who acts for it from then on."""

    state = SelectField(_("State"), [InputRequired(_CHOOSE)], validate_choice=False)


class ContactsForm(DoorForm):
    """A CSV file of contact points, or the text of one that was looked through before."""

    file = FileField(_("CSV file"))
    content = HiddenField()


class KeyForm(DoorForm):
    """An act that needs nothing but its button."""
