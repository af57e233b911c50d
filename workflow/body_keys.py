"""The keys of a table in a body's file, taken one by one: each checked, each fault named by its path.

Which keys there are is not here: see `body_file`.
"""

import difflib
import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any


class BodyBroken(ValueError):
    """A body's file that cannot be used; the message names the file, the key and what to do."""

    def __init__(self, where: str, fault: str, remedy: str) -> None:
        super().__init__(f"{where}: {fault}. {remedy}")
        self.where, self.fault, self.remedy = where, fault, remedy


class Keys:
    """A table of the file; `where` is the file's name and the path of keys that leads to it."""

    def __init__(self, given: Mapping[str, Any], where: str) -> None:
        self.given = given
        self.where = where
        self.taken: set[str] = set()

    def broken(self, key: str, fault: str, remedy: str) -> BodyBroken:
        """Return the error for a fault of one of its keys."""
        return BodyBroken(self._path(key), fault, remedy)

    def text(self, key: str, *, default: str | None = None, like: str = "", example: str = "") -> str:
        """Return a text on one line, without blank space around; raises BodyBroken if it is not `like`."""
        value = self._take(key, default, "a text, such as " + (f'"{example}"' if example else '"…"'))
        if not isinstance(value, str) or "\n" in value or value != value.strip():
            raise self.broken(key, f"{value!r} is not a text on one line", "Write it in quotation marks.")
        if like and not re.fullmatch(like, value):
            raise self.broken(key, f"“{value}” is not possible", f'Write it like "{example}".')
        if not value and default is None:
            raise self.broken(key, "is empty", "Write the text.")
        return value

    def texts(self, key: str) -> list[str]:
        """Return a list of texts."""
        value = self._take(key, None, 'a list, such as ["…"]')
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.broken(key, "is not a list of texts", 'Write it like ["…", "…"].')
        return value

    def number(self, key: str, *, least: int = 0) -> int:
        """Return a whole number, `least` or more."""
        value = self._take(key, None, "a whole number")
        # To Python, true is a number too.
        if type(value) is not int or value < least:
            raise self.broken(key, f"{value!r} is not a whole number from {least} on", "Correct it.")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key, default, "true or false")
        if not isinstance(value, bool):
            raise self.broken(key, f"{value!r} is neither true nor false", "Write true or false.")
        return value

    def day(self, key: str) -> date:
        """Return a calendar day."""
        value = self._take(key, None, "a day, such as 2020-09-24")
        # To Python, an instant is a day too.
        if type(value) is not date:
            raise self.broken(
                key, f"{value!r} is not a day", "Write it like 2020-09-24, without quotation marks."
            )
        return value

    def table(self, key: str, *, required: bool = True) -> "Keys":
        """Return a table under a key; an empty one where it is neither given nor required."""
        value = self._take(key, None if required else {}, f"a table [{key}]")
        if not isinstance(value, dict):
            raise self.broken(key, "is not a table", f"Write it as [{key}] or as {key} = {{…}}.")
        return Keys(value, self._path(key))

    def tables(self, key: str, *, required: bool = True) -> "list[Keys]":
        """Return the tables in a list; none where it is neither given nor required."""
        value = self._take(key, None if required else [], f"tables [[{key}]]")
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.broken(key, "is not a list of tables", f"Write each as [[{key}]].")
        if required and not value:
            raise self.broken(key, "is empty", f"Write at least one [[{key}]].")
        return [Keys(one, f"{self._path(key)}[{place}]") for place, one in enumerate(value, start=1)]

    def nothing_else(self, known: Collection[str] = ()) -> None:
        """Refuse keys that were not taken and are not `known`: a mistyped key must not be overlooked."""
        for key in self.given:
            if key not in self.taken and key not in known:
                near = difflib.get_close_matches(key, sorted({*self.taken, *known}), n=1)
                remedy = f"Did you mean {near[0]}?" if near else "Remove it."
                raise self.broken(key, "there is no such key", remedy)

    def _take(self, key: str, default: object, wanted: str) -> Any:
        self.taken.add(key)
        if key in self.given:
            return self.given[key]
        if default is None:
            raise self.broken(key, "is missing", f"Give it as {wanted}.")
        return default

    def _path(self, key: str) -> str:
        separator = ": " if ": " not in self.where else "."
        return f"{self.where}{separator}{key}" if key else self.where
