"""`make run` as a person meets it: it starts, tells the sign-ins, keeps its data, stops, and refuses to lie.

The same program without a browser and without a server is tested in test_demo.py.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from config.demo import server
from tests.notices.servers import free_port
from workflow.db import Database
from workflow.models.document import Version

ROOT = Path(__file__).resolve().parents[1]
#: How long anything may wait for anything, in seconds.
PATIENCE = 50


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start the demonstration with its data in a folder; give its address once a page answers."""
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ADREF_")} | {
        "PORT": str(port),
        "ADREF_DATABASE_URL": f"sqlite:///{folder}/adref.sqlite3",
        "ADREF_MAILBOX_DIR": str(folder / "mailbox"),
        "ADREF_SECRET_KEY": "the key of a demonstration in a test",
    }
    command = [sys.executable, "-m", "config.demo.server"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield answering(f"http://127.0.0.1:{port}", process), process
        finally:
            if process.poll() is None:
                process.kill()


def answering(address: str, process: subprocess.Popen[str]) -> str:
    """Return the address once it answers."""
    pause = threading.Event()
    for _ in range(PATIENCE * 10):
        assert process.poll() is None, "the server ended before it answered"
        try:
            assert page(f"{address}/sign-in")[0] == 200
        except urllib.error.URLError:
            pause.wait(0.1)
        else:
            return address
    raise AssertionError("the server never answered")


def page(url: str) -> tuple[int, str]:
    """Fetch a page."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return answer.status, answer.read().decode("utf-8")


@pytest.mark.timeout(2 * PATIENCE + 20)
def test_demonstration_runs_tells_its_sign_ins_and_keeps_its_data(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/adref.sqlite3")
    for turn in ("first", "second"):
        with running(tmp_path) as (address, process):
            assert "No letter has been sent yet." in page(f"{address}/mailbox/")[1]
            with database.writing() as session:
                if turn == "first":
                    session.execute(update(Version).where(Version.id == 1).values(title="Kept"))
                assert session.scalars(select(Version.title).where(Version.id == 1)).one() == "Kept"
            process.send_signal(signal.SIGTERM)
            told, _ = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0
        assert f"Adref, demonstration with invented people: {address}\n" in told
        assert "Everybody's password: " in told
        assert "Nurul Aina Hashim, contact point of MY" in told
        assert f"The letters it sends can be read at {address}/mailbox\n" in told
    database.close()


def test_taken_port_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert server.main() == 1
    said = f"Port {port} is taken. Stop what listens there, or choose another: PORT=5001 make run\n"
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("ADREF_CONFIG", "production", "ADREF_SECRET_KEY is not set; production needs it, such as what"),
        ("ADREF_CONFIG", "testing", "Take ADREF_CONFIG out of the environment"),
        ("ADREF_MAIL_SEVER", "x", "did you mean ADREF_MAIL_SERVER?"),
    ],
)
def test_other_settings_are_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, text: str, said: str
) -> None:
    monkeypatch.setenv("PORT", str(free_port()))
    monkeypatch.setenv(name, text)
    assert server.main() == 1
    assert said in capsys.readouterr().out
