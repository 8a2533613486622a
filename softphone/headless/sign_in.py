"""Signing in from a terminal: what is said, what is asked, and how it ends (terminal.md).

The attempt is made at a desk: one of this process, or that of the program that runs (`RunningDesk`). What is
printed and read is handed in.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Protocol

import msgspec

from softphone.accounts.sign_in_desk import NO_KEYRING, SET_UP, WRONG_FILE, Progress, Stage
from softphone.errors import SignInError, SignInOutcome, SoftphoneError
from softphone.exit_codes import (
    EXIT_OK,
    EXIT_SIGN_IN_NEEDED,
    EXIT_TIME_RAN_OUT,
    EXIT_TROUBLE,
    EXIT_USAGE,
)
from softphone.headless.instance import Instance, ask
from softphone.system.background import begin_in_thread, in_thread
from softphone.system.tasks import end

LOOK_EVERY_S = 0.25
KEYRING_HINT_S = 1.0
LINE_LIMIT_BYTES = 64 * 1024
REDIRECT_LIMIT_CHARS = 3000  # what goes through the socket, in JSON

_CODES = {
    SignInOutcome.EXPIRED.value: EXIT_TIME_RAN_OUT,
    NO_KEYRING: EXIT_SIGN_IN_NEEDED,
    SET_UP: EXIT_SIGN_IN_NEEDED,
    WRONG_FILE: EXIT_USAGE,
}
PASTE = (
    "A browser that cannot come back here, as on another computer, ends on a page that cannot be reached:\n"
    "copy that page's whole address, paste it here and press Enter."
)


class Desk(Protocol):
    """Where an attempt is made (`accounts.sign_in_desk.SignInDesk`)."""

    async def begin(self, *, by_code: bool | None, limit_s: float) -> None:
        """Begin an attempt; without `by_code` by a code where the cloud has one to give."""
        ...

    async def take(self, redirect_url: str) -> None:
        """Take a redirect that the person brings. Raises SignInError for a wrong one."""
        ...

    async def changed(self) -> Progress:
        """Wait for the next change. Raises SoftphoneError when there will be none."""
        ...

    async def cancel(self) -> None:
        """Stop the attempt."""
        ...


class RunningDesk:
    """The desk of the program that runs, over its control socket."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._attempt: object = None
        self._seen: Progress | None = None

    async def begin(self, *, by_code: bool | None, limit_s: float) -> None:
        """Have the running program begin. Raises SoftphoneError when it does not."""
        self._attempt = (await self._ask("sign_in", by_code=by_code, limit_s=limit_s)).get("attempt")

    async def take(self, redirect_url: str) -> None:
        """Hand the redirect over."""
        if len(redirect_url) > REDIRECT_LIMIT_CHARS:
            raise SignInError("That is too long to be the address.", outcome=SignInOutcome.BAD_CALLBACK)
        try:
            await self._ask("sign_in_finish", attempt=self._attempt, redirect=redirect_url)
        except SoftphoneError as error:
            raise SignInError(error.sentence, outcome=SignInOutcome.BAD_CALLBACK) from error

    async def changed(self) -> Progress:
        """Look from time to time."""
        while True:
            answer = await self._ask("sign_in_state", attempt=self._attempt)
            try:
                progress = msgspec.convert(answer.get("progress"), Progress)
            except msgspec.ValidationError as error:
                raise SoftphoneError("The running program is of another version.") from error
            if progress != self._seen:
                self._seen = progress
                return progress
            await asyncio.sleep(LOOK_EVERY_S)

    async def cancel(self) -> None:
        """Have it stop; one that does not answer stops by itself when its time is over."""
        with contextlib.suppress(SoftphoneError):
            await self._ask("sign_in_cancel", attempt=self._attempt)

    async def _ask(self, verb: str, **more: Any) -> dict[str, Any]:
        answer = await in_thread(partial(ask, self._instance, {"verb": verb, **more}))
        if answer is None:
            raise SoftphoneError("The running program has ended meanwhile.", title="Not signed in")
        if answer.get("ok") is not True:
            raise SoftphoneError(str(answer.get("error")), title="Not signed in")
        return answer


async def sign_in(
    desk: Desk,
    *,
    by_code: bool | None,
    limit_s: float,
    open_page: Callable[[str], bool] | None,
    lines: AsyncIterator[str] | None,
    say: Callable[[str], object],
    complain: Callable[[str], object],
    next_step: str,
) -> int:
    """Lead the person through one attempt and return the exit code.

    `open_page` opens an address in their browser and says whether it could (it may block); None: nobody opens
    one. `lines` is what they type; None: nothing is read. `next_step` is what to do once signed in. Raises
    SoftphoneError when the running program fails.
    """
    reading: asyncio.Task[None] | None = None
    shown = Progress(stage=Stage.NONE)
    await desk.begin(by_code=by_code, limit_s=limit_s)
    try:
        while True:
            progress = await _changed(desk, shown, complain)
            if progress.stage is Stage.WAITING and shown.stage is not Stage.WAITING:
                await _invite(progress, open_page, may_paste=lines is not None, say=say)
                if lines is not None and not progress.user_code:
                    reading = asyncio.create_task(_read(lines, desk, complain), name="typed")
            if progress.trouble and progress.trouble != shown.trouble:
                complain(progress.trouble)
            shown = progress
            if progress.stage is Stage.DONE:
                say(f"Signed in: {progress.name}\n{next_step}")
                return EXIT_OK
            if progress.stage is Stage.FAILED:
                complain(f"{progress.title}: {progress.sentence}")
                return _CODES.get(progress.outcome, EXIT_TROUBLE)
    finally:
        await end(reading, after_s=0.0)
        if shown.stage not in (Stage.DONE, Stage.FAILED):
            await desk.cancel()


async def _changed(desk: Desk, shown: Progress, complain: Callable[[str], object]) -> Progress:
    """Wait for the next change; say what is waited for when that is a keyring."""
    changing = asyncio.ensure_future(desk.changed())
    try:
        if shown.stage is Stage.KEYRING and not (await asyncio.wait((changing,), timeout=KEYRING_HINT_S))[0]:
            complain("waiting for your keyring: it may be asking you to unlock it.")
        return await changing
    finally:
        await end(changing, after_s=0.0)


async def _invite(
    progress: Progress,
    open_page: Callable[[str], bool] | None,
    *,
    may_paste: bool,
    say: Callable[[str], object],
) -> None:
    if progress.user_code:
        say(f"On any device open  {progress.page_url}\nand enter the code  {progress.user_code}")
        if progress.link:
            say(f"The page with the code in it:\n\n  {progress.link}\n")
        return
    opened = open_page is not None and await in_thread(partial(open_page, progress.link), "browser")
    where = "It should be open in your browser now:" if opened else "Open it in a browser:"
    if open_page is not None and not opened:
        where = "No browser could be opened here. Open it yourself:"
    say(f"This is the sign-in page. {where}\n\n  {progress.link}\n")
    if may_paste:
        say(PASTE)


async def _read(lines: AsyncIterator[str], desk: Desk, complain: Callable[[str], object]) -> None:
    """Take what is typed until it is the right redirect."""
    async for line in lines:
        if not line.strip():
            continue
        try:
            await desk.take(line.strip())
        except SignInError as error:
            complain(f"that is not it. {error.sentence} Paste the address that you see after signing in.")


async def typed_lines(descriptor: int = 0) -> AsyncIterator[str]:
    """Return what is typed, line by line, until the input ends; a read that nobody waits for is left behind.

    An address stays visible on the screen: its code is worth nothing without this attempt, and only once.
    """
    loop = asyncio.get_running_loop()
    came: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        # Not sys.stdin: a thread that holds its lock would keep the interpreter from ending.
        rest = b""
        with contextlib.suppress(OSError, RuntimeError):  # no input; the loop is gone
            while len(rest) < LINE_LIMIT_BYTES and (data := os.read(descriptor, 4096)):
                *whole, rest = (rest + data).split(b"\n")
                for line in whole:
                    loop.call_soon_threadsafe(came.put_nowait, line.decode("utf-8", "replace"))
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(came.put_nowait, rest.decode("utf-8", "replace"))
            loop.call_soon_threadsafe(came.put_nowait, None)

    begin_in_thread(read, "typed")
    while (line := await came.get()) is not None:
        yield line


def may_read() -> bool:
    """Whether standard input is a terminal that belongs to this process now, and not to one before it."""
    try:
        return os.isatty(0) and (sys.platform == "win32" or os.tcgetpgrp(0) == os.getpgrp())
    except OSError:
        return False
