"""The commands that copy the database into a file and back. Thin: what they do is in `workflow/backup.py`."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from workflow import backup
from workflow.cli.bars import bar
from workflow.cli.installed import database
from workflow.domain.errors import Refused

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command("backup")
@_FILE
@with_appcontext
def backup_command(file: Path) -> None:
    """Copy the whole database into FILE while it is in use; ADREF_LOG_FOLDER is copied apart."""
    try:
        with bar(backup.tables(), "Tables") as wrote:
            rows = backup.backup(database(), file, wrote=wrote)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"{rows} rows are in {file}. It holds personal data: keep it where the database could lie.")


@click.command("restore")
@_FILE
@with_appcontext
def restore_command(file: Path) -> None:
    """Put FILE into a new database, after flask database upgrade; then run flask audit verify."""
    try:
        with bar(backup.tables(), "Tables") as read:
            rows = backup.restore(database(), file, read=read)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{rows} rows are restored. Run: flask audit status, then flask audit verify.")


COMMANDS = (backup_command, restore_command)
