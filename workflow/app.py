"""Makes the application: settings, database, extensions, doors, pages and commands.

What each of them does lives in its own room; nothing is decided here.
"""

import importlib
import os
import pkgutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from workflow import journal, tasks, worker
from workflow import settings as settings_of
from workflow.actions.accounts import Passwords
from workflow.audit.signer import Signer
from workflow.audit.signer_elsewhere import SignerElsewhere
from workflow.body_keys import BodyBroken
from workflow.cli import operator
from workflow.db import Database
from workflow.extensions import babel, compress, csrf, limiter, login
from workflow.notices.connection import MailSettings
from workflow.notices.mailbox import MailboxSettings
from workflow.pool import Pool
from workflow.web import assets, doors, errors, filters, headers, interrupted, navigation, visitors, watching

#: The folders of pages; each has a `blueprint.py`, and its views are all modules beside it.
BLUEPRINTS = (
    "auth",
    "shepherd",
    "focal_point",
    "documents",
    "records",
    "library",
    "log",
    "help",
    "secretariat",
    "health",
)
#: Caught letters and the page of components, hung only where the settings say that it is a demonstration.
DEMONSTRATION_ONLY = ("mailbox", "showcase")
#: The largest key a database holds.
_LARGEST_KEY = 2**63 - 1


class KeyConverter(IntegerConverter):
    """A whole number in an address; one that no key can be leads nowhere (404)."""

    def __init__(self, map: Any, **options: Any) -> None:
        super().__init__(map, **{"max": _LARGEST_KEY, **options})


def create_app(settings: Mapping[str, Any] | None = None, *, database: Database | None = None) -> Flask:
    """Return the application with these settings (by default from the environment) on this database.

    Raises RuntimeError where a view names no permission. Where settings or body of the environment cannot be
    used, the process ends with what is wrong with them and no trace of the code: it is for an operator.
    """
    chosen = dict(settings) if settings is not None else _from_environment()
    here = Path(__file__).resolve().parent
    app = Flask(
        "workflow",
        root_path=str(here),
        template_folder=str(here.parent / "templates"),
        static_folder=str(here / "web" / "static"),
    )
    app.config.from_mapping(chosen)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(here.parent / "templates" / "translations"))
    app.config["BODY_NAME"] = _body_name(chosen["BODY"])
    _find_room_for_uploads()
    app.url_map.converters["int"] = KeyConverter
    _behind_proxies(app, chosen["TRUSTED_PROXIES"])
    _bind(app)
    app.extensions["mail_settings"] = MailSettings.read(app)
    app.extensions["mailbox_settings"] = _mailbox(app.config)
    connect(app, database)
    operator.register(app)
    for folder in (*BLUEPRINTS, *(DEMONSTRATION_ONLY if app.config["DEMONSTRATION"] else ())):
        _hang(app, folder)
    doors.require_permissions(app)
    return app


def connect(app: Flask, database: Database | None = None) -> None:
    """Connect an application to a database, by default that of its settings, with its log and its clock.

    The pages know neither: whoever connects them to another database need not make them anew.
    """
    app.extensions["asking"] = tasks.Asking()
    app.extensions["log_signer"] = _signer(app)
    app.extensions["adref"] = _database(app.config, database, app.extensions["log_signer"])
    worker.init_app(app)
    tasks.init_app(app)


def _signer(app: Flask) -> Signer:
    if not app.config["LOG_SIGNS"]:
        return SignerElsewhere(app.extensions["asking"])
    return Signer(Path(app.config["LOG_FOLDER"]), app.config["LOG_KEY"])


def _from_environment() -> dict[str, Any]:
    try:
        found = settings_of.load(os.environ)
        _body_name(found["BODY"])
        return found
    except (settings_of.SettingsBroken, BodyBroken) as broken:
        raise SystemExit(str(broken)) from None


@cache
def _body_name(path: str) -> str:
    """Return what the body is called, for the pages of those who are not signed in."""
    return settings_of.read_body(Path(path)).name


def _database(settings: Mapping[str, Any], given: Database | None, signer: Signer) -> Database:
    """Return the database, whose sessions know what letters and passwords need of the installation."""
    database = given or Database(
        settings["DATABASE_URL"],
        clock=settings["CLOCK"],
        pool=Pool(
            settings["DATABASE_POOL_SIZE"],
            settings["DATABASE_POOL_OVERFLOW"],
            settings["DATABASE_POOL_WAIT_SECONDS"],
        ),
    )
    if settings["SLOW_QUERY_MILLISECONDS"] and given is None:
        journal.watch_slow(database.reader, settings["SLOW_QUERY_MILLISECONDS"])
    database.info.update(
        log_guard=signer.guard,
        after_commit=signer.after_commit,
        signed_elsewhere=not settings["LOG_SIGNS"],
        base_url=settings["BASE_URL"],
        reply_to=settings["MAIL_REPLY_TO"],
        mail_domain=settings["MAIL_SENDER"].rpartition("@")[2] or urlsplit(settings["BASE_URL"]).hostname,
        passwords=Passwords(
            time_cost=settings["ARGON2_TIME_COST"],
            memory_kib=settings["ARGON2_MEMORY_COST"],
            parallelism=settings["ARGON2_PARALLELISM"],
            invitation=timedelta(hours=settings["INVITATION_HOURS"]),
            reset=timedelta(minutes=settings["RESET_MINUTES"]),
        ),
    )
    return database


def _mailbox(config: Mapping[str, Any]) -> MailboxSettings:
    return MailboxSettings(
        maildir=config["BOUNCE_MAILDIR"],
        server=config["BOUNCE_IMAP_SERVER"],
        port=config["BOUNCE_IMAP_PORT"],
        use_ssl=config["BOUNCE_IMAP_USE_SSL"],
        ca_file=config["BOUNCE_IMAP_CA_FILE"],
        username=config["BOUNCE_IMAP_USERNAME"],
        password=config["BOUNCE_IMAP_PASSWORD"],
        folder=config["BOUNCE_IMAP_FOLDER"],
        handled=config["BOUNCE_READ_FOLDER"],
        interval=config["BOUNCE_INTERVAL_SECONDS"],
        timeout=config["BOUNCE_TIMEOUT_SECONDS"],
        message_bytes=config["BOUNCE_MESSAGE_BYTES"],
    )


def _find_room_for_uploads() -> None:
    """Let the folder for uploads be looked for now: on a full disk none would be found (500, not 507)."""
    with suppress(FileNotFoundError):
        tempfile.gettempdir()


def _behind_proxies(app: Flask, number: int) -> None:
    if number:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=number)  # type: ignore[method-assign]


def _bind(app: Flask) -> None:
    """Bind what acts on every request; the first bound acts first, and last on the answer."""
    compress.init_app(app)
    watching.init_app(app)
    headers.init_app(app)
    assets.init_app(app)
    limiter.init_app(app)
    csrf.init_app(app)
    visitors.init_app(app)
    login.init_app(app)
    babel.init_app(app, locale_selector=_locale)
    filters.init_app(app)
    navigation.init_app(app)
    errors.init_app(app)
    interrupted.init_app(app)


def _locale() -> str | None:
    """Return the reader's language: chosen in this session, else the person's own, else the browser's."""
    offered = current_app.config["LANGUAGES"]
    person = g.get("person")
    for language in (session.get(visitors.LANGUAGE), person.locale if person is not None else None):
        if language in offered:
            return str(language)
    return request.accept_languages.best_match(offered, offered[0])


def _hang(app: Flask, folder: str) -> None:
    """Import every module of a folder of pages, so that its views exist, and register its blueprint."""
    package = importlib.import_module(f"workflow.web.{folder}")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    app.register_blueprint(importlib.import_module(f"{package.__name__}.blueprint").blueprint)
