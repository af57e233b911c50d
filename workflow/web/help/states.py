"""The guides of those who act for a State: what to do, by when, what silence means, what happens next.

The guides of the offices are in `offices`; what a word means is in `workflow/web/glossary.py`.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Guide:
    """A guide of a page's length: for whom, one sentence, and four answers of a few sentences each."""

    role: Any
    sentence: Any
    todo: tuple[Any, ...]
    by_when: tuple[Any, ...]
    silence: tuple[Any, ...]
    then: tuple[Any, ...]


CONTACT_POINT = Guide(
    _("Contact point and alternate"),
    _("You speak for your State: you read what is circulated, clear it at home, and answer item by item."),
    (
        _(
            "Open “Waiting for you”. It says what is asked of your State, by when, and what silence will "
            "mean."
        ),
        _(
            "Read the items. Words that were added are underlined, words that were removed are struck "
            "through. What changed since your State last answered stands below the text."
        ),
        _(
            "Clear it at home: “Pack for clearance at home” is one page to print or send. A drafter can "
            "prepare the answer; you see the draft and what changed, and you send it."
        ),
        _("Answer what needs an answer, and choose “No objection” for all the rest in the same act."),
        _("Before anything is recorded, a page says in words what will be recorded. Then you get a receipt."),
    ),
    (
        _(
            "Before the deadline. It is shown in the time of your capital, with the announced time and "
            "UTC below."
        ),
        _(
            "If your State needs more time, ask for it. The deadline stays as it is until every State is "
            "told otherwise."
        ),
        _("A late answer is still taken. It is stored, shown to all States, and changes no outcome."),
    ),
    (
        _(
            "If your State says nothing, it is recorded as silent, and an item that nobody stops is "
            "considered endorsed ad referendum."
        ),
        _("Silence is never recorded as “no objection”. To have that on the record, answer “No objection”."),
    ),
    (
        _(
            "You can change an answer until the deadline. An objection is ended by your State alone, by "
            "lifting it."
        ),
        _(
            "All States are told at once of an objection or input, with its words. The Lead Shepherd "
            "answers; you accept the answer, or not."
        ),
        _("After the deadline every State is sent the outcome. The record says where each State stood."),
    ),
)

DRAFTER = Guide(
    _("Drafter"),
    _("You prepare the answers of your State. Your contact point or an alternate reads them and sends them."),
    (
        _("Open “Waiting for you”, read the items, and write the answer to each."),
        _("Save it as a draft. Only your State sees it."),
        _(
            "Tell your contact point. A letter warns your State, too, where a draft is not sent as the "
            "deadline comes near."
        ),
    ),
    (
        _(
            "Early enough for your contact point to read it before the deadline, which is shown in the "
            "time of your capital."
        ),
    ),
    (_("A draft is no answer. If nobody sends it, your State is recorded as silent."),),
    (
        _("Your contact point sees your words beside the text, changes them or not, and sends them."),
        _("The receipt and the history of your State show what was sent, when, and by whom."),
    ),
)
