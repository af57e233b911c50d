"""The floors under acts: the driver alone, with the same durability, and nothing that could be left out."""

import sqlite3
import time
from collections.abc import Callable
from typing import Any

import psycopg

Lines = list[str]


class Bare:
    """A connection of the driver; `mark` is how it writes a parameter."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite:///")
        self.connection: Any
        if self.is_sqlite:
            self.connection = sqlite3.connect(
                url.removeprefix("sqlite:///"), isolation_level=None, timeout=20
            )
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                self.connection.execute(f"PRAGMA {pragma}")
        else:
            self.connection = psycopg.connect(url, autocommit=True)
        self.mark = "?" if self.is_sqlite else "%s"

    def begun(self, act: Callable[[], None]) -> float:
        """Do an act in a transaction of its own and return the seconds, the commit with them."""
        started = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        act()
        self.connection.execute("COMMIT")
        return time.perf_counter() - started

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def make_two_tables(self) -> None:
        """Make the tables that two rows of a lodging would stand in."""
        key = "INTEGER PRIMARY KEY" if self.is_sqlite else "bigserial PRIMARY KEY"
        for name in ("bare_response", "bare_entry"):
            self.connection.execute(f"CREATE TABLE {name} (id {key}, one text, other text)")

    def insert_two(self) -> None:
        """Write a response and an entry, nothing else."""
        for name in ("bare_response", "bare_entry"):
            self.connection.execute(
                f"INSERT INTO {name} (one, other) VALUES ({self.mark}, {self.mark})", ("x" * 40, "y" * 400)
            )
