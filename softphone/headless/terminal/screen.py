"""Rows on a terminal: in colour and alive where it can, plain text wherever else they go.

`rich` is loaded only for a terminal. NO_COLOR and TERM=dumb are respected.
"""

import os
import select
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from softphone.headless.terminal.status_rows import Row, printable, text_of
from softphone.i18n import visible
from softphone.system import streams

if TYPE_CHECKING:
    from rich.text import Text

Show = Callable[[Iterable[Row]], object]


def say(text: str) -> None:
    """Print for a person, in one line or in several: whatever a name says, it steers no terminal."""
    rows = map(visible, text.split("\n"))
    sys.stdout.write(printable("\n".join(rows), sys.stdout.encoding) + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Say on stderr what is no result."""
    sys.stderr.write(f"softphone: {printable(visible(text), sys.stderr.encoding)}\n")


def is_rich(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether standard output shows colours and can be painted over."""
    return sys.stdout.isatty() and environment.get("TERM", "") not in {"", "dumb"}


def width() -> int | None:
    """Return how many characters fit a row, None when it is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def has_reader() -> bool:
    """Whether somebody may still read standard output; where the system does not tell, a write finds out."""
    outlet = streams.stdout()
    if outlet is not None and outlet.has_no_reader:
        return False
    try:
        looking = select.poll()
        looking.register(sys.stdout.fileno(), 0)
        return not any(flags & select.POLLERR for _, flags in looking.poll(0))
    except (AttributeError, OSError, ValueError):
        return True


def show(rows: Iterable[Row]) -> None:
    """Print the rows."""
    if not is_rich():
        say(text_of(rows))
        return
    from rich.console import Console  # noqa: PLC0415

    Console(file=sys.stdout, highlight=False, soft_wrap=True).print(_painted(rows))


@contextmanager
def painting() -> Iterator[Show]:
    """Yield what shows rows in the place of those before, until the end: they stay then."""
    from rich.console import Console  # noqa: PLC0415
    from rich.live import Live  # noqa: PLC0415

    console = Console(file=sys.stdout, highlight=False)
    with Live(console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False) as live:
        yield lambda rows: live.update(_painted(rows), refresh=True)


def _painted(rows: Iterable[Row]) -> "Text":
    from rich.text import Text  # noqa: PLC0415

    encoding = sys.stdout.encoding
    lines = (
        Text.assemble(*((printable(visible(span.text), encoding), span.style) for span in row))
        for row in rows
    )
    return Text("\n").join(lines)
