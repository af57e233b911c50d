"""A bar that shows on a terminal how far long work has come.

The commands that take long are in `log` and `copies`.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


@contextmanager
def bar(length: int, label: str) -> Iterator[Callable[[int], object]]:
    """Give what to tell how many more are done; the bar is for a person at a terminal only."""
    hidden = not sys.stderr.isatty()
    shown: ProgressBar[int] = click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden)
    with shown:
        yield shown.update
