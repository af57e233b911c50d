"""One item: what is in force, what is under way, and how it came to be; the difference of two versions.

What happened is put into words in `steps`; writing a draft is in `writing`.
"""

from dataclasses import dataclass

from flask import g, render_template
from flask_babel import gettext

from workflow.domain.mandates import Act, may
from workflow.domain.positions import Place
from workflow.domain.terms import Effect, Source, Status
from workflow.models.body import State
from workflow.papers.differences import VersionDifference, version_difference
from workflow.queries import items
from workflow.queries.items import Life, Stage
from workflow.queries.relations import obligations_of
from workflow.web.documents import columns, lifeline
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.steps import circulation_url, position_url, steps
from workflow.web.doors import permits
from workflow.web.filters import day
from workflow.web.keys import asked
from workflow.web.wording import Shown


@dataclass(frozen=True)
class Compared:
    """The difference of a text from an earlier version, and what that version is to it."""

    since: str
    found: VersionDifference


@dataclass(frozen=True)
class Matrix:
    """Versions × States: the States of all rosters, and for each version a heading with a cell for each."""

    states: list[State]
    rows: list[tuple[str, list[tuple[Place | Shown, str | None]]]]


@blueprint.get("/items/<key>")
@permits(Act.READ_DOCUMENTS)
def item(key: str) -> str:
    """Show an item's life."""
    life = items.life(g.session, g.body.id, key)
    told = steps(life)
    return render_template(
        "documents/item.html",
        **frame(life),
        sentence=_sentence(life),
        next_sentence=_next(life),
        steps=told,
        line=lifeline.drawn(life, told),
        matrix=_matrix(life),
        draft_changes=changes(life, life.draft) if life.draft is not None else [],
        before_changes=changes(life, life.before_states) if life.before_states is not None else [],
        circulation_url=circulation_url,
        status_shown=columns.status_shown,
    )


@blueprint.get("/items/<key>/difference")
@permits(Act.READ_DOCUMENTS)
def difference(key: str) -> str:
    """Show what changed between any two versions, word by word."""
    life = items.life(g.session, g.body.id, key)
    old = life.numbered(_asked("from", life.stages[0]))
    new = life.numbered(_asked("to", life.latest))
    return render_template(
        "documents/difference.html",
        **frame(life),
        old=old,
        new=new,
        found=version_difference(old.version, new.version),
    )


def frame(life: Life) -> dict[str, object]:
    """Return what every page of an item needs."""
    return {
        "life": life,
        "item": life.item,
        "document": life.document,
        "labels": columns.labels(life.document),
        "zone": columns.zone(),
        "may_write": may(g.actor, Act.WRITE_DRAFT),
        "may_report": may(g.actor, Act.REPORT_PROGRESS),
        "may_prepare": may(g.actor, Act.PREPARE),
        "may_relate": may(g.actor, Act.RELATE),
        "obligations": obligations_of(g.session, life.item),
    }


def changes(life: Life, stage: Stage) -> list[Compared]:
    """Return how a version differs from the one in force and from the one before it, where these are two."""
    found = []
    in_force = life.in_force
    if in_force is not None and in_force is not stage:
        since = gettext("version %(number)d, in force", number=in_force.version.number)
        found.append(Compared(since, version_difference(in_force.version, stage.version)))
    before = _before(life, stage)
    if before is not None and before is not in_force:
        since = gettext("version %(number)d, the one before it", number=before.version.number)
        found.append(Compared(since, version_difference(before.version, stage.version)))
    return found


def _before(life: Life, stage: Stage) -> Stage | None:
    earlier = [one for one in life.stages if one.version.number < stage.version.number]
    return earlier[-1] if earlier else None


def _asked(name: str, otherwise: Stage) -> int:
    number = asked(name)
    return otherwise.version.number if number is None else number


def _matrix(life: Life) -> Matrix:
    """Return what each State said of each version, as far as the reader may see it (rule 33a)."""
    shown = [stage for stage in life.stages if stage.places and _shows_positions(stage)]
    states = {state.code: state for stage in shown for state in stage.roster}
    ordered = sorted(states.values(), key=lambda state: state.name)
    rows = []
    for stage in shown:
        heading = gettext("Version %(number)d", number=stage.version.number)
        symbol = stage.circulation.symbol if stage.circulation is not None else ""
        cells: list[tuple[Place | Shown, str | None]] = [
            (stage.places[state.code], position_url(stage, state.code))
            if state.code in stage.places
            else (Shown.NOT_ASKED, None)
            for state in ordered
        ]
        rows.append((f"{heading}, {symbol}", cells))
    return Matrix(ordered, rows)


def _shows_positions(stage: Stage) -> bool:
    """Tell whether the reader may see which State said what (rule 33a)."""
    if stage.circulation is None or not may(g.actor, Act.READ_CIRCULATION):
        return False
    return stage.is_closed or may(g.actor, Act.READ_ALL_POSITIONS)


def _sentence(life: Life) -> str:
    """Say what is in force, and since when."""
    stage = life.in_force
    if stage is None:
        return gettext("No version of this item is in force yet.")
    version = stage.version
    if version.effect is Effect.DROP:
        when = day(version.decision_date or version.decided_at or version.changed_at, columns.zone())
        return gettext("This item is dropped since %(day)s.", day=when)
    if version.source is Source.DOCUMENT:
        return gettext("Version %(number)d is in force, endorsed on paper.", number=version.number)
    when = day(version.decision_date or version.decided_at or version.changed_at, columns.zone())
    return gettext("Version %(number)d is in force since %(day)s.", number=version.number, day=when)


def _next(life: Life) -> str:
    """Say what comes next, and who does it."""
    before = life.before_states
    if before is not None and before.version.status is Status.DEFERRED:
        return gettext("Version %(number)d waits for a meeting.", number=before.version.number)
    if before is not None and not before.is_closed and _is_stopped(before):
        return gettext(
            "Version %(number)d is before the States, and something stands against it.",
            number=before.version.number,
        )
    if before is not None and not before.is_closed:
        return gettext(
            "Version %(number)d is before the States; the deadline decides.", number=before.version.number
        )
    if life.draft is not None:
        return gettext(
            "Version %(number)d is a draft. It goes to the States once the Lead Shepherd circulates it.",
            number=life.draft.version.number,
        )
    if before is not None:
        return gettext(
            "Version %(number)d was not endorsed: revise it, or defer it to a meeting.",
            number=before.version.number,
        )
    return gettext("Nothing is asked of anybody. A change begins with a new draft.")


def _is_stopped(stage: Stage) -> bool:
    """Tell whether silence is broken, as far as this reader may see it."""
    return columns.status_shown(stage.version, stage.circulation) is Status.SILENCE_BROKEN
