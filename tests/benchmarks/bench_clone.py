"""Row 9: the first page of a fresh clone, what a web process holds in memory, what the core install takes.

Packages come from wherever pip is set up to take them; both sides take them from there, in turns.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.benchmarks import measured, web_hosts
from tests.benchmarks.measured import at_most
from tests.databases import SQLite
from tests.house_sources import ROOT
from tests.notices.servers import free_port
from tests.scaled.processes import Process, wait_for

# Each round downloads and unpacks everything twice over.
ROUNDS = 5 if os.environ.get("BENCH_BIG") else 1
_PATIENCE = 600

pytestmark = pytest.mark.timeout(3600)


@contextmanager
def clone(disk: Path) -> Iterator[Path]:
    """Give a copy of what is committed, in a folder of its own."""
    with TemporaryDirectory(prefix="clone-", dir=disk) as name:
        folder = Path(name) / "adref"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        yield folder


def first_page(disk: Path) -> float:
    """Return the seconds from `make run` in a fresh clone until it gives a page."""
    with clone(disk) as folder:
        port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ADREF_")}
        run = Process(
            "run", ["make", "-C", str(folder), "run"], environment | {"PORT": str(port)}, folder / "log"
        )

        def until_page() -> None:
            run.start()
            wait_for(lambda: _gives_page(port, run), f"a page\n{run.said()}", _PATIENCE)

        try:
            return measured.timed(until_page)
        finally:
            run.stop()


def _gives_page(port: int, run: Process) -> bool:
    assert run.running is not None
    assert run.running.poll() is None, run.said()
    try:
        return web_hosts.ask(port, web_hosts.request("/sign-in")).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def three_alone(disk: Path) -> float:
    """Return the seconds that flask, sqlalchemy and gunicorn take to install into a new environment."""
    with TemporaryDirectory(prefix="alone-", dir=disk) as name:

        def install() -> None:
            subprocess.run([sys.executable, "-m", "venv", name], check=True)
            pip = [f"{name}/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            options = {"check": True, "stderr": subprocess.DEVNULL}
            subprocess.run([*pip, "--no-compile", "flask", "sqlalchemy", "gunicorn"], **options)

        return measured.timed(install)


def megabytes(folder: Path) -> float:
    """Return the size of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def test_first_page_of_a_fresh_clone(disk: Path) -> None:
    found = measured.in_turns({"clone": lambda: first_page(disk), "three": lambda: three_alone(disk)}, ROUNDS)
    each = ", ".join(f"{one} {min(costs):.0f} s at best" for one, costs in found.items())
    each += "" if ROUNDS > 1 else "; one round after one that does not count, BENCH_BIG=1: five"
    quotient = measured.quotient(found["clone"], found["three"])
    measured.tell(9, "first page of a fresh clone over three packages", quotient, at_most(1.3), each)


def test_core_install(disk: Path) -> None:
    with clone(disk) as folder:
        subprocess.run(["make", "-s", "-C", str(folder), "venv"], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder / ".git")
        environment, ours = megabytes(folder / ".venv"), megabytes(folder)
    told = f"{ours - environment:.0f} MB of them the program itself"
    measured.tell(9, "MB of the core install", ours, at_most(200), told)


def test_memory_of_a_web_process(durable_sqlite: SQLite, disk: Path) -> None:
    with durable_sqlite.fresh(None) as database:
        more = {"ADREF_CONFIG": "testing", "ADREF_DATABASE_URL": database.url}
        with web_hosts.host("wsgi:app", disk, more) as port:
            for _ in range(50):
                assert b" 200 OK" in web_hosts.ask(port, web_hosts.request("/sign-in"))[:20]
            held = [_resident(process) for process in web_hosts.workers(port)]
    measured.tell(
        9, "MB resident in a web process", max(held), at_most(100), "alone; --preload shares most of it"
    )


def _resident(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"process {process} holds nothing")
