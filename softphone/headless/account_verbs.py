"""The verbs of the control socket about accounts: signing in and out from a terminal (scripts.md#socket).

Both take longer than one question may, so each is begun by one verb and looked at by another. A redirect and
a link come through here: they are passed on, and logged nowhere.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from softphone.accounts.panel import Panel
from softphone.accounts.sign_in_desk import SignInDesk
from softphone.accounts.sign_out import receipt_text
from softphone.auth.oauth import ATTEMPT_LIFE_S
from softphone.errors import ConfigError, SignInError
from softphone.i18n import NAME_AT_MOST, visible
from softphone.line.model import Account
from softphone.system.tasks import Tasks

VERBS = ("sign_in", "sign_in_state", "sign_in_finish", "sign_in_cancel", "sign_out", "sign_out_state")
OVER = "That sign-in is over: another one was begun."


class AccountVerbs:
    """Answers the verbs on a panel. One attempt and one signing out at a time: a new one takes its place."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._desk = SignInDesk(panel, register=True)
        self._attempt = ""
        self._leaving: asyncio.Task[dict[str, Any]] | None = None
        self._tasks = Tasks()

    async def close(self) -> None:
        """Stop the attempt under way. Signing out is the panel's, and goes on."""
        await self._desk.cancel()
        await self._tasks.close()

    async def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to one of the verbs."""
        verb = request["verb"]
        if verb == "sign_in":
            return await self._sign_in(request)
        if verb == "sign_out":
            return self._sign_out(request)
        if verb == "sign_out_state":
            leaving = self._leaving
            if leaving is None:
                return _refused("Nobody is being signed out.")
            return leaving.result() if leaving.done() else {"ok": True, "done": False}
        if not self._attempt or request.get("attempt") != self._attempt:
            return _refused(OVER)
        match verb:
            case "sign_in_finish":
                try:
                    await self._desk.take(str(request.get("redirect")))
                except SignInError as error:
                    return _refused(error.sentence)
            case "sign_in_cancel":
                await self._desk.cancel()
        return {"ok": True, "progress": msgspec.to_builtins(self._desk.progress)}

    async def _sign_in(self, request: Mapping[str, Any]) -> dict[str, Any]:
        by_code, limit_s = request.get("by_code"), request.get("limit_s", ATTEMPT_LIFE_S)
        if by_code not in (True, False, None) or not isinstance(limit_s, int | float):
            return _refused("sign_in: by_code is true, false or null; limit_s a number.")
        self._attempt = secrets.token_hex(8)
        await self._desk.begin(by_code=by_code, limit_s=max(0.0, min(limit_s, ATTEMPT_LIFE_S)))
        return {"ok": True, "attempt": self._attempt}

    def _sign_out(self, request: Mapping[str, Any]) -> dict[str, Any]:
        who, everybody = request.get("account"), request.get("all") is True
        known = tuple(one.account for one in self._panel.accounts)
        try:
            chosen = choose(known, who if isinstance(who, str) else None, everybody=everybody)
        except ConfigError as error:
            return _refused(error.sentence)
        leaving = self._signed_out(chosen, erase=request.get("erase") is True)
        self._leaving = self._tasks.start(leaving, "sign-out")
        return {"ok": True}

    async def _signed_out(self, accounts: Sequence[Account], *, erase: bool) -> dict[str, Any]:
        texts, clean = [], True
        for account in accounts:
            receipt = await self._panel.sign_out(account.key, erase=erase)
            texts.append(receipt_text(account.address or account.key, receipt))
            clean = clean and not receipt.failed
        return {"ok": True, "done": True, "clean": clean, "receipts": texts}


def choose(
    known: Sequence[Account], who: str | None, *, everybody: bool = False, or_all: str = ", or --all"
) -> tuple[Account, ...]:
    """Return who is meant: all, the one with this address or key, or the only one there is.

    `or_all` says how all are meant, where they can be.

    Raises ConfigError for one who is not signed in here, and where it has to be said which.
    """
    names = ", ".join(account.address or account.key for account in known)
    if everybody:
        return tuple(known)
    if who is not None:
        meant = who.casefold()
        known = [one for one in known if meant in (one.address.casefold(), one.key.casefold())]
        if not known:
            named = visible(who, NAME_AT_MOST)
            raise ConfigError(f"{named} is not signed in here. Signed in: {names or 'nobody'}.")
    if len(known) > 1:
        raise ConfigError(f"Say which account{or_all}: {names}.")
    return tuple(known)


def _refused(sentence: str) -> dict[str, Any]:
    return {"ok": False, "error": sentence}
