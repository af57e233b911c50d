"""Tests that a body is data: two bodies are read from two files, and every fault names its key."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from workflow.body_file import read_body
from workflow.body_keys import BodyBroken
from workflow.domain.body import MeetingEntry, OfficeEntry, StateEntry
from workflow.domain.rules import Rules, Span
from workflow.domain.taken import Taken, worded

ROOT = Path(__file__).resolve().parents[1]
ASEAN = ROOT / "config" / "asean.toml"
OTHER = ROOT / "tests" / "data" / "other-body.toml"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "body.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_asean_body_has_its_states_by_day() -> None:
    body = read_body(ASEAN)
    assert (body.code, body.short, body.office.state) == ("somtc", "SOMTC", "PH")
    ten = ["BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "VN"]
    assert [state.code for state in body.members(date(2020, 9, 25))] == ten
    assert [state.code for state in body.members(date(2025, 10, 25))] == ten
    assert [state.code for state in body.members(date(2025, 10, 26))] == [*ten, "TL"]
    weekends = {state.code: sorted(state.weekend) for state in body.states}
    assert weekends.pop("BN") == [4, 6]
    assert list(weekends.values()) == [[5, 6]] * 10
    assert {state.name: state.in_text for state in body.states if state.in_text} == {
        "Philippines": "the Philippines"
    }


def test_asean_body_has_the_procedure_s_defaults() -> None:
    body = read_body(ASEAN)
    assert body.rules == Rules(zone="Asia/Jakarta", calendars=("ID",))
    assert worded(body.wordings, Taken.ENDORSED, document="Work Plan 2020-2023") == (
        "Endorsed the project as part of the Work Plan 2020-2023"
    )
    assert sorted(set(Taken) - set(body.wordings)) == [Taken.SUPERSEDED, Taken.WITHDRAWN]


def test_asean_body_knows_its_meetings_as_far_as_the_paper_does() -> None:
    assert read_body(ASEAN).meetings == (
        MeetingEntry(19, "19th SOMTC", "Nay Pyi Taw, Myanmar", printed="July 2010"),
        MeetingEntry(20, "20th SOMTC", "via teleconference", held_on=date(2020, 9, 24)),
        MeetingEntry(21, "21st SOMTC", planned_year=2021),
    )


def test_another_body_is_another_file() -> None:
    body = read_body(OTHER)
    assert (body.code, body.programme, body.office) == (
        "alpine-forum",
        "",
        OfficeEntry("Rapporteur on lakes", "AT"),
    )
    assert body.rules == Rules(
        zone="Europe/Zurich",
        deadline_hour="12:30",
        minimum=Span(seconds=90),
        margin=Span(seconds=0),
        floor_seconds=30,
        reminders=(Span(seconds=20),),
        calendars=(),
        inputs_block=False,
        positions_visible_to_states=True,
    )
    assert body.states[1] == StateEntry(
        "CH",
        "Switzerland",
        "Bern",
        "Europe/Zurich",
        frozenset({5, 6}),
        "CH",
        date(1991, 11, 7),
        date(2023, 12, 31),
    )
    assert [state.code for state in body.members(date(2023, 12, 31))] == ["AT", "CH"]
    assert [state.code for state in body.members(date(2024, 1, 1))] == ["AT"]
    assert body.holidays == {"CH": {date(2024, 4, 15): "Sechseläuten", date(2024, 8, 1): None}}


FAULTS = [
    ('code = "alpine-forum"', 'code = "Alpine"', "code: “Alpine” is not possible. Write it like \"forum\"."),
    ('code = "alpine-forum"', "", "code: is missing. Give it as a text, such as \"forum\"."),
    ('short = "FAW"', 'short = ""', "short: is empty. Write the text."),
    ('short = "FAW"', "short = 7", "short: 7 is not a text on one line. Write it in quotation marks."),
    ('short = "FAW"', 'shorts = "FAW"\nshort = "FAW"', "shorts: there is no such key. Did you mean short?"),
    ('state = "AT"', 'state = "DE"',
     "office.state: “DE” is no State of this body. Use the code of one of its states."),
    ("[office]", "[[office]]", "office: is not a table. Write it as [office] or as office = {…}."),
    ('zone = "Europe/Zurich"\ndead', 'zone = "Alps"\ndead',
     "rules.zone: “Alps” is not a time zone. Use a name of the IANA list, such as Asia/Jakarta."),
    ('"12:30"', '"24:00"', "rules.deadline_hour: “24:00” is not possible. Write it like \"17:00\"."),
    ("{ seconds = 90 }", "{ seconds = 0 }",
     "rules.minimum: leaves no time to object. Give at least one working day or second."),
    ("{ seconds = 90 }", "{ seconds = -1 }",
     "rules.minimum.seconds: -1 is not a whole number from 0 on. Correct it."),
    ("{ seconds = 90 }", "{ hours = 1 }", "rules.minimum.hours: there is no such key. Remove it."),
    ("{ seconds = 90 }", "{ }",
     "rules.minimum: a period is given in working_days or in seconds, not both or neither. "
     "Write it as {working_days = 10} or {seconds = 3600}."),
    ("{ seconds = 90 }", "{ working_days = 1 }",
     'rules.calendars: is empty, but periods count working days. Name one, such as ["ID"].'),
    ("floor_seconds = 30", "floor_seconds = true",
     "rules.floor_seconds: True is not a whole number from 0 on. Correct it."),
    ("calendars = []", 'calendars = ["XX"]',
     "rules.calendars: there is no holiday calendar for “XX”. "
     "Use the two capital letters of a country, such as ID."),
    ("calendars = []", 'calendars = "CH"',
     'rules.calendars: is not a list of texts. Write it like ["…", "…"].'),
    ("inputs_block = false", "inputs_block = 0",
     "rules.inputs_block: 0 is neither true nor false. Write true or false."),
    ("{document}", "{paper}", "wordings.endorsed: has braces that are not {document}. Remove them."),
    ("endorsed = ", "not_endorsed = ",
     'wordings.endorsed: is missing. Write it, such as "Endorsed in the {document}".'),
    ("endorsed = ", "endorse = ", "wordings.endorse: there is no such key. Did you mean endorsed?"),
    ("[holidays.CH]", "[holidays.DE]",
     "holidays.DE: no State and no rule uses this calendar. Remove it, or correct its code."),
    ('"2024-04-15"', '"15.4.2024"', 'holidays.CH.15.4.2024: is not a day. Write it as "2020-10-28".'),
    ('"Sechseläuten"', "true", "holidays.CH.2024-04-15: is neither a name nor false. "
     "Name the holiday, or write false to drop it."),
    ('"saturday", "sunday"', '"samstag"',
     'states[1].weekend: “samstag” is not a weekday. Write it as ["saturday", "sunday"].'),
    ("member_from = 1991-11-07", 'member_from = "1991-11-07"',
     "states[1].member_from: '1991-11-07' is not a day. Write it like 2020-09-24, without quotation marks."),
    ("member_until = 2023", "member_until = 1990",
     "states[2].member_until: lies before member_from. Correct one of the two days."),
    ('code = "CH"', 'code = "AT"', "states: “AT” stands there twice. Remove one of the two."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "message"), FAULTS, ids=[fault[2].partition(". ")[0] for fault in FAULTS]
)
def test_fault_names_its_key(write: Write, old: str, new: str, message: str) -> None:
    text = OTHER.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(BodyBroken) as caught:
        read_body(write(text.replace(old, new, 1)))
    assert str(caught.value) == f"body.toml: {message}"


@pytest.mark.parametrize(
    ("meetings", "message"),
    [
        (
            "number = 1\nname = '1st'",
            "meetings[1].held_on: is missing. Give held_on, planned_year or printed.",
        ),
        ("number = 0\nname = '1st'", "meetings[1].number: 0 is not a whole number from 1 on. Correct it."),
        (
            "number = 1\nname = '1st'\nheld_on = 2020-01-01\n[[meetings]]\nnumber = 2\nname = '2nd'\n"
            "held_on = 2019-01-01",
            "meetings: meeting 2 was held on 2019-01-01, not after the one before it. "
            "Correct held_on or number.",
        ),
    ],
)
def test_fault_of_a_meeting_names_it(write: Write, meetings: str, message: str) -> None:
    text = OTHER.read_text(encoding="utf-8") + "\n[[meetings]]\n" + meetings
    with pytest.raises(BodyBroken) as caught:
        read_body(write(text))
    assert str(caught.value) == f"body.toml: {message}"


def test_file_that_is_no_toml_names_the_line(write: Write) -> None:
    with pytest.raises(BodyBroken, match=r"^body\.toml: it is not TOML: .*line 2, column 5"):
        read_body(write('code = "x"\nname\n'))


def test_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BodyBroken, match=r"^none\.toml: it cannot be read"):
        read_body(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "S\xe3o"')
    with pytest.raises(BodyBroken, match=r"^latin\.toml: it is not in UTF-8"):
        read_body(tmp_path / "latin.toml")
