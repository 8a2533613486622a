"""What `sign-in` does: here, or in the program that runs."""

import asyncio
import sys

from softphone.accounts.sign_in_desk import SignInDesk
from softphone.app import Program, Services
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE
from softphone.headless import browser
from softphone.headless.instance import Instance
from softphone.headless.sign_in import Desk, RunningDesk, may_read, typed_lines
from softphone.headless.sign_in import sign_in as converse
from softphone.headless.watch import say as complain
from softphone.system.ending import Ending, on_interrupt
from softphone.system.tasks import end, first_of

NEXT_HERE = "'softphone watch' registers the lines without a window, 'softphone' opens it."
NEXT_THERE = "The running program registers the lines; 'softphone status' shows them."


async def sign_in(
    program: Program, running: Instance | None, *, by_code: bool | None, no_browser: bool, limit_s: float
) -> int:
    """Sign somebody in; returns the exit code. `running` is the place of a program that is to adopt them.

    `by_code` None: in the browser; by a code only where none can be opened and the cloud has codes to give.
    """
    stop = Ending()
    on_interrupt(asyncio.get_running_loop(), stop.set)
    if no_browser or browser.commands():
        by_code = bool(by_code)
    elif not by_code:
        complain("no browser can be opened here.")
    talk = _Talk(by_code, limit_s, opens=not no_browser and bool(browser.commands()), reads=no_browser)
    conversing = asyncio.create_task(
        _there(talk, running) if running is not None else _here(talk, program), name="sign-in"
    )
    try:
        await first_of(stop.wait(), asyncio.wait((conversing,)))
        if not conversing.done():
            complain("stopped. Nothing was changed.")
            return EXIT_TROUBLE
        code = conversing.result()
    finally:
        await end(conversing, after_s=0.0)
    return code


class _Talk:
    """How the person is spoken to: what is opened for them, and whether they may paste."""

    def __init__(self, by_code: bool | None, limit_s: float, *, opens: bool, reads: bool) -> None:
        self._by_code = by_code
        self._limit_s = limit_s
        self._opens = opens
        self._reads = reads

    async def at(self, desk: Desk, next_step: str) -> int:
        """Lead the person through an attempt at the desk."""
        return await converse(
            desk,
            by_code=self._by_code,
            limit_s=self._limit_s,
            open_page=browser.open_page if self._opens else None,
            lines=typed_lines() if self._reads or may_read() else None,
            say=_say,
            complain=complain,
            next_step=next_step,
        )


async def _there(talk: _Talk, running: Instance) -> int:
    return await talk.at(RunningDesk(running), NEXT_THERE)


async def _here(talk: _Talk, program: Program) -> int:
    program, store = program.with_settings()
    for notice in program.notices(store):
        complain(notice)
    services = Services(program)
    services.profile.on_notice(complain)
    panel = services.panel()
    desk = SignInDesk(panel, register=False)
    try:
        code = await talk.at(desk, NEXT_HERE)
        for account in panel.accounts if code != EXIT_OK else ():
            # It could not be kept, so it must not live on at the service, where nobody would end it.
            receipt = await panel.sign_out(account.account.key)
            complain("the sign-in was taken back." if not receipt.failed else receipt.failed[0].sentence)
        return code
    finally:
        await desk.cancel()
        await panel.close(deregister=False)
        await services.close()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
