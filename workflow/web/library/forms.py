"""The forms of the library: what is wanted of it, and what is filed in it.

What is right is decided in `workflow/actions/filing.py`.
"""

from flask_babel import lazy_gettext as _
from wtforms import FileField, SearchField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from workflow.domain.mandates import Actor
from workflow.queries.library import readable
from workflow.web.forms import Day, DoorForm
from workflow.web.library.words import AUDIENCES, KINDS
from workflow.web.secretariat.narrowing import Narrowing
from workflow.web.secretariat.offers import offers


class ShelfNarrowing(Narrowing):
    """Narrows the library by words, kind, subject and item."""

    words = SearchField(_("Words"), default="")
    kind = SelectField(_("Kind"), default="", validate_choice=False)
    subject = SelectField(_("Subject"), default="", validate_choice=False)
    item = StringField(_("Of the item"), default="")

    def offer(self, subjects: list[str]) -> None:
        """Fill in what can be chosen."""
        self.kind.choices = offers(_("All kinds"), [(str(one), word) for one, word in KINDS.items()])
        self.subject.choices = offers(_("All subjects"), [(one, one) for one in subjects])


class EntryForm(DoorForm):
    """Something to file: its words, where it belongs, who may read it, and a file or a link."""

    kind = SelectField(_("Kind"), choices=[])
    title = StringField(_("Title"))
    subject = StringField(_("Subject"))
    summary = TextAreaField(_("Summary"))
    held_on = Day(_("Day"), [Optional()])
    item = StringField(_("Of the item"))
    url = StringField(_("Link"))
    file = FileField(_("File"))
    audience = SelectField(_("Who may read it"), choices=[])

    def offer(self, actor: Actor) -> None:
        """Fill in what can be chosen: nobody files what he could not read."""
        self.kind.choices = [(str(one), word) for one, word in KINDS.items()]
        mine = readable(actor)
        self.audience.choices = [(str(one), word) for one, word in AUDIENCES.items() if one in mine]
