"""Stands in for the signer on a host that holds no key: it asks the one that does, and waits for nothing.

How checkpoints are signed is in `signer`; how the one that signs is asked is the worker's.
"""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from workflow.audit.record import TO_SIGN
from workflow.audit.signer import Signer
from workflow.audit.signing_key import KeyUnusable
from workflow.db import Database

_ELSEWHERE = "This host does not sign (ADREF_LOG_SIGNS is off): run this where the log's key is."


class SignerElsewhere(Signer):
    """A signer without key and file: lodging goes on, receipts follow once the host that signs has seen it.

    What that host finds wrong with the log stands in the log's head, `told`: then nothing is written here
    either. `ask` is given a body's id and asks for a signature; what it asks may be lost, since the rows
    that owe one are looked for all the time.
    """

    def __init__(self, ask: Callable[[int], None]) -> None:
        super().__init__(Path())
        self.ask = ask

    @property
    def private(self) -> Ed25519PrivateKey:
        """Raise KeyUnusable: the key is elsewhere."""
        return self._refuse()

    def fault(self, body: int, origin: str, size: int, edge: bytes, keys: str, told: str = "") -> str:
        """Return what the host that signs has told of the log."""
        return told

    def after_commit(self, database: Database, session: Session) -> None:
        """Ask for the signatures that the session's entries owe."""
        for body in session.info.pop(TO_SIGN, {}):
            self.ask(body)

    def catch_up(self, database: Database, body: int, sizes: Collection[int]) -> bool:
        """Ask for these sizes; they cannot be had at once."""
        self.ask(body)
        return False

    def sign_owed(self, database: Database) -> int:
        """Sign nothing: the host that signs looks for itself."""
        return 0

    def sign(self, database: Database, body: int, sizes: Collection[int]) -> list[str]:
        """Raise KeyUnusable: the key is elsewhere."""
        return self._refuse()

    def require_key(self, mark: object) -> None:
        """Raise KeyUnusable: the key is elsewhere."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise KeyUnusable(_ELSEWHERE)
