"""Web programs under gunicorn with one process each, and a client of a few lines that asks them.

A client that does more than write a request and read its answer would be measured with them.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.factories import PASSWORD
from tests.house_sources import ROOT
from tests.notices.servers import free_port
from tests.scaled.processes import Process, wait_for
from tests.scaled.visiting import Browser
from tests.web.forms_filled import filled

PEERS = ROOT / "build" / "bench"
_GUNICORN = str(Path(sys.executable).parent / "gunicorn")


class Otherwise(Exception):
    """Say what was answered instead of what was asked for."""


@contextmanager
def host(application: str, folder: Path, more: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run a WSGI application under gunicorn with one process and give its port."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ADREF_")}
    # Peers stand behind what is installed with the product.
    environment = kept | {"PYTHONPATH": f"{ROOT}"} | dict(more or {})
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--no-control-socket"]
    name = application.partition(":")[0]
    command = [_GUNICORN, *options, application]
    process = Process(name, command, environment, folder / f"{name}-{port}.log").start()
    try:
        wait_for(lambda: _listens(port), f"{name}\n{process.said()}")
        yield port
    finally:
        process.stop()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def request(path: str, **headers: str) -> bytes:
    """Return the bytes of a request."""
    named = {"Host": "127.0.0.1", "Connection": "close", "Accept-Language": "en"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode()


def ask(port: int, asked: bytes) -> bytes:
    """Send a request on a connection of its own and return the whole answer."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(asked)
        parts = []
        while part := connection.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def seconds_each(port: int, asked: bytes, status: int, times: int) -> float:
    """Ask so many times, one after the other, and return the seconds of one; raises Otherwise."""
    started = time.perf_counter()
    for _ in range(times):
        answer = ask(port, asked)
        if not answer.startswith(b"HTTP/1.1 %d " % status):
            raise Otherwise(answer[:300].decode("utf-8", "replace"))
    return (time.perf_counter() - started) / times


def cookie(port: int, email: str) -> str:
    """Sign in as a person does and return the cookie of the session."""
    browser = Browser(port)
    sent = filled(browser.get("/sign-in"), "/sign-in", email=email, password=PASSWORD)  # type: ignore[arg-type]
    assert browser.post("/sign-in", sent).status == 200
    jar = next(one.cookiejar for one in browser.opener.handlers if hasattr(one, "cookiejar"))
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def workers(port: int) -> list[int]:
    """Return the ids of the processes that gunicorn started to answer on this port."""
    masters = [path for path in Path("/proc").glob("[0-9]*") if f":{port}".encode() in _words(path)]
    parents = {path.name for path in masters}
    return [int(path.name) for path in masters if _parent(path) in parents]


def _words(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def _parent(process: Path) -> str:
    return (process / "stat").read_text().rpartition(")")[2].split()[1]
