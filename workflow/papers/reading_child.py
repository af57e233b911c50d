"""The process in which a file is read, with little memory and time of its own: `python -m` this module.

It gets the file on its standard input, and answers in JSON what it read, or what is wrong. Who starts it is
in `reading`.
"""

import json
import resource
import sys

#: Bytes of address space, and seconds of computing.
MOST_MEMORY = 272 * 1024 * 1024
MOST_SECONDS = 3


def main(kind: str) -> None:
    """Read the file on standard input as one of the `READERS` of `reading_kinds`."""
    _bind()
    from workflow.papers.grids import plain_said
    from workflow.papers.paper import PaperBroken
    from workflow.papers.reading_kinds import READERS

    try:
        answer = READERS[kind](sys.stdin.buffer.read()).to_plain()
    except PaperBroken as error:
        said = {"message": plain_said(error.message), "remedy": plain_said(error.remedy)}
        answer = {"line": error.line, **said}
    except (MemoryError, RecursionError):
        answer = {"too_much": True}
    sys.stdout.write(json.dumps(answer))


def _bind() -> None:
    """Bind this process before anything of the file is looked at; it writes nothing and starts nothing."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(sys.argv[1])
