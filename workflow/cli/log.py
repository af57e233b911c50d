"""The commands of the log: check it, hand it out, say what stopped it. Thin: each calls one thing.

The other commands are in `operator`; what these do lives in `workflow/audit/`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from flask.cli import AppGroup

from workflow.audit import checking, export, marked, restarting, rotating, searched, signing_key, tying
from workflow.audit.merkle import Edge
from workflow.audit.record import newest_at
from workflow.audit.signer import KEY_FILE, Signer
from workflow.cli.bars import bar
from workflow.cli.installed import database, only_body
from workflow.db import now
from workflow.domain.errors import Refused
from workflow.models.audit import LogHead

#: Longer than any letter that a checkpoint may stand in.
_LONGEST = 2**20

_OLDER = """\
Partial: this body was founded before this version of the log, whose entries tell all that the tables hold.
No entry proves its tables, so they were not compared. That endorsements follow from the entries is shown by
flask audit export FOLDER, then: python verify.py decisions entries.jsonl"""

WHAT_TO_DO = """\
1. Stop the pages and the clock, and keep a copy of the database and of ADREF_LOG_FOLDER as they are.
2. If an older backup was restored: put back a newer one, or bring the missing transactions back from the
   archive of the database; the log must hold at least what was signed.
3. Run flask audit verify: it names what differs. Start again once it and flask audit status find nothing.
4. Only where what is missing cannot be brought back: flask audit restart --old-size N, N being the number of
   entries that were signed. The log then goes on under a new name, and its first entry there says so.
5. If the files of ADREF_LOG_FOLDER are gone: put their newest copy back, the signing key among them.
Never delete or replace the files in ADREF_LOG_FOLDER: every State holds the checkpoints they remember."""

audit_group = AppGroup("audit", help="The log: check it, hand it out, see what stopped it.")


@audit_group.command("new-key")
def new_key() -> None:
    """Print a new signing key for ADREF_LOG_KEY; nothing is kept."""
    click.echo(signing_key.written(Ed25519PrivateKey.generate()))


@audit_group.command("rotate-key")
def rotate_key() -> None:
    """Exchange the signing key; if it is interrupted, run it again. All hosts then use the new key."""
    former = current_app.config["LOG_KEY_BEFORE"]
    _require_key()
    with _refusals():
        for done in rotating.rotate(_signer(), database(), _body_id(), former):
            click.echo(done)
    if former:
        click.echo("Start the pages and the clock with the new ADREF_LOG_KEY, and forget the former key.")


@audit_group.command("restart")
@click.option(
    "--old-size",
    type=int,
    required=True,
    help="The highest size that was signed, as flask audit status says it: you know what is lost.",
)
def restart(old_size: int) -> None:
    """Go on under a new name after a restore that cannot be replayed; if interrupted, run it again."""
    _require_key()
    with _refusals():
        for done in restarting.restart(_signer(), database(), _body_id(), old_size):
            click.echo(done)
    click.echo("Tell every State: entries were lost, and log-key.txt has a new line.")


@audit_group.command("status")
def audit_status() -> None:
    """Say whether the log can be written to, and if not, what to do."""
    signer = _signer()
    with database().reading() as session:
        body = only_body(session)
        head = session.get_one(LogHead, body.id)
        fault = marked.fault(session, body.id, signer) or key_fault(signer, body.id)
        behind = newest_at(session, body.id)
        lags = behind is not None and now(session) < behind
        keys = list(marked.keys(body.id, head.keys, signer))
    where = f"is kept in {signer.high_water(body.id).path}"
    if not current_app.config["LOG_SIGNS"]:
        where = "is known to the host that signs; ask there, too"
    click.echo(f"{head.origin}: {head.size} entries; the highest checkpoint signed {where}.")
    for line in keys:
        click.echo(line)
    if fault:
        raise click.ClickException(f"{fault}\n{WHAT_TO_DO}")
    if lags:
        raise click.ClickException(
            f"The clock stands behind the newest entry, of {behind}: only objections and inputs are taken. "
            "Set the clock right (rule 12)."
        )
    click.echo("The log can be written to.")


@audit_group.command("verify")
@click.option(
    "--from",
    "trusted",
    type=click.File("rb"),
    help="A checkpoint you trust: only the entries after it are read, which checks the log in part.",
)
def audit_verify(trusted: BinaryIO | None) -> None:
    """Check the log against itself and every checkpoint, and the tables against the log.

    Exit status 1: every difference is named. From a trusted checkpoint the tables are not compared.
    """
    with database().snapshot() as session:
        body = only_body(session)
        try:
            note = trusted.read(_LONGEST).decode("utf-8", "replace") if trusted else ""
            since = checking.trusted(session, body.id, note) if trusted else Edge()
        except Refused as refusal:
            raise click.ClickException(f"--from: {refusal}") from refusal
        start, size = since.size, checking.size_of(session, body.id)
        with bar(max(0, size - start), "Entries") as read:
            found = list(checking.differences(session, body.id, since, read))
        found += marked.differences(session, body.id, _signer(), start)
        older = tying.is_older(session, body.id)
        found += [] if start or older else tying.differences(session, body.id)
        if not start:
            with bar(searched.size_of(session, body.id), "Search") as read:
                found += searched.differences(session, body.id, read)
        unsigned = checking.unsigned(session, body.id)
    for difference in found:
        click.echo(difference)
    if older and not start:
        click.echo(_OLDER)
    if start:
        click.echo(f"Partial: entries before {start} were not read; the checkpoint given vouches for them.")
    if found:
        raise click.ClickException(f"{len(found)} differences. Keep a copy before you change anything.")
    whole = "The log is whole, and" if not start else f"From entry {start} on, the log"
    signed = f"; newest entries that stand in no checkpoint yet: {unsigned}" if unsigned else ""
    follows = "" if start or older else " All that the tables hold follows from it."
    click.echo(f"{whole} is what was signed{signed}.{follows}")


def key_fault(signer: Signer, body: int) -> str:
    """Return why the key at hand signs nothing; a log of which nothing was signed may have none yet."""
    try:
        mark = signer.high_water(body).read()
        if mark is not None:
            signer.require_key(mark)
        elif signer.given or (signer.folder / KEY_FILE).exists():
            signer.private.public_key()
    except (Refused, signing_key.KeyUnusable, OSError) as refusal:
        return str(refusal)
    return ""


def _signer() -> Signer:
    signer: Signer = current_app.extensions["log_signer"]
    return signer


def _require_key() -> None:
    if not current_app.config["LOG_SIGNS"]:
        raise click.ClickException("ADREF_LOG_SIGNS is off: run this where the log's key is.")


def _body_id() -> int:
    with database().reading() as session:
        return only_body(session).id


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what is refused and what to do, as the last line of a command that fails."""
    try:
        yield
    except (Refused, signing_key.KeyUnusable, OSError) as refusal:
        raise click.ClickException(str(refusal)) from refusal


@audit_group.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def audit_export(folder: Path) -> None:
    """Write the log, its checkpoints and keys, and the program that checks them into FOLDER."""
    with _refusals(), database().reading() as session:
        body = only_body(session)
        with bar(checking.size_of(session, body.id), "Entries") as wrote:
            written = export.export(session, body.id, folder, wrote)
    click.echo(f"{written.entries} entries and {written.checkpoints} checkpoints are in {folder}.")
