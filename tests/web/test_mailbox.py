"""The pages of caught letters: there in a demonstration only, read by everybody, with the calendar entry.

The catcher that keeps the letters is tested in tests/notices/test_catcher.py.
"""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from workflow import settings
from workflow.app import create_app
from workflow.db import Database
from workflow.notices.catcher import Catcher

# Letters are files: which database the people are in makes no difference.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

ENTRY = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def app_settings(tmp_path: Path) -> dict[str, Any]:
    """Give the settings of a demonstration whose letters are kept in a folder of the test."""
    chosen = settings.load({"ADREF_CONFIG": "testing"})
    return chosen | {"TESTING": True, "DEMONSTRATION": True, "MAILBOX_DIR": str(tmp_path / "mailbox")}


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    """Run the mail server that keeps every letter."""
    catcher = Catcher(tmp_path / "mailbox").start()
    yield catcher
    catcher.stop()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a visitor who is not signed in."""
    return app.test_client()


def sent(catcher: Catcher, subject: str, text: str = "Good day.", *, entry: str | None = None) -> None:
    """Send a letter to the catcher over SMTP."""
    letter = EmailMessage()
    letter["Subject"], letter["To"], letter["From"] = subject, "siti@example.org", "adref@example.org"
    letter["Reply-To"], letter["Date"] = "office@example.org", "Fri, 25 Sep 2020 02:00:00 +0000"
    letter.set_content(text)
    if entry is not None:
        letter.add_attachment(entry.encode(), maintype="text", subtype="calendar", filename="deadline.ics")
    with smtplib.SMTP("127.0.0.1", catcher.port, timeout=10) as server:
        server.send_message(letter)


def test_mailbox_without_letters_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/mailbox/")
    assert page.status_code == 200
    assert "No letter has been sent yet." in page.text


def test_mailbox_lists_letters_newest_first(client: FlaskClient, catcher: Catcher) -> None:
    for subject in ("First & foremost", "Second", "จดหมายฉบับที่สาม"):
        sent(catcher, subject)
    page = client.get("/mailbox/").text
    places = [page.index(subject) for subject in ("จดหมายฉบับที่สาม", "Second", "First &amp; foremost")]
    assert places == sorted(places)
    assert "siti@example.org" in page


def test_mailbox_pages_by_number(client: FlaskClient, catcher: Catcher) -> None:
    for number in range(1, 53):
        sent(catcher, f"Letter number {number}.")
    first = client.get("/mailbox/").text
    assert ("Letter number 52." in first, "Letter number 2." in first) == (True, False)
    assert "/mailbox/?before=3" in first
    second = client.get("/mailbox/?before=3").text
    assert ("Letter number 2." in second, "Letter number 3." in second) == (True, False)
    assert "before=" not in second


@pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999999999999"])
def test_mailbox_refuses_a_page_that_is_none(client: FlaskClient, catcher: Catcher, before: str) -> None:
    sent(catcher, "Only one")
    assert client.get("/mailbox/", query_string={"before": before}).status_code == 422


def test_letter_is_shown_as_its_reader_gets_it(client: FlaskClient, catcher: Catcher) -> None:
    sent(catcher, "Answer by 12 Oct", "Excellency,\n<b>not bold</b>\nงาน\n")
    page = client.get("/mailbox/1").text
    assert "&lt;b&gt;not bold&lt;/b&gt;" in page
    assert "<b>" not in page
    for shown in ("Answer by 12 Oct", "siti@example.org", "adref@example.org", "office@example.org", "งาน"):
        assert shown in page


def test_calendar_entry_is_downloaded(client: FlaskClient, catcher: Catcher) -> None:
    sent(catcher, "With a deadline", entry=ENTRY)
    assert "/mailbox/1/deadline.ics" in client.get("/mailbox/1").text
    file = client.get("/mailbox/1/deadline.ics")
    assert file.get_data(as_text=True) == ENTRY
    assert file.mimetype == "text/calendar"
    assert file.headers["Content-Disposition"] == "attachment; filename=deadline.ics"


@pytest.mark.parametrize(
    "path", ["/mailbox/7", "/mailbox/7/deadline.ics", "/mailbox/1/deadline.ics", "/mailbox/x"]
)
def test_what_is_not_there_is_404(client: FlaskClient, catcher: Catcher, path: str) -> None:
    sent(catcher, "Without a deadline")
    assert client.get(path).status_code == 404


def test_mailbox_is_hung_in_a_demonstration_only(database: Database) -> None:
    app = create_app(settings.load({"ADREF_CONFIG": "testing"}), database=database)
    assert app.test_client().get("/mailbox/").status_code == 404
    assert "mailbox" not in app.blueprints
