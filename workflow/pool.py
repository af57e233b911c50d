"""How a process reaches a PostgreSQL server: the connections it keeps, and how long it waits for one.

Sessions and everything about SQLite are in `db`.
"""

from dataclasses import dataclass

from sqlalchemy import URL, Engine, create_engine

#: How long a server may take to answer before it counts as away, in seconds.
CONNECT_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Pool:
    """The connections kept, those opened beyond them, and how long one is waited for, in seconds."""

    size: int = 5
    overflow: int = 10
    wait_seconds: float = 30


def pooled(url: URL, pool: Pool, lock_timeout: int) -> Engine:
    """Return an engine of pooled connections in UTC, whose statements wait `lock_timeout` seconds for a lock.

    A connection that died meanwhile is noticed and opened anew.
    """
    reach = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT_SECONDS}
    options = f"-c lock_timeout={lock_timeout}s -c timezone=UTC"
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=pool.size,
        max_overflow=pool.overflow,
        pool_timeout=pool.wait_seconds,
        connect_args={"options": options, **reach},
    )
