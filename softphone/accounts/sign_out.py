"""What signing out asks of the calling service, and its whole receipt (sign-in.md#signing-out).

Each part has five seconds and none stops the next one: signing out works offline, and says what it left.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from softphone.accounts.sign_in_service import SignIn
from softphone.auth.changes import Receipt, ReceiptItem, Step, keyring_item, tokens_item
from softphone.calling.calling_client import CallingClient
from softphone.calling.provider import Provider
from softphone.errors import KeystoreError, RequestError
from softphone.i18n import Phrase, counted_phrase, few, own, phrase
from softphone.line.model import LineState

_log = logging.getLogger(__name__)

PART_DEADLINE_S = 5.0  # sign-in.md#signing-out

Traces = Callable[[str, bool], Awaitable[ReceiptItem]]  # account key, whether to erase

PAGE_ITEM = ReceiptItem(
    step=Step.PAGE,
    done=True,
    sentence="The sign-in page of this program keeps no cookies. Your own browser may still be signed in.",
)


async def leave_lines(client: CallingClient | None) -> ReceiptItem:
    """Deregister all lines of an account and end them."""
    lines = tuple(client.get_lines().values()) if client is not None else ()
    registered = sum(line.snapshot.registration is not None for line in lines)
    if client is not None:
        await client.close(deregister=True, deadline_s=PART_DEADLINE_S)
    left = sum(line.snapshot.unconfirmed or line.snapshot.state is not LineState.IDLE for line in lines)
    return ReceiptItem(step=Step.LINES, done=not left, sentence=left_words(left, registered))


async def delete_device(provider: Provider) -> ReceiptItem:
    """Delete this installation's WDM device."""
    try:
        async with asyncio.timeout(PART_DEADLINE_S):
            await provider.delete_wdm_device()
    except (RequestError, TimeoutError) as error:
        why = own(error.title if isinstance(error, RequestError) else "no answer")
        _log.info("the WDM device was not deleted: %s", why)
        sentence = phrase(
            "This computer stays in the list of your Webex devices, without a line ({why}).", why=why
        )
        return ReceiptItem(step=Step.DEVICE, done=False, sentence=sentence)
    return ReceiptItem(
        step=Step.DEVICE,
        done=True,
        sentence="This computer is not in the list of your Webex devices any more.",
    )


async def end_sign_in(sign_in: SignIn | None, error: KeystoreError | None) -> tuple[ReceiptItem, ...]:
    """Revoke the tokens and empty the keyring; without a sign-in, say what could not be read, and why."""
    if sign_in is not None:
        return (await sign_in.sign_out()).items
    if error is None:
        return (
            ReceiptItem(step=Step.TOKENS, done=True, sentence="The sign-in had ended before."),
            ReceiptItem(step=Step.KEYRING, done=True, sentence="No sign-in was saved on this computer."),
        )
    return (
        tokens_item(revoked=False),
        keyring_item([phrase("the saved sign-in ({why})", why=own(error.title))]),
    )


def traces_item(*, erase: bool, gone: bool, kept: Sequence[str]) -> ReceiptItem:
    """Return what became of the history and the log; `kept` names old files that may name somebody.

    `gone`: what is to go is gone; without `erase` that is who called.
    """
    if not erase and gone:
        return ReceiptItem(
            step=Step.HISTORY,
            done=True,
            sentence="They stay on this computer and name the account and its lines, as you have chosen. "
            "Nobody who called is named any more.",
        )
    if not erase:
        return ReceiptItem(
            step=Step.HISTORY,
            done=False,
            sentence="They stay on this computer, as you have chosen, and may still name who called.",
        )
    if not gone:
        return ReceiptItem(
            step=Step.HISTORY,
            done=False,
            sentence="The history or the log could not be deleted: both may still name the account.",
        )
    if kept:
        sentence = phrase(
            "The history of the account and the log were deleted. Files that were set aside before may still "
            "name it: {files}.",
            files=few(kept),
        )
        return ReceiptItem(step=Step.HISTORY, done=False, sentence=sentence)
    return ReceiptItem(
        step=Step.HISTORY, done=True, sentence="The history of the account and the log were deleted."
    )


def receipt_text(name: str, receipt: Receipt) -> str:
    """Return the receipt as lines for a terminal; `name` is whose account it was."""
    width = max(len(step.value) for step in Step)
    rows = (
        f"  {'done  ' if item.done else 'FAILED'}  {item.step.value:{width}}  {item.sentence}"
        for item in receipt.items
    )
    return "\n".join((f"Signed out: {name}", *rows))


def left_words(left: int, registered: int) -> Phrase:
    """Return what is said of lines: how many were registered, and how many of them were not confirmed off."""
    if left:
        return counted_phrase(
            left,
            "Webex did not confirm that {n} line is off; it forgets this device in a few minutes.",
            "Webex did not confirm that {n} lines are off; it forgets this device in a few minutes.",
        )
    if not registered:
        return phrase("No line was registered.")
    return counted_phrase(registered, "{n} line was deregistered.", "{n} lines were deregistered.")
