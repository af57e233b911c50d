"""Passwords and the single-use links that set them; a link acts only when its form is sent.

Appointments are in `people`; the pages of signing in are in `workflow/web/auth/`.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.actions.authority import permit_keeping
from workflow.audit.entries import Entry
from workflow.audit.record import record, require_writable
from workflow.audit.rows import secret_sha256
from workflow.domain.errors import Invalid, NotAllowed, NotFound, WrongStatus, says
from workflow.domain.mandates import ANYBODY, Act, Actor
from workflow.models.people import AccountLink, Person
from workflow.notices import letters

SHORTEST = 12
LONGEST = 200
#: Secrets of links, in bytes.
SECRET_BYTES = 32


@dataclass(frozen=True)
class Passwords:
    """How passwords are hashed (argon2id; memory in KiB) and how long links live, from the settings."""

    time_cost: int = 3
    memory_kib: int = 65536
    parallelism: int = 4
    invitation: timedelta = timedelta(days=7)
    reset: timedelta = timedelta(hours=2)


def invite(session: Session, person: Person, *, by: Actor, now: datetime) -> None:
    """Send a person the link by which the password is set; that person's earlier invitations die.

    Raises NotAllowed; WrongStatus where the account is closed.
    """
    permit_keeping(by, Act.MANAGE_PEOPLE, person.body_id)
    if not person.active:
        raise WrongStatus("This account is closed.", remedy="Open it again first.")
    secret, link = _link(session, person, "invitation", now, settings(session).invitation)
    record(session, Entry.PERSON_INVITED, by=by, at=now, body=person.body_id, **link)
    letters.invitation(session, person, secret, now=now)


def ask_reset(session: Session, email: str, *, now: datetime) -> None:
    """Send a link for a new password where an open account has this address; otherwise do nothing.

    Anybody can ask, so it ends no invitation: only the links asked for before. One entry for each person.
    Raises ClockBehind and LogBroken whether there is an account or not.
    """
    require_writable(session, now)
    for person in _of_address(session, email):
        if person.active:
            secret, link = _link(session, person, "reset", now, settings(session).reset)
            record(session, Entry.RESET_ASKED, by=ANYBODY, at=now, body=person.body_id, **link)
            letters.password_reset(session, person, secret, now=now)


def owner(session: Session, secret: str, *, now: datetime) -> Person:
    """Return whose password a link sets, without using the link; raises NotFound where it does not work."""
    return _link_and_owner(session, secret, now)[1]


def redeem(session: Session, secret: str, password: str, *, now: datetime) -> Person:
    """Set the password by a link, use the link up and end all sessions of the person.

    Raises NotFound for a link that is unknown, used, replaced or expired, or whose account is closed, and
    Invalid naming `password`.
    """
    owner(session, secret, now=now)
    link, person = _link_and_owner(session, secret, now, lock=True)
    _set(session, person, password, by=_self(person, "link"), now=now)
    link.used_at = now
    return person


def change_password(session: Session, person: Person, old: str, new: str, *, now: datetime) -> None:
    """Set a new password by the old one; every other session of the person ends.

    Raises Invalid naming `old` where that is not the password, or `new`.
    """
    session.refresh(person, with_for_update={"key_share": True})
    if not _matches(_hasher(settings(session)), person.password_hash, old):
        raise Invalid("This is not your present password.", remedy="Type it again.", field="old")
    _set(session, person, new, by=_self(person, "password"), now=now, field="new")


def verify(session: Session, email: str, password: str, *, now: datetime) -> Person:
    """Return the person whose address and password these are; takes as long for an unknown address.

    Raises NotAllowed with one message for every reason, so that nobody learns who has an account. `now` is
    not used yet: a lock after failures is kept by the doors.
    """
    hasher = _hasher(settings(session))
    found = [one for one in _of_address(session, email) if one.active and one.password_hash]
    for person in found:
        if _matches(hasher, person.password_hash, password):
            return person
    if not found:
        _matches(hasher, _nobody(settings(session)), password)
    raise NotAllowed(
        "The address or the password is not right.",
        remedy="Check both, or ask for a new password.",
    )


def choose_language(person: Person, language: str) -> None:
    """Write to a person in this language from here on, on pages and in letters.

    No act of the procedure: the log does not tell of it.
    """
    person.locale = language


def settings(session: Session) -> Passwords:
    """Return how this installation keeps passwords."""
    found: Passwords = session.info.get("passwords") or Passwords()
    return found


def hashed(session: Session, password: str) -> str:
    """Return the argon2id hash of a password that has been checked."""
    return _hasher(settings(session)).hash(password)


def end_links(session: Session, person: Person, now: datetime, *, purpose: str | None = None) -> None:
    """End the links of a person that were not used yet: those of one purpose, or all."""
    unused = update(AccountLink).where(AccountLink.person_id == person.id, AccountLink.used_at.is_(None))
    if purpose is not None:
        unused = unused.where(AccountLink.purpose == purpose)
    session.execute(unused.values(used_at=now))


def _set(
    session: Session, person: Person, password: str, *, by: Actor, now: datetime, field: str = "password"
) -> None:
    _require_usable(password, person, field)
    keep(session, person, hashed(session, password), by=by, now=now)


def keep(session: Session, person: Person, kept: str, *, by: Actor, now: datetime) -> None:
    """Keep the argon2id hash of a person's new password; all sessions and links of the person end."""
    person.password_hash = kept
    person.epoch += 1
    end_links(session, person, now)
    told: dict[str, Any] = {
        "person": person.public_id,
        "password_sha256": secret_sha256(person.password_hash),
    }
    record(session, Entry.PASSWORD_SET, by=by, at=now, body=person.body_id, **told)


def _require_usable(password: str, person: Person, field: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            says(
                "A password has {shortest} to {longest} characters; this one has {count}.",
                shortest=SHORTEST,
                longest=LONGEST,
                count=len(password),
            ),
            remedy="Three or four unrelated words are good and easy to keep in mind.",
            field=field,
        )
    plain = password.casefold()
    if person.email in plain or plain in (person.name.casefold(), person.email.partition("@")[0]):
        raise Invalid("Your name or address is no password.", remedy="Choose unrelated words.", field=field)
    if len(set(plain)) < 5:
        raise Invalid("This repeats too few characters.", remedy="Choose unrelated words.", field=field)


def _link(
    session: Session, person: Person, purpose: str, now: datetime, lives: timedelta
) -> tuple[str, dict[str, Any]]:
    """Make a link, and return its secret and what its entry tells."""
    end_links(session, person, now, purpose=purpose)
    random_bytes = session.info.get("random_bytes", secrets.token_bytes)
    secret = base64.urlsafe_b64encode(random_bytes(SECRET_BYTES)).rstrip(b"=").decode("ascii")
    link = AccountLink(
        body_id=person.body_id,
        person_id=person.id,
        purpose=purpose,
        secret_sha256=_fingerprint(secret),
        created_at=now,
        expires_at=now + lives,
    )
    session.add(link)
    session.flush()
    told = {"link_sha256": link.secret_sha256, "expires_at": link.expires_at}
    return secret, {"person": person.public_id, **told}


def _link_and_owner(
    session: Session, secret: str, now: datetime, *, lock: bool = False
) -> tuple[AccountLink, Person]:
    query = (
        select(AccountLink, Person)
        .join(Person, Person.id == AccountLink.person_id)
        .where(AccountLink.secret_sha256 == _fingerprint(secret))
        .execution_options(populate_existing=True)
    )
    row = session.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
    if row is None or row[0].used_at is not None or row[0].expires_at <= now or not row[1].active:
        raise NotFound(
            "This link does not work: it was used, replaced by a newer one, or is too old.",
            remedy="Ask for a new password on the sign-in page, or ask the secretariat to invite you again.",
        )
    return row[0], row[1]


def _of_address(session: Session, email: str) -> list[Person]:
    written = email.strip().lower()
    if "\x00" in written:
        return []
    return list(session.scalars(select(Person).where(Person.email == written).order_by(Person.id)))


def _matches(hasher: PasswordHasher, kept: str | None, password: str) -> bool:
    try:
        return kept is not None and hasher.verify(kept, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def _self(person: Person, auth: str) -> Actor:
    return Actor(
        public_id=person.public_id, person=person.id, body=person.body_id, name=person.name, auth=auth
    )


@lru_cache
def _hasher(how: Passwords) -> PasswordHasher:
    return PasswordHasher(time_cost=how.time_cost, memory_cost=how.memory_kib, parallelism=how.parallelism)


@lru_cache
def _nobody(how: Passwords) -> str:
    """Return the hash of a password nobody has, so that an unknown address costs the same work."""
    return _hasher(how).hash(secrets.token_hex(SECRET_BYTES))
