"""What was done *ad referendum* with an item, in the words of its body: derived, never typed (rules 35, 41).

The templates stand in the body's file; where the facts come from is in `workflow/queries/documents.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workflow.domain.terms import Result, Status, Term


class Taken(Term):
    """What a table can say of an item: the keys of a body's `wordings`."""

    ENDORSED = "endorsed"
    EXTENDED = "extended"
    RESERVED = "reserved"
    ENDORSED_AT_MEETING = "endorsed_at_meeting"
    OBJECTED = "objected"
    NOT_ENDORSED = "not_endorsed"
    DEFERRED = "deferred"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


#: What stands in for a wording that a body does not have.
_PLAINER = {
    Taken.EXTENDED: Taken.ENDORSED,
    Taken.RESERVED: Taken.ENDORSED,
    Taken.ENDORSED_AT_MEETING: Taken.ENDORSED,
    Taken.OBJECTED: Taken.NOT_ENDORSED,
}
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Facts:
    """What is known of the version a table shows: its status, and its result frozen at the close, if any.

    `reserved` tells that a State made a reservation, `objected` that an objection stood at the deadline,
    `extends` that the version extends the period of its document and is no item's text;
    `meeting` is the name of the meeting that endorsed it, "" where none did.
    """

    status: Status
    result: Result | None
    reserved: bool = False
    extends: bool = False
    objected: bool = False
    meeting: str = ""


def taken(facts: Facts) -> Taken | None:
    """Return what was done with the version; None where its circulation has not ended (rules 31, 35)."""
    if facts.result is None:
        return None
    if facts.result is Result.ENDORSED:
        endorsed = Taken.EXTENDED if facts.extends else Taken.ENDORSED
        return Taken.RESERVED if facts.reserved else endorsed
    if facts.status is Status.ENDORSED:
        return Taken.ENDORSED_AT_MEETING
    if facts.status is Status.DEFERRED or facts.result is Result.DEFERRED:
        return Taken.DEFERRED
    if facts.result is Result.NOT_ENDORSED:
        return Taken.OBJECTED if facts.objected else Taken.NOT_ENDORSED
    return Taken(facts.result.value)


def places(what: Taken) -> frozenset[str]:
    """Return what may stand in braces in a wording."""
    return frozenset({"document", "meeting"} if what is Taken.ENDORSED_AT_MEETING else {"document"})


def strange_places(what: Taken, template: str) -> bool:
    """Tell whether a wording has braces that stand for nothing."""
    left = _PLACE.sub(lambda found: "" if found[1] in places(what) else found[0], template)
    return "{" in left or "}" in left


def worded(wordings: Mapping[str, str], what: Taken, *, document: str, meeting: str = "") -> str:
    """Return how a body writes it, in its plainer wording where it has no own; "" where it has neither.

    What stands in the places is put in once: braces in it stay as they are.
    """
    template = wordings.get(what.value) or wordings.get(_PLAINER.get(what, what).value, "")
    values = {"document": document, "meeting": meeting}
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), str(template))
