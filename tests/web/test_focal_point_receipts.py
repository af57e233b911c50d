"""Tests of receipts, of lifting and accepting, of confirming a kind, and of the history of a State."""

import csv
import io

import pytest
from flask import Flask

from tests.actions.rounds import DEADLINE, HOUR, Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.forms_filled import filled
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from tests.web.states_desk import Desk, desk_of
from workflow.actions import answering
from workflow.db import Database
from workflow.domain.terms import ResponseKind, Status
from workflow.models.response import Response
from workflow.queries import own_responses


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock, unserved: Stage) -> Story:
    """Give a circulation of six items, dispatched; its letters are not sent yet."""
    return Story(database, world, clock, unserved)


@pytest.fixture
def desk(story: Story, visit: Visit) -> Desk:
    """Give the contact point of Malaysia before it."""
    return desk_of(story, visit)


def lodged(story: Story, kind: ResponseKind, item: int, name: str = "MY alternate") -> Response:
    """Let somebody answer one item."""
    found: list[Response] = []
    story.does(lambda round_: found.extend(round_.lodge(name, kind, item)))
    return found[0]


def status(story: Story, item: int) -> Status:
    """Return the status of an item's version."""
    with story.going_on() as round_:
        return round_.statuses()[item - 1]


def test_receipt_tells_all_that_proves_it(desk: Desk, story: Story) -> None:
    response = lodged(story, ResponseKind.OBJECTION, 4)
    said = words(desk.client.get(f"/receipts/{response.id}"))
    assert f"Receipt, log position {response.entry_seq}" in said
    assert "By MY alternate, alternate" in said
    assert "Friday 25 September 2020, 10:00:00 in Kuala Lumpur" in said
    assert "Friday 25 September 2020, 09:00:00 in Jakarta (announced)" in said
    assert "25 September 2020, 02:00:00 UTC" in said
    assert "In time Yes" in said
    assert response.version_sha256 in said
    assert "All States are told of Malaysia’s objection to item 4 now." in said


def test_receipt_belongs_to_its_state_alone(story: Story, visit: Visit) -> None:
    response = lodged(story, ResponseKind.NO_OBJECTION, 1)
    assert visit("MY drafter").get(f"/receipts/{response.id}").status_code == 200
    stranger = visit("SG contact_point")
    assert stranger.get(f"/receipts/{response.id}").status_code == 404
    assert stranger.get(f"/receipts/of/{response.lodging}").status_code == 404
    assert visit("lead_shepherd").get(f"/receipts/{response.id}").status_code == 403


def test_receipts_that_never_were_are_not_found(visit: Visit, world: World) -> None:
    client = visit("MY contact_point")
    for path in (
        "/receipts/1",
        f"/receipts/{2**63}",
        "/receipts/of/nothing",
        "/receipts/of/%00",
        "/receipts/x",
    ):
        assert client.get(path).status_code == 404


def test_lifting_an_objection_restores_silence_and_is_on_the_receipt(desk: Desk, story: Story) -> None:
    response = lodged(story, ResponseKind.OBJECTION, 4)
    path = f"{desk.path}/responses/{response.id}/lift"
    page = desk.client.get(path)
    assert "Lift the objection to item 4" in words(page)
    assert "Because." in words(page)
    assert status(story, 4) is Status.SILENCE_BROKEN
    lifted = desk.client.post(path, data={"text": "Our central authority agrees."})
    assert lifted.location == f"/receipts/{response.id}"
    assert status(story, 4) is Status.CIRCULATED
    said = words(desk.client.get(lifted.location))
    assert "The objection of Malaysia is lifted. All States are told." in said
    assert "Malaysia’s objection is lifted" in said
    assert "Lifted , Friday 25 September 2020, 10:00:00 in Kuala Lumpur" in said
    assert "Our central authority agrees." in said


def test_lifting_twice_is_recorded_once(desk: Desk, story: Story) -> None:
    response = lodged(story, ResponseKind.INPUT, 3)
    path = f"{desk.path}/responses/{response.id}/lift"
    places = [desk.client.post(path, data={"text": ""}).location for _ in range(2)]
    assert places == [f"/receipts/{response.id}"] * 2
    assert desk.client.get(path).location == f"/receipts/{response.id}"
    with story.going_on() as round_:
        assert len(round_.loaded.remarks) == 1


def test_lifting_what_a_colleague_lifted_is_refused_and_keeps_the_words(
    desk: Desk, story: Story, visit: Visit
) -> None:
    response = lodged(story, ResponseKind.OBJECTION, 4)
    path = f"{desk.path}/responses/{response.id}/lift"
    visit("MY alternate").post(path, data={"text": ""})
    refused = desk.client.post(path, data={"text": "We lift it now."})
    assert refused.status_code == 409
    assert "This does not stand any more." in words(refused)
    assert filled(refused, "")["text"] == "We lift it now."


def test_lifting_late_changes_nothing_and_says_so(desk: Desk, story: Story, clock: SettableClock) -> None:
    response = lodged(story, ResponseKind.OBJECTION, 4)
    clock.now = DEADLINE
    path = f"{desk.path}/responses/{response.id}/lift"
    assert "changes no outcome" in words(desk.client.get(path))
    said = words(desk.client.get(desk.client.post(path, data={"text": "Late."}).location))
    assert "It came after the deadline: it is shown to all and changes nothing." in said
    assert "Late: it changes no outcome" in said
    assert status(story, 4) is Status.SILENCE_BROKEN


def test_what_another_state_lodged_cannot_be_ended(desk: Desk, story: Story, visit: Visit) -> None:
    response = lodged(story, ResponseKind.OBJECTION, 4, "SG contact_point")
    for act in ("lift", "accept"):
        path = f"{desk.path}/responses/{response.id}/{act}"
        assert desk.client.get(path).status_code == 404
        assert desk.client.post(path, data={"text": ""}).status_code == 404
    assert visit("SG drafter").post(f"{desk.path}/responses/{response.id}/lift").status_code == 403
    assert status(story, 4) is Status.SILENCE_BROKEN


def test_answer_of_the_lead_shepherd_is_shown_and_accepted(desk: Desk, story: Story) -> None:
    response = lodged(story, ResponseKind.INPUT, 3)
    path = f"{desk.path}/responses/{response.id}/accept"
    assert desk.client.get(path).status_code == 409
    assert desk.client.post(path).status_code == 409
    story.does(lambda round_: round_.act(answering.answer, response.id, text="It is meant so already."))
    assert "It is meant so already." in words(desk.open())
    assert "Does Malaysia accept this answer? Accepting settles the input of Malaysia on item 3." in words(
        desk.client.get(path)
    )
    accepted = desk.client.post(path)
    assert accepted.location == f"/receipts/{response.id}"
    assert desk.client.post(path).location == accepted.location
    assert "The input of Malaysia is settled. All States are told." in words(
        desk.client.get(accepted.location)
    )
    assert status(story, 3) is Status.CIRCULATED


def test_proposed_kind_is_confirmed_by_a_new_response(desk: Desk, story: Story) -> None:
    response = lodged(story, ResponseKind.OBJECTION, 4)
    story.does(
        lambda round_: round_.act(
            answering.propose_kind, response.id, kind=ResponseKind.RESERVATION, text="It stops nothing."
        )
    )
    page = desk.open()
    assert "The Lead Shepherd proposes another kind : Reservation . Only Malaysia decides." in words(page)
    link = f"{desk.path}?start={response.id}&amp;kind=reservation#item-4"
    assert f'href="{link}"' in page.text
    sent = filled(desk.open(f"?start={response.id}&kind=reservation"), desk.path)
    assert sent[f"kind-{desk.version(4)}"] == "reservation"
    assert sent[f"reasons-{desk.version(4)}"] == "Because."
    assert desk.record(desk.check(sent | {"rest": "no_answer"})).status_code == 302
    assert [str(one.kind) for one in desk.responses()] == ["objection", "reservation"]
    assert status(story, 4) is Status.CIRCULATED
    assert desk.open("?start=987654").status_code == 404
    assert desk.open("?start=x").status_code == 422
    assert desk.open(f"?start={response.id}&kind=x").status_code == 422


def test_history_tells_every_answer_with_its_outcome(desk: Desk, story: Story) -> None:
    desk.says({1: "no_objection", 4: "objection"})
    story.does(Round.serve).does(lambda round_: round_.at(DEADLINE + HOUR))
    said = words(desk.client.get("/responses"))
    assert "What Malaysia said" in said
    assert "4. Support for transnational investigative cooperation" in said
    assert said.index("Objection Friday") < said.index("No objection Friday")
    rows = list(csv.reader(io.StringIO(desk.client.get("/responses.csv").text)))
    assert [(row[1], row[4], row[6], row[12]) for row in rows[1:]] == [
        ("4", "Objection", "yes", "Not endorsed"),
        ("1", "No objection", "yes", "Endorsed ad referendum"),
    ]
    assert rows[1][8] == "Reasons on item 4."


def test_history_pages_by_key(desk: Desk, story: Story) -> None:
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.ABSTENTION))
    lodged(story, ResponseKind.OBJECTION, 1, "SG contact_point")
    with story.database.reading() as session:
        state = story.world.states["MY"].id
        first = own_responses.history(session, state, limit=4)
        second = own_responses.history(session, state, before=first.older, limit=4)
        all_of_it = list(own_responses.everything(session, state))
    assert [row.entry.position for row in (*first.rows, *second.rows)] == [6, 5, 4, 3, 2, 1]
    assert second.older is None
    assert [row.entry.position for row in all_of_it] == [6, 5, 4, 3, 2, 1]
    for key in ("0", "-5", str(2**70), "x"):
        assert desk.client.get(f"/responses?before={key}").status_code == 422


def test_history_of_a_state_that_said_nothing_is_empty(desk: Desk) -> None:
    assert "Malaysia has said nothing here yet." in words(desk.client.get("/responses"))


def test_entry_on_behalf_is_marked_on_its_receipt(desk: Desk, story: Story) -> None:
    entered: list[Response] = []

    def enter(round_: Round) -> None:
        entered.append(round_.enter("MY", ResponseKind.OBJECTION, 2))

    story.does(enter)
    listed = words(desk.client.get("/responses"))
    assert "Entered by the secretariat on behalf of the State: " in listed
    said = words(desk.client.get(f"/receipts/{entered[0].id}"))
    assert "secretariat. Entered on behalf of Malaysia; claimed receipt:" in said
