"""Standard output and error that fail nobody: what cannot be written is dropped, counted and told.

A closed stream leads nowhere; a full disk and a reader that left cost what was printed and nothing else;
characters that the other side does not know are escaped, as JSON does it. From `never_wait` on a reader that
does not read holds up nobody either: the lines wait in a bounded queue, the oldest are dropped first.
"""

import codecs
import errno
import io
import os
import select
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

QUEUE_LIMIT_BYTES = 256 * 1024
LAST_LOOKS, LAST_LOOK_S = 10, 0.05  # how long an end waits for a reader that does not read

_ESCAPED = "softphone.escaped"


class Outlet(io.RawIOBase):
    """The bottom of a text stream.

    `on_gone` is called when whoever read it is gone, perhaps in a thread of the outlet. `gap` says in words
    of the stream's own that so many lines are missing at this place.
    """

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__()
        self.dropped: int = 0  # lines
        self.why: str = ""  # the last one was, in words; empty when a reader left or does not read
        self.has_no_reader: bool = False
        self.on_gone: Callable[[], object] = lambda: None
        self.gap: Callable[[int], str] = lambda lines: f"({_lines(lines)} missing here)"
        self._raw = raw
        self._is_cut = False  # the last line stands there without its end
        self._untold = 0  # dropped since the last line that was written
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._change = threading.Condition()
        self._is_writing = self._is_over = False
        self._thread: threading.Thread | None = None

    def writable(self) -> bool:
        """Whether it can be written to: always."""
        return True

    def isatty(self) -> bool:
        """Whether a terminal shows it."""
        return self._raw.isatty()

    def fileno(self) -> int:
        """Return the descriptor behind it."""
        return self._raw.fileno()

    def write(self, data: "ReadableBuffer", /) -> int:
        """Take the line, or drop it; returns its whole length either way."""
        line = bytes(data)
        if self._thread is None:
            self._put(line)
            return len(line)
        with self._change:
            self._queue.append(line)
            self._queued_bytes += len(line)
            while self._queued_bytes > QUEUE_LIMIT_BYTES:
                self._queued_bytes -= len(self._queue.popleft())
                self._drop()
            self._change.notify_all()
        return len(line)

    def never_wait(self) -> None:
        """Write in a thread of its own from now on."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="output", daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Wait a moment until all is written; what is left counts as dropped. Nothing is taken later."""
        with self._change:
            # In parts: a computer that stood still takes one of them, and not the last lines.
            for _ in range(LAST_LOOKS):
                if self._change.wait_for(lambda: not (self._queue or self._is_writing), LAST_LOOK_S):
                    break
            self._drop(len(self._queue) + self._is_writing)
            self._queue.clear()
            self._is_over = True
            self._change.notify_all()

    def _work(self) -> None:
        while True:
            with self._change:
                self._is_writing = False
                self._change.notify_all()
                self._change.wait_for(lambda: self._queue or self._is_over)
                if self._is_over:
                    return
                line = self._queue.popleft()
                self._queued_bytes -= len(line)
                self._is_writing = True
            self._put(line)

    def _put(self, line: bytes) -> None:
        untold = self._untold
        words = f"{self.gap(untold)}\n".encode() if untold and not self.has_no_reader else b""
        rest = b"\n" * self._is_cut + words + line
        try:
            while rest:
                written = self._raw.write(rest)
                if written is None:  # somebody made it non-blocking
                    select.select((), (self._raw,), ())
                    continue
                self._is_cut = rest[:written][-1:] != b"\n"
                rest = rest[written:]
        except (OSError, ValueError) as error:
            self._failed(error)
        else:
            self._is_cut = False
            with self._change:
                self._untold -= untold

    def _failed(self, error: OSError | ValueError) -> None:
        with self._change:
            self._drop()
        if isinstance(error, OSError) and error.errno not in (errno.EPIPE, errno.EINVAL):
            self.why = error.strerror or ""
        elif not self.has_no_reader:
            self.has_no_reader = True
            self.on_gone()

    def _drop(self, lines: int = 1) -> None:
        self.dropped += lines
        self._untold += lines


_outlets: dict[str, Outlet] = {}  # by the stream's name: "stdout", "stderr"


def mend() -> None:
    """Put this process's standard streams on outlets, before anything is printed or opened."""
    codecs.register_error(_ESCAPED, _escaped)
    for descriptor in range(3):  # a file of ours must not get the number of a stream that was closed
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            raw = io.FileIO(descriptor, "w", closefd=False)
        else:
            raw = getattr(stream.buffer, "raw", stream.buffer)  # without a buffer where Python has -u
        _outlets[name] = outlet = Outlet(raw)
        encoding = getattr(stream, "encoding", "utf-8")
        text = io.TextIOWrapper(outlet, encoding, errors=_ESCAPED, write_through=True)  # type: ignore[type-var]
        setattr(sys, name, text)


def never_wait() -> None:
    """Let no reader of our streams hold up this process from now on."""
    for outlet in _outlets.values():
        outlet.never_wait()


def stdout() -> Outlet | None:
    """Return what is below `sys.stdout`, None when somebody else has put a stream of theirs there."""
    return _outlets.get("stdout")


def finish() -> None:
    """Write what is left, and say on stderr how much of stdout is missing; a reader who left is no fault."""
    for name, outlet in _outlets.items():
        outlet.finish()
        if name == "stdout" and outlet.dropped and not outlet.has_no_reader:
            why = outlet.why or "nobody read them"
            sys.stderr.write(f"softphone: {_lines(outlet.dropped)} could not be printed ({why}).\n")


def _lines(count: int) -> str:
    return f"{count} {'line' if count == 1 else 'lines'}"


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    words = (f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
    return "".join(words), error.end
