"""Tests of what a table says was done ad referendum: from the outcome alone, in the words of the body."""

import pytest

from workflow.domain.taken import Facts, Taken, strange_places, taken, worded
from workflow.domain.terms import Result, Status

WORDINGS = {
    "endorsed": "Endorsed in the {document}",
    "endorsed_at_meeting": "Endorsed at the {meeting} in the {document}",
    "not_endorsed": "Not endorsed",
}


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        (Facts(Status.DRAFT, None), None),
        (Facts(Status.SILENCE_BROKEN, None, objected=True), None),
        (Facts(Status.ENDORSED, Result.ENDORSED), Taken.ENDORSED),
        (Facts(Status.ENDORSED, Result.ENDORSED, reserved=True), Taken.RESERVED),
        (Facts(Status.ENDORSED, Result.ENDORSED, extends=True), Taken.EXTENDED),
        (Facts(Status.SUPERSEDED, Result.ENDORSED), Taken.ENDORSED),
        (Facts(Status.ENDORSED, Result.NOT_ENDORSED, objected=True), Taken.ENDORSED_AT_MEETING),
        (Facts(Status.SILENCE_BROKEN, Result.NOT_ENDORSED, objected=True), Taken.OBJECTED),
        (Facts(Status.SILENCE_BROKEN, Result.NOT_ENDORSED), Taken.NOT_ENDORSED),
        (Facts(Status.DEFERRED, Result.NOT_ENDORSED, objected=True), Taken.DEFERRED),
        (Facts(Status.DEFERRED, Result.DEFERRED), Taken.DEFERRED),
        (Facts(Status.WITHDRAWN, Result.WITHDRAWN), Taken.WITHDRAWN),
        (Facts(Status.SUPERSEDED, Result.SUPERSEDED), Taken.SUPERSEDED),
    ],
)
def test_what_was_done_follows_from_the_outcome(facts: Facts, what: Taken | None) -> None:
    assert taken(facts) is what


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (Taken.ENDORSED, "Endorsed in the Plan {meeting}"),
        (Taken.RESERVED, "Endorsed in the Plan {meeting}"),
        (Taken.ENDORSED_AT_MEETING, "Endorsed at the 21st in the Plan {meeting}"),
        (Taken.OBJECTED, "Not endorsed"),
        (Taken.DEFERRED, ""),
    ],
)
def test_words_are_the_body_s_and_put_in_once(what: Taken, words: str) -> None:
    assert worded(WORDINGS, what, document="Plan {meeting}", meeting="21st") == words


def test_braces_that_stand_for_nothing_are_strange() -> None:
    assert not strange_places(Taken.ENDORSED_AT_MEETING, WORDINGS["endorsed_at_meeting"])
    assert strange_places(Taken.ENDORSED, WORDINGS["endorsed_at_meeting"])
    assert strange_places(Taken.ENDORSED, "Endorsed in {document")
