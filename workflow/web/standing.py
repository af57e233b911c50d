"""Where a circulation stands, as a person would say it aloud: what stops it and which one act helps.

The facts are in `rounds`; every list and every page of a circulation opens with these sentences.
"""

from flask_babel import gettext, ngettext

from workflow.domain.outcome import Would
from workflow.domain.terms import CirculationStatus, ResponseKind, Result
from workflow.queries.cases import ItemRow
from workflow.web.filters import day, joined
from workflow.web.rounds import Round


def sentences(seen: Round) -> str:
    """Return what follows the status word: one to four short sentences."""
    status = seen.circulation.status
    if status is CirculationStatus.CLOSED:
        return _results(seen)
    if status is CirculationStatus.WITHDRAWN:
        return gettext("Nothing is before the States any more.")
    parts = [_course(seen), *_stopped(seen)]
    return " ".join(part for part in parts if part)


def _course(seen: Round) -> str:
    circulation = seen.circulation
    if circulation.status is CirculationStatus.SUSPENDED and circulation.suspended_at is not None:
        since = day(circulation.suspended_at, circulation.zone)
        return gettext("Time stands still since %(day)s. Answers are still taken.", day=since)
    if circulation.status is CirculationStatus.HELD:
        return _held(seen)
    if seen.has_passed:
        return gettext("What it decides is being written down.")
    return _missing(seen) or _unstopped(seen)


def _held(seen: Round) -> str:
    missing = sorted(seen.loaded.holding)
    if not missing:
        return gettext("Nothing can be endorsed yet.")
    return ngettext(
        "%(names)s was not served in time: an extension, both offices together or a meeting end this.",
        "%(names)s were not served in time: an extension, both offices together or a meeting end this.",
        len(missing),
        names=seen.leading(missing),
    )


def _missing(seen: Round) -> str:
    codes = list(seen.verdict.missing)
    if not codes:
        return ""
    if not seen.shows_all:
        return gettext("Nothing can be endorsed until every State whose silence is needed is served.")
    late = [code for code in codes if seen.services[code].since is not None]
    if late == codes:
        return ngettext(
            "%(names)s was served too late for this deadline: a later one helps.",
            "%(names)s were served too late for this deadline: a later one helps.",
            len(codes),
            names=seen.leading(codes),
        )
    unserved = [code for code in codes if code not in late]
    return ngettext(
        "Nothing can be endorsed until %(names)s is served.",
        "Nothing can be endorsed until %(names)s are served.",
        len(unserved),
        names=seen.names(unserved),
    )


def _unstopped(seen: Round) -> str:
    free = len(seen.verdict.having(Would.ENDORSE))
    if not free:
        return ""
    if free == len(seen.loaded.open_items) == 2:
        return gettext("Nothing stops it: both items would be endorsed at the deadline.")
    if free == len(seen.loaded.open_items):
        return ngettext(
            "Nothing stops it: the item would be endorsed at the deadline.",
            "Nothing stops it: all %(num)d items would be endorsed at the deadline.",
            free,
        )
    return ngettext(
        "%(num)d item would be endorsed at the deadline.",
        "%(num)d items would be endorsed at the deadline.",
        free,
    )


def _stopped(seen: Round) -> list[str]:
    """Say which items are stopped by whom, and which wait for whom."""
    rows = seen.loaded.open_items
    objecting = [(row, _standing(seen, row, ResponseKind.OBJECTION)) for row in rows]
    waiting = (
        [(row, _standing(seen, row, ResponseKind.INPUT)) for row in rows] if seen.case.inputs_block else []
    )
    parts = [
        gettext("Item %(item)s is stopped by %(names)s.", item=row.entry.position, names=seen.names(codes))
        for row, codes in objecting
        if codes
    ]
    parts += [
        gettext("Item %(item)s waits: input of %(names)s.", item=row.entry.position, names=seen.names(codes))
        for row, codes in waiting
        if codes
    ]
    if len(parts) > 3:
        parts = [_many(objecting, waiting)]
    if parts and seen.circulation.package:
        parts.append(gettext("The items are one package: nothing of it is endorsed while this stands."))
    return parts


def _many(objecting: list[tuple[ItemRow, list[str]]], waiting: list[tuple[ItemRow, list[str]]]) -> str:
    stopped = [row.entry.position for row, codes in objecting if codes]
    inputs = [row.entry.position for row, codes in waiting if codes]
    parts = []
    if stopped:
        parts.append(
            ngettext(
                "Item %(items)s is stopped by an objection.",
                "Items %(items)s are stopped by objections.",
                len(stopped),
                items=joined(stopped),
            )
        )
    if inputs:
        parts.append(
            ngettext(
                "Item %(items)s waits for an input to be settled.",
                "Items %(items)s wait for inputs to be settled.",
                len(inputs),
                items=joined(inputs),
            )
        )
    return " ".join(parts)


def _standing(seen: Round, row: ItemRow, kind: ResponseKind) -> list[str]:
    return [
        state.code
        for state in seen.loaded.states
        if kind in {one.kind for one in seen.positions[row.version.id, state.code].standing}
    ]


def _results(seen: Round) -> str:
    found: dict[Result, list[int]] = {}
    for row in seen.loaded.items:
        if row.entry.result is not None:
            found.setdefault(row.entry.result, []).append(row.entry.position)
    words = {
        Result.ENDORSED: gettext("Considered endorsed ad referendum"),
        Result.NOT_ENDORSED: gettext("Not endorsed"),
        Result.DEFERRED: gettext("Sent to the next meeting"),
        Result.SUPERSEDED: gettext("Superseded"),
        Result.WITHDRAWN: gettext("Withdrawn"),
    }
    return " ".join(
        ngettext(
            "%(what)s: item %(items)s.",
            "%(what)s: items %(items)s.",
            len(numbers),
            what=words[result],
            items=joined(numbers),
        )
        for result, numbers in sorted(found.items(), key=lambda pair: list(words).index(pair[0]))
    )
