"""Tests of people as pages: the list, appointing, inviting, ending, closing, many from a file, the office."""

import csv
import io
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import PASSWORD, World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.forms_filled import filled
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import Letter
from workflow.models.notice import Notice
from workflow.models.people import Appointment, Person

GOOD = (
    b"state,name,email,role\nMY,Aminah binti Yusof,aminah@example.org,contact_point\n"
    b"MY,MY alternate,my.alternate@example.org,alternate\n"
    b"VN,Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b Hoa,hoa@example.org,drafter\n"
)


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock) -> Story:
    """Give a circulation of the world that is not dispatched yet."""
    return Story(database, world, clock)


def named(database: Database, email: str) -> Person | None:
    with database.reading() as session:
        return session.scalars(select(Person).where(Person.email == email)).one_or_none()


def invitations(database: Database) -> list[str]:
    with database.reading() as session:
        query = select(Notice.address).where(Notice.letter == Letter.INVITATION).order_by(Notice.id)
        return list(session.scalars(query))


def sent(client: FlaskClient, content: bytes) -> TestResponse:
    data = {"file": (BytesIO(content), "contacts.csv")}
    return client.post("/secretariat/people/contacts/preview", data=data)


def test_people_are_listed_and_downloaded_alike(visit: Visit, world: World) -> None:
    client = visit("secretariat")
    page = client.get("/secretariat/people?state=MY")
    assert page.text.count('<th scope="row">') == 3
    assert "Philippines holds the office of the Lead Shepherd on Trafficking in Persons." in words(page)
    file = client.get("/secretariat/people.csv?state=MY&role=drafter").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [(row["name"], row["role"], row["state"]) for row in rows] == [("MY drafter", "drafter", "MY")]
    assert client.get("/secretariat/people?role=king").status_code == 422
    assert client.get("/secretariat/people?after=999999").status_code == 404
    assert "Nobody matches." in client.get("/secretariat/people?state=ZZ").text
    assert visit("lead_shepherd").get("/secretariat/people").status_code == 403


def test_person_is_appointed_and_invited(visit: Visit, world: World, database: Database) -> None:
    client = visit("secretariat")
    form = {
        "name": "Siti",
        "email": "siti@example.org",
        "role": "contact_point",
        "state": "ID",
        "invite": "y",
    }
    answer = client.post("/secretariat/people/appoint", data=form)
    person = named(database, "siti@example.org")
    assert person is not None
    assert answer.location == f"/secretariat/people/{person.id}"
    assert invitations(database) == ["siti@example.org"]
    page = words(client.get(answer.location))
    assert "This person is invited and has not chosen a password yet." in page
    assert "contact point ID Indonesia 25 September 2020, 02:00 open" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "siti"}, "E-mail address: “siti” is not an e-mail address."),
        ({"role": ""}, "Role: Choose one."),
        ({"state": ""}, "State: This role belongs to a State."),
        ({"role": "secretariat"}, "State: Secretariat and programme staff hold no appointment for a State."),
        ({"email": "my.drafter@example.org"}, "State: This person holds an appointment for Malaysia"),
    ],
)
def test_appointment_that_cannot_be_is_refused_beside_its_field(
    visit: Visit, world: World, database: Database, changes: dict[str, str], said: str
) -> None:
    form = {"name": "Siti", "email": "siti@example.org", "role": "contact_point", "state": "ID"} | changes
    answer = visit("secretariat").post("/secretariat/people/appoint", data=form)
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="Siti"' in answer.text
    assert named(database, "siti@example.org") is None


def test_appointment_is_ended_and_an_account_closed_and_opened(visit: Visit, world: World) -> None:
    client, person = visit("secretariat"), world.people["SG drafter"]
    path = f"/secretariat/people/{person.id}"
    ending = f"/secretariat/appointments/{world.appointments['SG drafter'].id}/end"
    assert client.post(ending).location == path
    assert client.post(ending).status_code == 409
    assert client.post(f"{path}/close").location == path
    assert "This account is closed" in words(client.get(path))
    assert client.post(f"{path}/invite").status_code == 409
    assert client.post(f"{path}/open").location == path
    assert client.post(f"{path}/invite").location == path
    assert client.post("/secretariat/appointments/99999/end").status_code == 404


def test_name_and_address_are_changed_and_signed_in_with(visit: Visit, world: World, story: Story) -> None:
    client, person = visit("secretariat"), world.people["MY contact_point"]
    path = f"/secretariat/people/{person.id}"
    story.does(lambda round_: round_.dispatch())
    form = filled(client.get(f"{path}/change"), f"{path}/change")
    assert (form["name"], form["email"]) == (person.name, person.email)
    sent = form | {"name": "Aminah", "email": "aminah@example.org"}
    for _ in range(2):
        assert client.post(f"{path}/change", data=sent).location == path
    page = words(client.get(path))
    assert "The letter of 1 circulation that runs goes to the new address." in page
    assert "aminah@example.org" in page
    stale = client.post(f"{path}/change", data=form | {"name": "Amina"})
    assert stale.status_code == 409
    assert "to Aminah <aminah@example.org>." in words(stale)
    assert (
        client.post("/sign-in", data={"email": "aminah@example.org", "password": PASSWORD}).status_code == 302
    )
    assert visit("lead_shepherd").get(f"{path}/change").status_code == 403


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Name: This cannot be empty."),
        ({"email": "aminah"}, "E-mail address: “aminah” is not an e-mail address."),
        ({"email": "sg.drafter@example.org"}, "E-mail address: SG drafter has this address"),
    ],
)
def test_change_that_cannot_be_is_refused_beside_its_field(
    visit: Visit, world: World, changes: dict[str, str], said: str
) -> None:
    path = f"/secretariat/people/{world.people['MY drafter'].id}/change"
    answer = visit("secretariat").post(path, data={"name": "Robin", "email": "robin@example.org"} | changes)
    assert answer.status_code == 422
    assert said in words(answer)


def test_file_is_looked_through_before_anything_is_recorded(
    visit: Visit, world: World, database: Database
) -> None:
    client = visit("secretariat")
    shown = sent(client, b"\xef\xbb\xbf" + GOOD)
    page = words(shown)
    assert "Is this right? The file has 3 rows" in page
    assert "2 Aminah binti Yusof aminah@example.org contact point MY Malaysia now is appointed" in page
    assert "3 MY alternate my.alternate@example.org alternate MY Malaysia now holds this already" in page
    assert named(database, "aminah@example.org") is None
    action = "/secretariat/people/contacts"
    answer = client.post(action, data=filled(shown, action))
    assert answer.location == "/secretariat/people"
    assert invitations(database) == ["aminah@example.org", "hoa@example.org"]
    person = named(database, "hoa@example.org")
    assert person is not None
    assert person.name == "Nguyễn Thị Hoa"


def test_file_may_say_since_when(visit: Visit, world: World, database: Database) -> None:
    client = visit("secretariat")
    shown = sent(client, b"state,name,email,role,since\nMY,Aminah,aminah@example.org,alternate,2020-09-01\n")
    assert "alternate MY Malaysia 1 September 2020 is appointed" in words(shown)
    action = "/secretariat/people/contacts"
    client.post(action, data=filled(shown, action))
    person = named(database, "aminah@example.org")
    assert person is not None
    assert "31 August 2020, 17:00" in words(client.get(f"/secretariat/people/{person.id}"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (
            b"state,name,email,role,since\nMY,Aminah,aminah@example.org,drafter,2020-09-26\n",
            "Line 2: An appointment cannot begin later than now.",
        ),
        (
            b"state,name,email,role,since\nMY,Aminah,aminah@example.org,drafter,yesterday\n",
            "Line 2, since: “yesterday” is not a day.",
        ),
        (b"state,name\nMY,Aminah\n", "Line 1, email: The column is missing."),
        (
            b"state,name,email,role\nXX,Aminah,aminah,king\n",
            "Line 2, role: “king” is no role of a focal point.",
        ),
        (b"state,name,email,role\nMY,\xff,a@example.org,drafter\n", "The text is not UTF-8."),
        (b"state,name,email,role\nVN,MY drafter,my.drafter@example.org,drafter\n", "Line 2:"),
    ],
)
def test_file_with_mistakes_names_every_row_and_records_nothing(
    visit: Visit, world: World, database: Database, content: bytes, said: str
) -> None:
    with database.reading() as session:
        before = len(session.scalars(select(Appointment.id)).all())
    answer = sent(visit("secretariat"), content)
    assert answer.status_code == 422
    assert said in words(answer)
    with database.reading() as session:
        assert len(session.scalars(select(Appointment.id)).all()) == before


def test_office_passes_and_its_former_staff_no_longer_acts(
    visit: Visit, world: World, clock: SettableClock
) -> None:
    clock.now += timedelta(days=1)
    shepherd, client = visit("lead_shepherd"), visit("secretariat")
    assert shepherd.get("/circulations/new").status_code == 200
    first = {"name": "Robin Example", "email": "robin@example.org"}
    assert client.post("/secretariat/office", data=first | {"state": ""}).status_code == 422
    same = client.post("/secretariat/office", data=first | {"state": "PH"})
    assert "Philippines holds the office already." in words(same)
    assert "is no member State today" in words(
        client.post("/secretariat/office", data=first | {"state": "TL"})
    )
    alone = client.post("/secretariat/office", data={"state": "VN"})
    assert alone.status_code == 422
    assert "Philippines holds the office" in words(client.get("/secretariat/office"))
    answer = client.post("/secretariat/office", data=first | {"state": "VN"})
    assert answer.location == "/secretariat/people?role=lead_shepherd"
    assert "the office has passed on" in client.get(answer.location).text
    assert "Robin Example" in client.get(answer.location).text
    assert "Viet Nam holds the office" in words(client.get("/secretariat/office"))
    assert shepherd.get("/circulations/new").status_code == 403
