"""What the commands about accounts do: here, or in the program that runs."""

import asyncio
import sys
import time

from msgspec import ValidationError, convert

from softphone.accounts.sign_in_desk import SignInDesk
from softphone.accounts.sign_in_service import read_sign_in
from softphone.accounts.sign_out import receipt_text, traces_item
from softphone.accounts.snapshot import NOT_STORED
from softphone.app import Program, opened, recorded
from softphone.errors import SoftphoneError
from softphone.exit_codes import EXIT_OK, EXIT_SIGN_IN_NEEDED, EXIT_TROUBLE
from softphone.headless import browser
from softphone.headless.account_verbs import choose
from softphone.headless.instance import Instance, ask
from softphone.headless.records import AccountRecord, Accounts, json_text
from softphone.headless.remote import LOOK_EVERY_S, asked, checked
from softphone.headless.sign_in import Desk, RunningDesk, may_read, typed_lines
from softphone.headless.sign_in import sign_in as converse
from softphone.headless.terminal import screen
from softphone.headless.watch import say as complain
from softphone.history.journal import Journal
from softphone.i18n import tr
from softphone.system import log
from softphone.system.ending import Ending, on_interrupt
from softphone.system.tasks import end, first_of

NEXT_HERE = "'softphone watch' registers the lines without a window, 'softphone' opens it."
NEXT_THERE = "The running program registers the lines; 'softphone status' shows them."
STORED, ENDED = "stored", "ended"  # beside the states of a running program (terminal.md#accounts)
KEPT = {"keyring": "in the keyring", "memory": "until the program quits"}


# ---- signing in


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
            say=screen.say,
            complain=complain,
            next_step=next_step,
        )


async def _there(talk: _Talk, running: Instance) -> int:
    return await talk.at(RunningDesk(running), NEXT_THERE)


async def _here(talk: _Talk, program: Program) -> int:
    program, _, services = opened(program)
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


# ---- signing out


async def sign_out(program: Program, who: str | None, *, everybody: bool, erase: bool = False) -> int:
    """Sign out one account (`who`: its address or key, or the only one there is) or all; print receipts.

    `erase`: and delete what the history and the log say of them.

    Returns 0 when nothing was left behind. Raises ConfigError for an account that is not signed in here.
    """
    program, _, services = opened(program)
    panel = services.panel()
    try:
        known = choose(services.profile.accounts(), who, everybody=everybody)
        if not known:
            sys.stdout.write("Nobody is signed in.\n")
        clean = True
        journal = Journal(program.history_file)
        async with recorded(program, panel, journal):
            for account in known:
                receipt = await panel.sign_out(account.key, erase=erase)
                screen.say(receipt_text(account.address or account.key, receipt))
                clean = clean and not receipt.failed
            if erase and not known:  # of those who signed out before and let it stay
                await journal.clear()
                kept = program.folders.set_aside_of(program.profile)
                item = traces_item(erase=True, gone=log.erase(), kept=kept)
                sys.stdout.write(f"{item.sentence}\n")
                clean = item.done
        return EXIT_OK if clean else EXIT_TROUBLE
    finally:
        await panel.close()
        await services.close()


def sign_out_there(instance: Instance, who: str | None, *, everybody: bool, erase: bool) -> int:
    """Have the running program sign somebody out, and print the receipts; each part of it has five seconds.

    Returns 0 when nothing was left behind. Raises SoftphoneError when the program refuses, or ends meanwhile.
    """
    request: dict[str, object] = {"verb": "sign_out", "account": who, "all": everybody, "erase": erase}
    while answer := ask(instance, request):
        if checked(answer).get("done") is True:
            break
        time.sleep(LOOK_EVERY_S)
        request = {"verb": "sign_out_state"}
    if answer is None:
        raise SoftphoneError("The program has ended meanwhile. Write the same again.", title="Not done")
    receipts = answer.get("receipts")
    told = map(str, receipts if isinstance(receipts, list) else ())
    screen.say("\n".join(told) or "Nobody is signed in.")
    return EXIT_OK if answer.get("clean") is True else EXIT_TROUBLE


# ---- the list


async def accounts(program: Program, running: Instance | None, *, as_json: bool) -> int:
    """Print who is signed in; returns 0 when somebody is. Nothing is unlocked and no token is shown."""
    if running is not None:
        answer = asked(running, "status") or {}
        try:
            records = convert(answer.get("accounts", []), list[AccountRecord])
        except ValidationError as error:
            raise SoftphoneError("The running program is of another version.") from error
    else:
        records = await _known(program)
    signed_in = any(record.state != ENDED for record in records)
    if as_json:
        told = Accounts(
            ok=signed_in,
            running=running is not None,
            name=program.profile,
            accounts=records,
        )
        sys.stdout.write(json_text(told) + "\n")
    else:
        rows = "\n".join(map(_row, records))
        screen.say(rows or "Nobody is signed in. 'softphone sign-in' signs somebody in.")
    return EXIT_OK if signed_in else EXIT_SIGN_IN_NEEDED


async def _known(program: Program) -> list[AccountRecord]:
    """Return what profile and keyring tell."""
    program, _, services = opened(program)
    records = []
    try:
        for account in services.profile.accounts():
            sign_in, error = await read_sign_in(services, account.key)
            trouble = None if sign_in is not None else error or NOT_STORED
            records.append(
                AccountRecord(
                    account=account.address or account.key,
                    name=account.name,
                    state=ENDED if sign_in is None and error is None else STORED,
                    kept=None if sign_in is None and error is None else "keyring",
                    notice=f"{tr(trouble.title)}: {tr(trouble.sentence)}" if trouble is not None else None,
                )
            )
    finally:
        await services.close()
    return records


def _row(record: AccountRecord) -> str:
    name = f" ({record.name})" if record.name else ""
    kept = f", kept {KEPT[record.kept]}" if record.kept in KEPT else ""
    notice = f". {record.notice}" if record.notice else ""
    return f"{record.account or 'a new account'}{name}  {record.state}{kept}{notice}"
