"""What each word of the procedure means, in a sentence or two for whoever reads it in a second language.

Which of them a page explains is noted in `explaining`; the page that lists them all is in `help`.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Explained:
    """A word with what it means; both are lazy strings."""

    word: Any
    meaning: Any


#: By the name under which the page of words is entered (`/help/words#silence`), in a reader's order.
GLOSSARY: dict[str, Explained] = {
    "body": Explained(
        _("Body"),
        _("The meeting of States that decides. It has member States, a Lead Shepherd and a secretariat."),
    ),
    "authority": Explained(
        _("Authority"),
        _(
            "The meeting that agreed to use this procedure. To agree to the procedure is not yet to agree "
            "to a text."
        ),
    ),
    "document": Explained(_("Document"), _("A work plan or a progress report. It is made of items.")),
    "item": Explained(_("Item"), _("One row of a document. States answer item by item.")),
    "version": Explained(
        _("Version"),
        _(
            "One text of an item, with a number and a fingerprint. Once circulated it never changes; "
            "another text is another version."
        ),
    ),
    "fingerprint": Explained(
        _("Text fingerprint"),
        _("A short code computed from a text. If one letter of the text changes, the code is another."),
    ),
    "in-force": Explained(
        _("In force"),
        _("The last endorsed version of an item. It stays in force until a later version is endorsed."),
    ),
    "preparation": Explained(
        _("In preparation"), _("A circulation that is not sent yet. It promises nothing.")
    ),
    "circulation": Explained(
        _("Circulation"),
        _("The formal sending of a set of texts to every State at once, with one deadline for all."),
    ),
    "package": Explained(
        _("Package"), _("Items that cannot be separated: what stops one of them stops all.")
    ),
    "roster": Explained(
        _("Roster"),
        _("The States that may speak in a circulation. It is fixed when the circulation is sent."),
    ),
    "consultation": Explained(
        _("Consultation window"),
        _(
            "Days before silence begins, for questions and comments. There is none unless a circulation "
            "says so."
        ),
    ),
    "deadline": Explained(
        _("Deadline"),
        _(
            "The instant before which an answer must arrive. What arrives exactly at it is late. It may "
            "be extended for all States, and is never shortened."
        ),
    ),
    "working-day": Explained(
        _("Working day"),
        _("A day on which the calendars that count have work. The day of sending is not counted."),
    ),
    "reminder": Explained(
        _("Reminder"), _("A letter to States that have not answered every item. It changes no outcome.")
    ),
    "served": Explained(
        _("Served"),
        _(
            "A State is served when the mail server of a contact point or alternate accepted the letter "
            "and it did not come back, when one of them opened the circulation signed in, or when the "
            "State answered."
        ),
    ),
    "silence": Explained(
        _("Silence"),
        _(
            "The time in which a text is considered endorsed at the deadline if nobody stops it. It runs "
            "for each State from when it was served."
        ),
    ),
    "silent": Explained(
        _("Silent"),
        _(
            "A State that was asked and did not answer by the deadline. Silence is never recorded as “no "
            "objection”."
        ),
    ),
    "no-objection": Explained(
        _("No objection"), _("An explicit answer: the State has nothing against the text.")
    ),
    "comment": Explained(_("Comment"), _("Words for the other States to read. It stops nothing.")),
    "input": Explained(
        _("Input"),
        _(
            "A proposed change of the text. It stops the item until its State withdraws it or accepts an "
            "answer, unless the body has decided that inputs do not stop."
        ),
    ),
    "objection": Explained(
        _("Objection"),
        _(
            "The State does not agree to the text. It stops the item for all States until it is lifted. "
            "Reasons are asked for; without them it counts all the same."
        ),
    ),
    "reservation": Explained(
        _("Reservation"),
        _(
            "The State lets the text pass with a condition of its own, which is printed with the endorsed "
            "text word for word."
        ),
    ),
    "abstention": Explained(_("Abstention"), _("The State takes no side. It stops nothing.")),
    "silence-broken": Explained(
        _("Silence broken"),
        _(
            "An objection or an input stands, so the item is not endorsed at the deadline. If the last "
            "one ends in time, silence runs again."
        ),
    ),
    "lifted": Explained(_("Lifted"), _("An objection that its own State has taken back in writing.")),
    "settled": Explained(
        _("Settled"), _("An input that its own State has withdrawn, or whose answer it has accepted.")
    ),
    "draft": Explained(
        _("Draft"),
        _(
            "A text, or an answer of a State, that is prepared and not sent. A draft answer is seen "
            "inside its State only, and is no answer."
        ),
    ),
    "late": Explained(
        _("Late"),
        _("Received at or after the deadline. It is stored and shown to all States, and changes no outcome."),
    ),
    "extension": Explained(
        _("Extension"), _("A later deadline for all States, with a reason. Every State is told the new date.")
    ),
    "suspended": Explained(
        _("Suspended"),
        _(
            "Time stands still and the deadline with it. Answers are still taken. Every State is told the "
            "new date when it goes on."
        ),
    ),
    "held": Explained(
        _("Held"),
        _(
            "The deadline has passed, but a State whose silence would decide was not served for the full "
            "period. Nothing is endorsed until that is settled."
        ),
    ),
    "override": Explained(
        _("Override"),
        _(
            "Two persons, one of each office, record that a State was served, with the evidence. It never "
            "sets an objection aside."
        ),
    ),
    "closed": Explained(
        _("Closed"), _("The deadline has decided. A closed circulation is never opened again.")
    ),
    "endorsed": Explained(
        _("Endorsed ad referendum"),
        _("Considered endorsed outside a meeting, because no objection stood at the deadline."),
    ),
    "not-endorsed": Explained(
        _("Not endorsed"),
        _("Something stood against the item at the deadline. It goes to a meeting, or is circulated anew."),
    ),
    "deferred": Explained(_("Deferred to a meeting"), _("The next meeting decides on the item.")),
    "superseded": Explained(
        _("Superseded"),
        _("A later version has taken the place of this text. Answers to the old text do not carry over."),
    ),
    "withdrawn": Explained(_("Withdrawn"), _("Taken back by the Lead Shepherd before it was decided.")),
    "noted": Explained(
        _("Noted"),
        _("A meeting has taken notice of the outcome. That is a separate act, and changes nothing in it."),
    ),
    "dispute": Explained(
        _("Dispute"),
        _(
            "A fact that became known after the close and doubts the outcome. It is printed with the "
            "record until it is settled."
        ),
    ),
    "record": Explained(
        _("Record"),
        _("What became of each item, with every State in exactly one place, and how that is known."),
    ),
    "log": Explained(_("Log"), _("A numbered line for every act, signed, which nobody changes or deletes.")),
    "receipt": Explained(
        _("Receipt"), _("Proof of an answer: its line in the log, with the instant at which it was received.")
    ),
    "contact-point": Explained(
        _("Contact point"),
        _("A person who speaks for a State here. An alternate does the same in the contact point’s place."),
    ),
    "drafter": Explained(_("Drafter"), _("A person who prepares answers for a State, and cannot send them.")),
    "lead-shepherd": Explained(
        _("Lead Shepherd"),
        _(
            "The office of one State that prepares, sends and answers for the body. Its own State is "
            "asked like every other."
        ),
    ),
    "secretariat": Explained(
        _("Secretariat"),
        _("Keeps persons, membership and meetings, and checks everything. It speaks for no State."),
    ),
    "programme": Explained(
        _("Programme"),
        _(
            "A partner that writes items and reports on them. It speaks for no State, and learns outcomes "
            "only."
        ),
    ),
    "undisclosed": Explained(
        _("Shown after the close"),
        _("Until the close, the States do not see who answered “no objection” and who is silent."),
    ),
    "from-paper": Explained(
        _("From a paper"),
        _("Taken over from a paper that was endorsed before; no deadline and no answer is invented for it."),
    ),
}
