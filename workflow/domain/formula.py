"""The sentences that say what became of a circulation, in the words of rule 35 and no others.

The facts they tell are read in `workflow/queries/records.py`. The languages come from the caller: `Tongue`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.domain.spelled import clock
from workflow.domain.terms import ResponseKind, Result
from workflow.domain.zones import utc


def _plain(message: str, **values: object) -> str:
    return message % values if values else message


def _plain_number(one: str, many: str, number: int, **values: object) -> str:
    return (one if number == 1 else many) % {"num": number, **values}


def _plain_instant(instant: datetime) -> str:
    return f"{clock(utc(instant))} UTC"


def _plain_list(things: Sequence[object]) -> str:
    words = [str(thing) for thing in things]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


@dataclass(frozen=True)
class Tongue:
    """How sentences are said: two translating functions, an instant, a list; plain English if not given."""

    gettext: Callable[..., str] = _plain
    ngettext: Callable[..., str] = _plain_number
    instant: Callable[[datetime], str] = _plain_instant
    joined: Callable[[Sequence[object]], str] = _plain_list


@dataclass(frozen=True)
class Stopper:
    """A State whose objection or input stood against an item at the deadline."""

    kind: ResponseKind
    state: str


@dataclass(frozen=True)
class Decided:
    """One item: its number and result; `lifted` where an objection had been received and ended in time.

    `stoppers` may be left out for a reader who sees outcomes only; `package` tells that it fell with another.
    """

    number: int
    result: Result
    lifted: bool = False
    stoppers: tuple[Stopper, ...] = ()
    package: bool = False


@dataclass(frozen=True)
class Treated:
    """A State treated as served from an instant (UTC), with the evidence each office recorded (rule 9)."""

    state: str
    since: datetime
    lead_shepherd: str
    secretariat: str


def formula(
    deadline: datetime,
    items: Sequence[Decided],
    treated: Sequence[Treated] = (),
    tongue: Tongue | None = None,
) -> list[str]:
    """Return the formula of rule 35 as sentences, for a whole circulation or one item of it.

    `deadline` is the deadline in force at the close, UTC. "ad referendum" stands in them for a page to set
    in italics.
    """
    say = tongue or Tongue()
    whole = len({(one.result, one.lifted) for one in items}) == 1
    endorsed = [one for one in items if one.result is Result.ENDORSED]
    sentences = [
        *_endorsed(deadline, [one for one in endorsed if not one.lifted], say, lifted=False, whole=whole),
        *_endorsed(deadline, [one for one in endorsed if one.lifted], say, lifted=True, whole=whole),
        *_not_endorsed([one for one in items if one.result is Result.NOT_ENDORSED], say),
        *_gone(items, say),
    ]
    return sentences + [_treated(one, say) for one in treated if endorsed]


def _endorsed(
    deadline: datetime, items: Sequence[Decided], say: Tongue, *, lifted: bool, whole: bool
) -> list[str]:
    if not items:
        return []
    at, numbers = say.instant(deadline), say.joined([one.number for one in items])
    gettext, ngettext = say.gettext, say.ngettext
    if whole and lifted:
        return [gettext("No objection standing at %(at)s, considered endorsed ad referendum.", at=at)]
    if whole:
        return [
            gettext("No objection having been received by %(at)s, considered endorsed ad referendum.", at=at)
        ]
    if lifted:
        sentence = ngettext(
            "No objection standing at %(at)s, item %(items)s is considered endorsed ad referendum.",
            "No objection standing at %(at)s, items %(items)s are considered endorsed ad referendum.",
            len(items),
            at=at,
            items=numbers,
        )
        return [sentence]
    sentence = ngettext(
        "No objection having been received by %(at)s, item %(items)s is considered endorsed ad referendum.",
        "No objection having been received by %(at)s, items %(items)s are considered endorsed ad referendum.",
        len(items),
        at=at,
        items=numbers,
    )
    return [sentence]


def _not_endorsed(items: Sequence[Decided], say: Tongue) -> list[str]:
    """Say which items are not endorsed, those stopped alike in one sentence."""
    alike: dict[tuple[tuple[Stopper, ...], bool], list[int]] = {}
    for one in items:
        alike.setdefault((one.stoppers, one.package), []).append(one.number)
    return [_stopped(numbers, stoppers, package, say) for (stoppers, package), numbers in alike.items()]


def _stopped(numbers: list[int], stoppers: tuple[Stopper, ...], package: bool, say: Tongue) -> str:
    listed = say.joined(numbers)
    because = _because(stoppers, package, say)
    if not because:
        return say.ngettext(
            "Item %(items)s is not endorsed.", "Items %(items)s are not endorsed.", len(numbers), items=listed
        )
    return say.ngettext(
        "Item %(items)s is not endorsed: %(because)s.",
        "Items %(items)s are not endorsed: %(because)s.",
        len(numbers),
        items=listed,
        because=because,
    )


def _because(stoppers: tuple[Stopper, ...], package: bool, say: Tongue) -> str:
    gettext = say.gettext
    objecting = [one.state for one in stoppers if one.kind is ResponseKind.OBJECTION]
    waiting = [one.state for one in stoppers if one.kind is ResponseKind.INPUT and one.state not in objecting]
    parts = []
    if objecting:
        parts.append(gettext("objection of %(names)s", names=say.joined(objecting)))
    if waiting:
        parts.append(gettext("input of %(names)s not settled", names=say.joined(waiting)))
    if package and not parts:
        parts.append(gettext("another item of the inseparable package was stopped"))
    return "; ".join(parts)


def _gone(items: Sequence[Decided], say: Tongue) -> list[str]:
    """Say which items left otherwise: to a meeting, for a successor, or withdrawn."""
    sentences = []
    for result, how in (
        (Result.DEFERRED, _deferred),
        (Result.SUPERSEDED, _superseded),
        (Result.WITHDRAWN, _withdrawn),
    ):
        numbers = [one.number for one in items if one.result is result]
        if numbers:
            sentences.append(how(numbers, say))
    return sentences


def _deferred(numbers: list[int], say: Tongue) -> str:
    return say.ngettext(
        "Item %(items)s is not endorsed: it goes to the next meeting.",
        "Items %(items)s are not endorsed: they go to the next meeting.",
        len(numbers),
        items=say.joined(numbers),
    )


def _superseded(numbers: list[int], say: Tongue) -> str:
    return say.ngettext(
        "Item %(items)s was replaced by a later text.",
        "Items %(items)s were replaced by later texts.",
        len(numbers),
        items=say.joined(numbers),
    )


def _withdrawn(numbers: list[int], say: Tongue) -> str:
    return say.ngettext(
        "Item %(items)s was withdrawn.",
        "Items %(items)s were withdrawn.",
        len(numbers),
        items=say.joined(numbers),
    )


def _treated(one: Treated, say: Tongue) -> str:
    return say.gettext(
        "%(state)s was treated as served from %(since)s, by both offices."
        " The Lead Shepherd: “%(lead_shepherd)s” The secretariat: “%(secretariat)s”",
        state=one.state,
        since=say.instant(one.since),
        lead_shepherd=one.lead_shepherd,
        secretariat=one.secretariat,
    )
