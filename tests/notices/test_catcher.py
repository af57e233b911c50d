"""The demonstration's mail catcher: what is sent to it can be read again."""

from datetime import UTC, datetime
from pathlib import Path

from tests.notices.servers import settings
from workflow.domain.terms import Letter
from workflow.notices.catcher import Catcher, message, messages
from workflow.notices.connection import connected
from workflow.notices.envelope import Outgoing
from workflow.notices.replies import hand_over

NOON = datetime(2020, 9, 25, 5, 0, tzinfo=UTC)


def letter(number: int) -> Outgoing:
    """Return a letter to catch."""
    return Outgoing(
        id=number,
        circulation_id=None,
        state_id=None,
        letter=Letter.REMINDER,
        address=f"person{number}@example.org",
        proves_service=False,
        message_id=f"<{number}@adref.example>",
        thread_id=None,
        subject=f"Letter {number}: ไทย",
        text="สวัสดี\n",
        invite="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        invite_method="REQUEST",
        claimed_at=NOON,
    )


def catch(folder: Path, *numbers: int) -> list[str]:
    """Send letters to a catcher on this folder and return its replies."""
    catcher = Catcher(folder).start()
    try:
        with connected(settings(catcher.port)) as connection:
            return [hand_over(connection, letter(number)).reply for number in numbers]
    finally:
        catcher.stop()


def test_the_catcher_keeps_letters_newest_first(tmp_path: Path) -> None:
    assert catch(tmp_path / "box", 1, 2) == ["250 kept as letter 1", "250 kept as letter 2"]
    found = messages(tmp_path / "box")
    assert [(one.number, one.subject, one.to) for one in found] == [
        (2, "Letter 2: ไทย", "person2@example.org"),
        (1, "Letter 1: ไทย", "person1@example.org"),
    ]
    assert (found[0].text, found[0].sent_at) == ("สวัสดี\n", NOON)
    assert found[0].invite == "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def test_the_catcher_goes_on_counting_after_a_restart(tmp_path: Path) -> None:
    catch(tmp_path, 1)
    catch(tmp_path, 2)
    assert [one.number for one in messages(tmp_path)] == [2, 1]
    assert [one.number for one in messages(tmp_path, limit=1)] == [2]


def test_a_folder_without_letters_is_empty(tmp_path: Path) -> None:
    assert messages(tmp_path / "nowhere") == []
    assert message(tmp_path, 1) is None
