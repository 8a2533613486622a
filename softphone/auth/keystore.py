"""Secrets at rest: the entries, what every keystore can do, and how long one is waited for.

A session gives entries and text; nothing here knows what a token is. The keyring of the operating system is
`auth.system_keyring`. There is no plain-text fall-back: a computer without a safe keyring raises
`KeystoreAbsent` and the session lives in memory (sign-in.md#keyring).
"""

import asyncio
import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any, TypeVar

from msgspec import Struct

from softphone.errors import KeystoreError, KeystoreLocked
from softphone.line.failure import Remedy
from softphone.settings.cloud_file import Cloud
from softphone.system.folders import APP_ID

# Windows stores at most 2,560 bytes of UTF-16; a longer value fails there with a meaningless error.
ENTRY_LIMIT_CHARS = 1_000

# How long a keyring is waited for (sign-in.md#prompts); real seconds
HINT_S = 0.5
DEADLINE_S = 120.0

_T = TypeVar("_T")


class EntryKind(Enum):
    """What an entry holds; the word is part of its name in the keyring."""

    REFRESH = "refresh"
    ACCESS = "access"
    SECRET = "secret"  # noqa: S105 - the name of an entry
    CLIENT = "client"


class Entry(Struct, frozen=True, kw_only=True):
    """The address of one secret (sign-in.md#keyring). `owner` is an account key; it is not secret."""

    environment: str
    client_id: str
    kind: EntryKind
    owner: str

    @property
    def service(self) -> str:
        """One service per account: the Windows backend moves entries about when two users share one."""
        client = hashlib.sha256(self.client_id.encode()).hexdigest()[:8]
        place = re.sub(r"[^A-Za-z0-9.-]+", "-", self.environment)
        return f"{APP_ID}/{place}/{client}/{self.kind.value}/{self.owner}"


def entry_of(cloud: Cloud, kind: EntryKind, account_key: str) -> Entry:
    """Return the entry of one account at one cloud."""
    return Entry(environment=cloud.name, client_id=cloud.client_id, kind=kind, owner=account_key)


def secret_entry_of(cloud: Cloud) -> Entry:
    """Return the entry of the cloud's client secret, which belongs to no account."""
    return entry_of(cloud, EntryKind.SECRET, "client")


def client_entry_of(cloud: Cloud) -> Entry:
    """Return the entry of a client ID that was entered in the window; its name cannot hold the ID."""
    return Entry(environment=cloud.name, client_id="", kind=EntryKind.CLIENT, owner="client")


class Keystore(ABC):
    """Where secrets stay between two runs. Methods raise `KeystoreError` and nothing else.

    It may be slow, or ask its person first (sign-in.md#prompts): `on_wait` is told when calls begin to wait
    long and when none does. What is given up ends as a failure of the keyring; what it answers later is
    dropped.
    """

    hint_s = HINT_S
    deadline_s = DEADLINE_S

    def __init__(self) -> None:
        self.on_wait: Callable[[bool], None] = lambda waiting: None  # noqa: ARG005
        self._calls: set[asyncio.Task[Any]] = set()
        self._late: set[asyncio.Task[Any]] = set()

    async def read(self, entry: Entry) -> str | None:
        """Return what the entry holds, or None."""
        return await self._patiently(self._read(entry))

    async def write(self, entry: Entry, value: str) -> None:
        """Store the value and read it back."""
        await self._patiently(self._write(entry, value))

    async def delete(self, entry: Entry) -> None:
        """Remove the entry; a missing one is no error."""
        await self._patiently(self._delete(entry))

    async def unlock(self, *, make: bool = False) -> None:
        """Have the person unlock the keyring, if it is locked; `make`: also a first one, to store in."""
        await self._patiently(self._unlock(make=make))

    async def find(self) -> None:
        """Raise KeystoreAbsent where there is no safe keyring; asks none of them anything."""
        await self._patiently(self._find())

    @abstractmethod
    def close(self) -> None:
        """Take no more calls. Those under way are left behind."""

    @property
    def waiting(self) -> bool:
        """Whether a call waits long."""
        return bool(self._late)

    def give_up(self) -> None:
        """Wait no longer: every call under way raises KeystoreError."""
        for call in tuple(self._calls):
            call.cancel()

    @abstractmethod
    async def _read(self, entry: Entry) -> str | None: ...

    @abstractmethod
    async def _write(self, entry: Entry, value: str) -> None: ...

    @abstractmethod
    async def _delete(self, entry: Entry) -> None: ...

    @abstractmethod
    async def _unlock(self, *, make: bool) -> None: ...

    @abstractmethod
    async def _find(self) -> None: ...

    async def _patiently(self, work: Coroutine[Any, Any, _T]) -> _T:
        loop = asyncio.get_running_loop()
        call = loop.create_task(work)
        self._calls.add(call)
        hint = loop.call_later(self.hint_s, self._is_late, call)
        try:
            async with asyncio.timeout(self.deadline_s):
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


class MemoryKeystore(Keystore):
    """Secrets for this session only: the demo, and computers without a safe keyring."""

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[Entry, str] = {}

    def close(self) -> None:
        """Forget everything."""
        self._values.clear()

    async def _read(self, entry: Entry) -> str | None:
        return self._values.get(entry)

    async def _write(self, entry: Entry, value: str) -> None:
        self._values[entry] = value

    async def _delete(self, entry: Entry) -> None:
        self._values.pop(entry, None)

    async def _unlock(self, *, make: bool) -> None:
        """Nothing is locked."""

    async def _find(self) -> None:
        """Here it is."""


def locked(*, storing: bool = False) -> KeystoreLocked:
    """Return the error for a keyring that its person has not unlocked (interface.md#messages)."""
    return KeystoreLocked(
        "Unless you unlock it, your sign-in lasts until you quit."
        if storing
        else "The saved sign-in is safe but cannot be read until you unlock it.",
        title="Your keyring is locked",
        remedies=(Remedy.UNLOCK, Remedy.THIS_SESSION_ONLY),
    )


def refused() -> KeystoreLocked:
    """Return the error for a keyring that was to be unlocked and was not."""
    return KeystoreLocked(
        "What it keeps is safe; without it a sign-in lasts until you quit.",
        title="Your keyring was not unlocked",
        remedies=(Remedy.UNLOCK, Remedy.THIS_SESSION_ONLY),
    )


def silent() -> KeystoreError:
    """Return the error for a keyring that was waited for long enough."""
    return KeystoreError(
        "What it keeps is safe; without it a sign-in lasts until you quit.",
        title="Your keyring does not answer",
        remedies=(Remedy.CHECK_AGAIN, Remedy.THIS_SESSION_ONLY),
    )
