"""Where the product and the reference stand apart: every status, place, service and outcome side by side.

What PROCEDURE.md leaves open is compared as far as it says something: a text whose own silence needs only
served States may start before or with the rest of its circulation.
"""

from collections.abc import Iterator

from sqlalchemy import func, select

from tests.model.product import Product
from tests.model.reference import ReferenceModel
from tests.model.reference_terms import Forecast, Key, Phase, Status
from workflow.domain.outcome import Would, judge
from workflow.domain.positions import in_time
from workflow.domain.terms import Result
from workflow.models.circulation import Circulation, Dispute
from workflow.models.document import Version
from workflow.models.response import Response
from workflow.queries.cases import Loaded, load

FORECASTS = {
    Would.ENDORSE: Forecast.ENDORSED,
    Would.NOT_ENDORSE: Forecast.SILENCE_BROKEN,
    Would.HOLD: Forecast.HELD,
}
RESULTS = {
    Status.ENDORSED: Result.ENDORSED,
    Status.SILENCE_BROKEN: Result.NOT_ENDORSED,
    Status.DEFERRED: Result.DEFERRED,
}
_QUIET = (Status.CIRCULATED, Status.NO_OBJECTION_DEADLINE)


def differences(product: Product, model: ReferenceModel) -> list[str]:
    """Return every difference, one line each; the product must have been settled."""
    product.session.flush()
    found = list(_of_versions(product, model))
    for key in product.circulations:
        loaded = load(product.session, product.circulations[key])
        found += [f"{key}: {line}" for line in _of_circulation(product, model, key, loaded)]
    return found


def _of_versions(product: Product, model: ReferenceModel) -> Iterator[str]:
    rows = product.session.execute(select(Version.id, Version.status))
    statuses = {row.id: row.status for row in rows}
    for key, number in product.versions.items():
        ours, theirs = statuses[number], model.version_status(key)
        if ours != theirs and not (ours in _QUIET and theirs in _QUIET):
            yield f"text {key} is {ours}, by the rules {theirs}"


def _of_circulation(product: Product, model: ReferenceModel, key: str, loaded: Loaded) -> Iterator[str]:
    circulation, phase = loaded.circulation, model.phase(key)
    if str(circulation.status) != phase:
        yield f"{circulation.status}, by the rules {phase}"
        return
    if (circulation.deadline, circulation.window_end) != (model.deadline(key), model.window_end(key)):
        yield f"ends {circulation.deadline}, by the rules {model.deadline(key)}"
    if {state.code for state in loaded.states} != model.roster(key):
        yield f"roster {loaded.states}, by the rules {model.roster(key)}"
    if phase is Phase.CLOSED and not _same_outcome(model, key, str(circulation.outcome)):
        yield f"outcome {circulation.outcome}, by the rules {model.outcome(key)}"
    yield from _of_results(product, model, key, loaded)
    yield from _of_places(product, model, key, loaded)
    yield from _of_lateness(product, model, key, circulation)
    if phase in (Phase.OPEN, Phase.HELD):
        yield from _of_forecast(product, model, key, loaded)
    disputes = select(func.count()).where(Dispute.circulation_id == circulation.id)
    if (count := product.session.scalar(disputes)) != len(model.disputes(key)):
        yield f"{count} disputes, by the rules {model.disputes(key)}"


def _same_outcome(model: ReferenceModel, key: str, outcome: str) -> bool:
    # Whether a round of which one item was withdrawn, and the rest endorsed, is endorsed in part, is open.
    less = len(model.results(key)) < len(model.circulations[key].versions)
    told = model.outcome(key)
    return outcome == told or (less and (outcome, told) == ("partially_endorsed", "endorsed"))


def _versions(product: Product, model: ReferenceModel, key: str, items: set[Key]) -> dict[Key, int]:
    carried = model.circulations[key].versions
    return {item: product.versions[str(carried[item])] for item in items}


def _of_results(product: Product, model: ReferenceModel, key: str, loaded: Loaded) -> Iterator[str]:
    results = model.results(key)
    for item, version in _versions(product, model, key, set(results)).items():
        ours, theirs = loaded.row(version).entry.result, RESULTS[results[item]]
        if ours is not theirs:
            yield f"{item} came to {ours}, by the rules {theirs}"


def _of_places(product: Product, model: ReferenceModel, key: str, loaded: Loaded) -> Iterator[str]:
    closed = model.phase(key) is Phase.CLOSED
    left = set(model.results(key)) if closed else set(model.remaining(key))
    versions = _versions(product, model, key, left)
    folded = loaded.case(list(versions.values())).positions()
    for item, version in versions.items():
        for state in model.roster(key):
            ours, theirs = folded[version, str(state)].place, model.place(key, state, item)
            if str(ours) != theirs:
                yield f"{state} on {item}: {ours}, by the rules {theirs}"


def _of_lateness(
    product: Product, model: ReferenceModel, key: str, circulation: Circulation
) -> Iterator[str]:
    deadline = None if model.phase(key) is Phase.SUSPENDED else circulation.deadline
    query = select(Response.id, Response.counts_at).where(Response.circulation_id == circulation.id)
    counted = {row.id: row.counts_at for row in product.session.execute(query)}
    known = {number: name for name, number in product.responses.items() if number in counted}
    if known.keys() != counted.keys():
        yield f"responses {sorted(counted)}, acknowledged {sorted(known)}"
    for number, name in known.items():
        late = not in_time(counted[number], deadline)
        if late != model.late(name):
            yield f"{name} late: {late}, by the rules {model.late(name)}"


def _of_forecast(product: Product, model: ReferenceModel, key: str, loaded: Loaded) -> Iterator[str]:
    verdict, dry_run, waiting = judge(loaded.case()), model.dry_run(key), model.waiting(key)
    items = {version: item for item, version in _versions(product, model, key, set(dry_run)).items()}
    for one in verdict.items:
        ours, theirs = FORECASTS[one.would], dry_run[items[one.version]]
        if ours is not theirs:
            yield f"{items[one.version]} would be {ours}, by the rules {theirs}"
    missing = {str(state) for states in waiting.values() for state in states}
    if set(verdict.missing) != missing:
        yield f"waits for {sorted(verdict.missing)}, by the rules {sorted(missing)}"
