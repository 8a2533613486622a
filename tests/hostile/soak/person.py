"""The person in front of the program: presses buttons at any moment, and mends what only a person can."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountState, Purpose
from softphone.errors import SignInError
from softphone.line.failure import Remedy
from softphone.line.model import LineSnapshot, LineState
from tests.hostile.soak.promises import A_PERSONS

AGAIN_S = 12.0  # nominal; a remedy that was pressed is given so long

SignIn = Callable[[str, Purpose], Awaitable[None]]
Told = Callable[[str, bool | None], None]


class Person:
    """Everybody's person at once. `wishes` is what they want, by address; `told` hears of each press."""

    def __init__(
        self,
        names: tuple[str, ...],
        sign_in: SignIn,
        told: Told,
        who: Callable[[LineSnapshot], str],
        *,
        second_s: float = 1.0,
    ) -> None:
        self.wishes = dict.fromkeys(names, True)
        self.mended = 0
        self.panel: Panel | None = None
        self._sign_in = sign_in
        self._told = told
        self._who = who
        self._second_s = second_s
        self._not_before_s: dict[str, float] = {}

    # ---- presses

    def press(self, what: str, name: str) -> None:
        """Press a button; one that is not there does nothing."""
        panel = self.panel
        if panel is None:
            return
        match what:
            case "register_all" | "deregister_all":
                for line in panel.lines:
                    self._want(line, wanted=what == "register_all")
                getattr(panel, what)()
            case "register" | "deregister":
                for line in self._lines_of(name):
                    self._want(line, wanted=what == "register")
                    getattr(panel, what)(line.identity.line_id)
            case "retry":
                for line in self._lines_of(name):
                    self._told(name, None)
                    panel.retry(line.identity.line_id)

    def want_all(self) -> None:
        """Switch on again what was switched off."""
        if self.panel is not None:
            for line in self.panel.lines:
                if not line.wanted:
                    self.press("register", self._who(line))

    # ---- mending

    async def mend(self) -> None:
        """Do once what only a person can."""
        panel = self.panel
        if panel is None:
            return
        for account in panel.accounts:
            wants = account.notice is not None and Remedy.SIGN_IN in account.notice.remedies
            name = account.account.address
            if (account.state is AccountState.ENDED or wants) and self._may(name):
                self.mended += 1
                with contextlib.suppress(SignInError, OSError, AssertionError, KeyError):
                    await self._sign_in(name, Purpose(account_key=account.account.key))
        for line in panel.lines:
            if line.wanted and line.state in A_PERSONS - {LineState.SIGNED_OUT}:
                name = self._who(line)
                if self._may(name):
                    self.mended += 1
                    await self._mend_line(panel, line)

    async def _mend_line(self, panel: Panel, line: LineSnapshot) -> None:
        name, line_id = self._who(line), line.identity.line_id
        self._told(name, True)
        if line.state is LineState.ACTION:
            devices = await panel.blocking_devices(line_id)
            if devices and self.panel is panel:
                panel.remove_device(line_id, devices[0])
                return
        if self.panel is panel:
            panel.register(line_id)

    # ---- private

    def _want(self, line: LineSnapshot, *, wanted: bool) -> None:
        name = self._who(line)
        self.wishes[name] = wanted
        self._told(name, wanted)

    def _lines_of(self, name: str) -> Iterator[LineSnapshot]:
        for line in self.panel.lines if self.panel is not None else ():
            if self._who(line) == name:
                yield line

    def _may(self, name: str) -> bool:
        now_s = asyncio.get_running_loop().time()
        if now_s < self._not_before_s.get(name, float("-inf")):
            return False
        self._not_before_s[name] = now_s + AGAIN_S * self._second_s
        return True
