"""A body of three States and one circulation, from which the tests of the reference start."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.model.reference import ReferenceModel
from tests.model.reference_terms import Actor, Capacity, Kind, Rules, Verdict

DISPATCH = datetime(2020, 9, 25, 3, tzinfo=UTC)
DEADLINE = datetime(2020, 10, 9, 10, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STATES = ("lead", "brunei", "laos")
SHEPHERD = Actor("shepherd", Capacity.LEAD_SHEPHERD)
SECRETARY = Actor("secretary", Capacity.SECRETARIAT)


def contact(state: str) -> Actor:
    """Return the contact point of a State."""
    return Actor(f"{state}-contact", Capacity.CONTACT_POINT)


def body(rules: Rules | None = None) -> ReferenceModel:
    """Return a body of three member States with their people, and drafts of two items."""
    model, start = ReferenceModel(rules), DISPATCH - DAY
    for state in STATES:
        model.admit(state, date(2010, 1, 1), at=start)
        for capacity in (Capacity.CONTACT_POINT, Capacity.ALTERNATE, Capacity.DRAFTER):
            person = f"{state}-{capacity.value.split('_')[0]}"
            model.appoint(person, capacity, state, at=start)
            model.set_email(person, f"{person}@example.org", at=start)
    model.appoint("shepherd", Capacity.LEAD_SHEPHERD, at=start)
    model.appoint("secretary", Capacity.SECRETARIAT, at=start)
    model.draft("one", "one-1", "text", by=SHEPHERD, at=start)
    model.draft("two", "two-1", "text", by=SHEPHERD, at=start)
    return model


def dispatch(model: ReferenceModel, **changes: Any) -> Verdict:
    """Dispatch both items as in rule 11's example, with what a test changes."""
    given: dict[str, Any] = {
        "versions": {"one": "one-1", "two": "two-1"},
        "deadline": DEADLINE,
        "at": DISPATCH,
        "authority": ("19th SOMTC", date(2020, 9, 1)),
    }
    return model.dispatch("round", by=SHEPHERD, **(given | changes))


def running(served: tuple[str, ...] = STATES, rules: Rules | None = None, **changes: Any) -> ReferenceModel:
    """Return a body with a circulation dispatched and some States served an hour later."""
    model = body(rules)
    assert dispatch(model, **changes).accepted
    for state in served:
        model.mail_accepted("round", f"{state}-contact", at=DISPATCH + HOUR)
    return model


def lodge(model: ReferenceModel, key: str, state: str, kind: Kind, at: datetime, **changes: Any) -> Verdict:
    """Lodge a response to item `one` through a State's contact point."""
    return model.lodge(key, "round", "one", **({"kind": kind, "by": contact(state), "at": at} | changes))
