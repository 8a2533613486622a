"""What `sign-out` does: here, or in the program that runs."""

import sys
import time

from softphone.accounts.sign_out import receipt_text, traces_item
from softphone.app import Program, Services, recorded
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE
from softphone.headless.account_verbs import choose
from softphone.headless.instance import Instance
from softphone.headless.remote import LOOK_EVERY_S, asked
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
    try:
        known = choose(services.profile.accounts(), who, everybody=everybody)
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


def sign_out_there(instance: Instance, who: str | None, *, everybody: bool, erase: bool) -> int:
    """Have the running program sign somebody out, and print the receipts; each part of it has five seconds.

    Returns 0 when nothing was left behind. Raises SoftphoneError when the program refuses, or ends meanwhile.
    """
    answer = asked(instance, "sign_out", account=who, all=everybody, erase=erase)
    while answer is not None and answer.get("done") is not True:
        time.sleep(LOOK_EVERY_S)
        answer = asked(instance, "sign_out_state")
    if answer is None:
        return EXIT_TROUBLE
    sys.stdout.write("\n".join(answer.get("receipts", ())) or "Nobody is signed in.")
    sys.stdout.write("\n")
    return EXIT_OK if answer.get("clean") is True else EXIT_TROUBLE
