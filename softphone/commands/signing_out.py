"""What `sign-out` does."""

import sys

from softphone.accounts.sign_out import receipt_text, traces_item
from softphone.app import Program, Services, recorded
from softphone.errors import ConfigError
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE
from softphone.headless.watch import say
from softphone.history.journal import Journal
from softphone.system import log


async def sign_out(program: Program, who: str | None, *, everybody: bool, erase: bool = False) -> int:
    """Sign out one account (`who`: its address or key, or the only one there is) or all; print receipts.

    `erase`: and delete what the history and the log say of them.

    Returns 0 when nothing was left behind. Raises ConfigError for an account that is not signed in here.
    """
    program, store = program.with_settings()
    for notice in program.notices(store):
        say(notice)
    services = Services(program)
    services.profile.on_notice(say)
    panel = services.panel()
    known = services.profile.accounts()
    names = ", ".join(account.address or account.key for account in known)
    try:
        if who is not None and not everybody:
            wanted = who.casefold()
            known = tuple(one for one in known if wanted in (one.address.casefold(), one.key.casefold()))
            if not known:
                raise ConfigError(f"{who} is not signed in here. Signed in: {names or 'nobody'}.")
        if len(known) > 1 and not everybody:
            raise ConfigError(f"Say which account, or --all: {names}.")
        if not known:
            sys.stdout.write("Nobody is signed in.\n")
        clean = True
        journal = Journal(program.history_file)
        async with recorded(program, panel, journal):
            for account in known:
                receipt = await panel.sign_out(account.key, erase=erase)
                sys.stdout.write(receipt_text(account.address or account.key, receipt) + "\n")
                clean = clean and not receipt.failed
            if erase and not known:  # of those who signed out before and let it stay
                await journal.clear()
                kept = program.folders.set_aside_of(program.profile)
                item = traces_item(erase=True, erased=log.erase(), kept=kept)
                sys.stdout.write(f"{item.sentence}\n")
                clean = item.done
        return EXIT_OK if clean else EXIT_TROUBLE
    finally:
        await panel.close()
        await services.close()
