"""Waiting for the system keyring: said after half a second, and given up when the person wants that.

A keyring may be slow, or ask its person first, and then a call lasts as long as nobody answers
(sign-in.md#prompts). What is given up ends as a failure of the keyring; what it answers later is dropped.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from softphone.auth.keystore import Entry, Keystore, silent

# sign-in.md#prompts; real seconds
HINT_S = 0.5
DEADLINE_S = 120.0

_T = TypeVar("_T")


class PatientKeystore:
    """A `Keystore` before another one. `on_wait` is told when calls begin to wait long and when none does."""

    def __init__(self, keystore: Keystore, *, hint_s: float = HINT_S, deadline_s: float = DEADLINE_S) -> None:
        self.on_wait: Callable[[bool], None] = lambda waiting: None  # noqa: ARG005
        self._keystore = keystore
        self._hint_s = hint_s
        self._deadline_s = deadline_s
        self._calls: set[asyncio.Task[Any]] = set()
        self._late: set[asyncio.Task[Any]] = set()

    @property
    def waiting(self) -> bool:
        """Whether a call waits long."""
        return bool(self._late)

    async def read(self, entry: Entry) -> str | None:
        """Return what the entry holds, or None."""
        return await self._patiently(self._keystore.read(entry))

    async def write(self, entry: Entry, value: str) -> None:
        """Store the value and read it back."""
        await self._patiently(self._keystore.write(entry, value))

    async def delete(self, entry: Entry) -> None:
        """Remove the entry; a missing one is no error."""
        await self._patiently(self._keystore.delete(entry))

    async def unlock(self, *, make: bool = False) -> None:
        """Have the person unlock the keyring, if it is locked; `make`: also a first one, to store in."""
        await self._patiently(self._keystore.unlock(make=make))

    async def find(self) -> None:
        """Raise KeystoreAbsent where there is no safe keyring; asks none of them anything."""
        await self._patiently(self._keystore.find())

    def give_up(self) -> None:
        """Wait no longer: every call under way raises KeystoreError."""
        for call in tuple(self._calls):
            call.cancel()

    def close(self) -> None:
        """Let go of the keystore behind this one."""
        self._keystore.close()

    async def _patiently(self, work: Coroutine[Any, Any, _T]) -> _T:
        loop = asyncio.get_running_loop()
        call = loop.create_task(work)
        self._calls.add(call)
        hint = loop.call_later(self._hint_s, self._is_late, call)
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._unless_given_up(call)
        except TimeoutError:
            raise silent() from None
        finally:
            hint.cancel()
            self._calls.discard(call)
            self._is_over(call)

    async def _unless_given_up(self, call: asyncio.Task[_T]) -> _T:
        try:
            return await call
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is None or caller.cancelling():
                raise
            raise silent() from None

    def _is_late(self, call: asyncio.Task[Any]) -> None:
        self._late.add(call)
        if len(self._late) == 1:
            self.on_wait(True)

    def _is_over(self, call: asyncio.Task[Any]) -> None:
        if call in self._late:
            self._late.remove(call)
            if not self._late:
                self.on_wait(False)
