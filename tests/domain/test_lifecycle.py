"""The state machine of versions and circulations: every pair of status and trigger, the forbidden too."""

import itertools

import pytest

from workflow.domain.errors import WrongStatus
from workflow.domain.lifecycle import CIRCULATION_TABLE, VERSION_TABLE, Change, Subject, advance
from workflow.domain.terms import CirculationStatus, CirculationTrigger, Status, Trigger

#: Written from the procedure's table, not from the code: what each pair leads to when every guard holds.
LEADS_TO = {
    (Status.DRAFT, Trigger.CIRCULATE): Status.CIRCULATED,
    (Status.DRAFT, Trigger.WITHDRAW): Status.WITHDRAWN,
    (Status.CIRCULATED, Trigger.START_SILENCE): Status.NO_OBJECTION_DEADLINE,
    (Status.CIRCULATED, Trigger.BREAK_SILENCE): Status.SILENCE_BROKEN,
    (Status.CIRCULATED, Trigger.DEFER): Status.DEFERRED,
    (Status.CIRCULATED, Trigger.SUPERSEDE): Status.SUPERSEDED,
    (Status.CIRCULATED, Trigger.WITHDRAW): Status.WITHDRAWN,
    (Status.NO_OBJECTION_DEADLINE, Trigger.BREAK_SILENCE): Status.SILENCE_BROKEN,
    (Status.NO_OBJECTION_DEADLINE, Trigger.ENDORSE): Status.ENDORSED,
    (Status.NO_OBJECTION_DEADLINE, Trigger.DEFER): Status.DEFERRED,
    (Status.NO_OBJECTION_DEADLINE, Trigger.SUPERSEDE): Status.SUPERSEDED,
    (Status.NO_OBJECTION_DEADLINE, Trigger.WITHDRAW): Status.WITHDRAWN,
    (Status.SILENCE_BROKEN, Trigger.RESTORE_SILENCE): Status.NO_OBJECTION_DEADLINE,
    (Status.SILENCE_BROKEN, Trigger.DEFER): Status.DEFERRED,
    (Status.SILENCE_BROKEN, Trigger.ENDORSE_AT_MEETING): Status.ENDORSED,
    (Status.SILENCE_BROKEN, Trigger.SUPERSEDE): Status.SUPERSEDED,
    (Status.SILENCE_BROKEN, Trigger.WITHDRAW): Status.WITHDRAWN,
    (Status.DEFERRED, Trigger.ENDORSE_AT_MEETING): Status.ENDORSED,
    (Status.DEFERRED, Trigger.SUPERSEDE): Status.SUPERSEDED,
    (Status.DEFERRED, Trigger.WITHDRAW): Status.WITHDRAWN,
    (Status.ENDORSED, Trigger.SUPERSEDE): Status.SUPERSEDED,
}
_C = CirculationStatus
_T = CirculationTrigger
CIRCULATION_LEADS_TO = {
    (_C.OPEN, _T.SUSPEND): _C.SUSPENDED,
    (_C.OPEN, _T.HOLD): _C.HELD,
    (_C.OPEN, _T.EXTEND): _C.OPEN,
    (_C.OPEN, _T.CLOSE): _C.CLOSED,
    (_C.OPEN, _T.WITHDRAW): _C.WITHDRAWN,
    (_C.SUSPENDED, _T.RESUME): _C.OPEN,
    (_C.SUSPENDED, _T.WITHDRAW): _C.WITHDRAWN,
    (_C.HELD, _T.EXTEND): _C.OPEN,
    (_C.HELD, _T.CLOSE): _C.CLOSED,
    (_C.HELD, _T.REFER): _C.CLOSED,
    (_C.HELD, _T.WITHDRAW): _C.WITHDRAWN,
}


def facts_of(trigger):
    """Return every fact that some guard of this trigger asks for, as true."""
    rows = [row for row in (*VERSION_TABLE, *CIRCULATION_TABLE) if row.trigger is trigger]
    return {fact: True for row in rows for fact in row.needs}


@pytest.mark.parametrize(("status", "trigger"), list(itertools.product(Status, Trigger)))
def test_version_pair_leads_where_the_procedure_says(status, trigger):
    subject = Subject(status)
    if (status, trigger) in LEADS_TO:
        change = advance(subject, trigger, **facts_of(trigger))
        assert change == Change(trigger, status, LEADS_TO[status, trigger])
        assert subject.status is LEADS_TO[status, trigger]
    else:
        with pytest.raises(WrongStatus):
            advance(subject, trigger, **facts_of(trigger))
        assert subject.status is status


@pytest.mark.parametrize(
    ("status", "trigger"), list(itertools.product(CirculationStatus, CirculationTrigger))
)
def test_circulation_pair_leads_where_the_procedure_says(status, trigger):
    subject = Subject(status)
    expected = CIRCULATION_LEADS_TO.get((status, trigger))
    if expected is not None:
        advance(subject, trigger, **facts_of(trigger))
        assert subject.status is expected
    else:
        with pytest.raises(WrongStatus):
            advance(subject, trigger, **facts_of(trigger))
        assert subject.status is status


@pytest.mark.parametrize(("status", "trigger"), sorted(LEADS_TO))
def test_version_pair_without_any_fact_is_refused(status, trigger):
    subject = Subject(status)
    with pytest.raises(WrongStatus):
        advance(subject, trigger)
    assert subject.status is status


@pytest.mark.parametrize(
    ("status", "trigger", "fact"),
    [
        (row.sources[0], row.trigger, fact)
        for row in VERSION_TABLE
        for fact in row.needs
        if row.trigger not in (Trigger.RESTORE_SILENCE, Trigger.DEFER)
    ],
)
def test_version_pair_names_the_one_fact_that_is_missing(status, trigger, fact):
    facts = facts_of(trigger) | {fact: False}
    with pytest.raises(WrongStatus) as refusal:
        advance(Subject(status), trigger, **facts)
    assert refusal.value.details["missing"] == [fact]


def test_restored_and_deferred_need_what_their_rows_say():
    with pytest.raises(WrongStatus):
        advance(Subject(Status.SILENCE_BROKEN), Trigger.RESTORE_SILENCE, silence_started=True)
    with pytest.raises(WrongStatus):
        advance(Subject(Status.SILENCE_BROKEN), Trigger.DEFER, circulation_closed=False)


def test_restored_silence_waits_for_its_start():
    facts = {"last_blocker_gone_in_time": True}
    assert (
        advance(Subject(Status.SILENCE_BROKEN), Trigger.RESTORE_SILENCE, **facts).target is Status.CIRCULATED
    )


def test_circulated_version_is_deferred_only_by_referral():
    with pytest.raises(WrongStatus):
        advance(Subject(Status.CIRCULATED), Trigger.DEFER, circulation_closed=True)


def test_fact_that_no_guard_asks_for_is_an_error():
    with pytest.raises(ValueError, match="windows_over"):
        advance(Subject(Status.CIRCULATED), Trigger.START_SILENCE, windows_over=True)
