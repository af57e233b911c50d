"""The settings of one process: the defaults, a file laid over them, the environment over both.

What each setting means stands in `config/default.py` and docs/settings.md; the body's file is read
in `body_file`.
"""

import difflib
import re
import runpy
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workflow.body_file import read_body
from workflow.notices.return_address import wrong_address

__all__ = ["CHOICES", "ROOT", "SettingsBroken", "load", "read_body"]

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "ADREF_"
#: What ADREF_CONFIG can name, each a file in config/.
CHOICES = ("default", "demonstration", "production", "testing")

_IN_FOLDER = (
    "BACKUP_FOLDER",
    "BODY",
    "BOUNCE_IMAP_CA_FILE",
    "BOUNCE_MAILDIR",
    "LOG_FOLDER",
    "MAILBOX_DIR",
    "MAIL_CA_FILE",
    "METRICS_FOLDER",
)
_NEVER_EMPTY = (
    "DATABASE_URL",
    "DATABASE_POOL_SIZE",
    "DATABASE_POOL_WAIT_SECONDS",
    "BODY",
    "LOG_FOLDER",
    "LANGUAGES",
    "MAIL_TIMEOUT_SECONDS",
    "RETRY_PAUSES",
    "CLOCK_INTERVAL_SECONDS",
    "SESSION_HOURS",
    "INVITATION_HOURS",
    "RESET_MINUTES",
    "ARGON2_TIME_COST",
    "ARGON2_MEMORY_COST",
    "ARGON2_PARALLELISM",
    "BOUNCE_IMAP_FOLDER",
    "BOUNCE_TIMEOUT_SECONDS",
    "BOUNCE_MESSAGE_BYTES",
)
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SQLITE_FILE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:|file:)(.+)")
_TRUTH = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


class SettingsBroken(ValueError):
    """Settings that cannot be used; `problems` names every one with its variable and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The settings cannot be used:\n" + "\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


def load(environ: Mapping[str, str], folder: Path = ROOT) -> dict[str, Any]:
    """Return the settings by name, paths made absolute from `folder`.

    `ADREF_CONFIG` names the file laid over the defaults; each `ADREF_<NAME>` is read by the type of
    its default, lists between commas. Raises SettingsBroken with all that is wrong. The
    demonstration makes its key in `folder`/instance, the only thing ever written here.
    """
    default = _file("default")
    chosen = _chosen(environ)
    settings = _values(default) | _values(chosen)
    given, problems = _given(environ, default)
    if problems:
        raise SettingsBroken(problems)
    settings |= given
    demand: Callable[..., list[str]] = chosen.get("faults", lambda settings, given: [])
    problems = _faults(settings) + demand(settings, set(given))
    if problems:
        raise SettingsBroken(problems)
    chosen.get("complete", lambda settings, folder: None)(settings, folder)
    if not settings["SECRET_KEY"]:
        raise SettingsBroken([f"{PREFIX}SECRET_KEY is not set; give it 32 random characters or more."])
    return _resolved(settings, folder)


def _file(name: str) -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "config" / f"{name}.py"))


def _chosen(environ: Mapping[str, str]) -> dict[str, Any]:
    name = environ.get(PREFIX + "CONFIG") or "default"
    if name not in CHOICES:
        raise SettingsBroken([f"{PREFIX}CONFIG is “{name}”; use one of {', '.join(CHOICES)}."])
    return _file(name)


def _values(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings among a file's names: those in capitals."""
    return {name: value for name, value in names.items() if re.fullmatch("[A-Z][A-Z0-9_]*", name)}


def _given(environ: Mapping[str, str], default: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    known = _values(default)
    given: dict[str, Any] = {}
    problems = []
    for variable in sorted(name for name in environ if name.startswith(PREFIX) and name != PREFIX + "CONFIG"):
        name = variable.removeprefix(PREFIX)
        if name not in known:
            near = difflib.get_close_matches(name, [*known, "CONFIG"], n=1)
            hint = f"; did you mean {PREFIX}{near[0]}?" if near else "."
            problems.append(f"{variable} is no setting{hint}")
            continue
        try:
            given[name] = _typed(environ[variable], known[name])
        except ValueError as error:
            problems.append(f"{variable} is “{environ[variable]}”; it must be {error}.")
    return given, problems


def _typed(text: str, default: object) -> object:
    """Return a variable's text in the type of the setting's default; raises ValueError saying which."""
    if isinstance(default, bool):
        if text.lower() not in _TRUTH:
            raise ValueError("true or false")
        return _TRUTH[text.lower()]
    if isinstance(default, int):
        return _whole(text, "a whole number")
    if isinstance(default, tuple):
        pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
        if default and isinstance(default[0], int):
            return tuple(_whole(piece, "whole numbers between commas") for piece in pieces)
        return tuple(pieces)
    if isinstance(default, str):
        return text
    raise ValueError("left out: only code can set it")


def _whole(text: str, wanted: str) -> int:
    if not re.fullmatch("[0-9]{1,15}", text):
        raise ValueError(wanted)
    return int(text)


def _faults(settings: Mapping[str, Any]) -> list[str]:
    """Return what no installation can work with."""
    url = urlsplit(settings["BASE_URL"])
    is_address = url.scheme in ("http", "https") and url.hostname and not (url.query or url.fragment)
    both = settings["MAIL_USE_TLS"] and settings["MAIL_USE_SSL"]
    outlasts = settings["LEASE_SECONDS"] > 5 * settings["MAIL_TIMEOUT_SECONDS"]
    demands = {
        "BASE_URL must be an address such as https://adref.example.": is_address,
        "MAIL_USE_TLS excludes MAIL_USE_SSL; turn one of them off.": not both,
        "MAIL_PORT must lie between 1 and 65535.": 1 <= settings["MAIL_PORT"] <= 65535,
        "LEASE_SECONDS must be more than five times MAIL_TIMEOUT_SECONDS.": outlasts,
    }
    if settings["DATABASE_URL"]:
        known = re.match(r"(sqlite|postgresql)(\+\w+)?://", settings["DATABASE_URL"])
        demands["DATABASE_URL must begin with sqlite:// or postgresql://."] = known
    demands |= _demands_on_the_mailbox(settings) | _demands_on_operation(settings)
    demands |= {f"{name} must not be 0 or empty.": settings[name] for name in _NEVER_EMPTY}
    return [PREFIX + demand for demand, is_met in demands.items() if not is_met]


def _demands_on_operation(settings: Mapping[str, Any]) -> dict[str, object]:
    address = settings["BROKER_URL"]
    lacks = not find_spec("celery") if address else False
    return {
        "JOURNAL_LEVEL must be DEBUG, INFO, WARNING or ERROR.": settings["JOURNAL_LEVEL"] in _LEVELS,
        "METRICS_ADDRESSES must be addresses or networks such as 10.0.0.0/8.": _are_networks(
            settings["METRICS_ADDRESSES"]
        ),
        "METRICS_FOLDER needs prometheus-client; install requirements-scaled.lock.": not settings[
            "METRICS_FOLDER"
        ]
        or find_spec("prometheus_client"),
        "BROKER_URL must begin with redis://, rediss://, amqp:// or amqps://.": not address
        or re.match("(redis|amqp)s?://", address),
        "BROKER_URL needs PostgreSQL; ADREF_DATABASE_URL names another database.": not address
        or settings["DATABASE_URL"].startswith("postgresql"),
        "BROKER_URL excludes CLOCK_THREAD; set it to false, and start Celery's workers.": not (
            address and settings["CLOCK_THREAD"]
        ),
        "BROKER_URL needs Celery; install requirements-scaled.lock.": not lacks,
    }


def _are_networks(given: Iterable[str]) -> bool:
    try:
        return bool([ip_network(one) for one in given]) or not given
    except ValueError:
        return False


def _demands_on_the_mailbox(settings: Mapping[str, Any]) -> dict[str, object]:
    address = settings["BOUNCE_ADDRESS"]
    both = settings["BOUNCE_MAILDIR"] and settings["BOUNCE_IMAP_SERVER"]
    name = settings["BOUNCE_READ_FOLDER"]
    return {
        f"BOUNCE_ADDRESS: {wrong_address(address)}": not address or not wrong_address(address),
        "BOUNCE_MAILDIR excludes BOUNCE_IMAP_SERVER; leave one of them empty.": not both,
        "BOUNCE_IMAP_PORT must lie between 1 and 65535.": 1 <= settings["BOUNCE_IMAP_PORT"] <= 65535,
        "BOUNCE_READ_FOLDER must be a name of letters, digits, - and _.": _FOLDER_NAME.fullmatch(name),
    }


def _resolved(settings: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the settings with paths from `folder`, and with what Flask reads under names of its own."""
    resolved = dict(settings)
    for name in _IN_FOLDER:
        if settings[name]:
            resolved[name] = str(folder / settings[name])
    if found := _SQLITE_FILE.fullmatch(settings["DATABASE_URL"]):
        resolved["DATABASE_URL"] = f"{found[1]}{folder / found[2]}"
    resolved["BASE_URL"] = settings["BASE_URL"].rstrip("/")
    resolved["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=settings["SESSION_HOURS"])
    return resolved
