"""Secrets at rest: the only module that opens the system keyring.

A session gives entries and text; nothing here knows what a token is. Every keyring call blocks (for as long
as a prompt stays open), so all of them run in one worker thread. There is no plain-text fall-back: a computer
without a safe keyring raises `KeystoreAbsent` and the session lives in memory (oauth.md 4.1, 4.2).
"""

import asyncio
import hashlib
import hmac
import queue
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeVar

from softphone.config import Cloud
from softphone.errors import KeystoreAbsent, KeystoreError, KeystoreLocked
from softphone.line.failure import Remedy
from softphone.words import phrase

SERVICE_PREFIX = "io.github.softphone.panel"

# Windows stores at most 2,560 bytes of UTF-16; a longer value fails there with a meaningless error.
ENTRY_LIMIT_CHARS = 1_000

# Modules whose backends encrypt at rest. Anything else (fail, null, keyrings.alt files) is refused by name.
SAFE_BACKENDS = frozenset(
    {
        "keyring.backends.Windows",
        "keyring.backends.macOS",
        "keyring.backends.SecretService",
        "keyring.backends.libsecret",
        "keyring.backends.kwallet",
    }
)

_T = TypeVar("_T")


class EntryKind(Enum):
    """What an entry holds; the word is part of its name in the keyring."""

    REFRESH = "refresh"
    ACCESS = "access"
    SECRET = "secret"  # noqa: S105 - the name of an entry
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The address of one secret (oauth.md 4.1). `owner` is an account key; it is not secret."""

    environment: str
    client_id: str
    kind: EntryKind
    owner: str

    @property
    def service(self) -> str:
        """One service per account: the Windows backend moves entries about when two users share one."""
        client = hashlib.sha256(self.client_id.encode()).hexdigest()[:8]
        place = re.sub(r"[^A-Za-z0-9.-]+", "-", self.environment)
        return f"{SERVICE_PREFIX}/{place}/{client}/{self.kind.value}/{self.owner}"


def entry_of(cloud: Cloud, kind: EntryKind, account_key: str) -> Entry:
    """Return the entry of one account at one cloud."""
    return Entry(environment=cloud.name, client_id=cloud.client_id, kind=kind, owner=account_key)


def secret_entry_of(cloud: Cloud) -> Entry:
    """Return the entry of the cloud's client secret, which belongs to no account."""
    return entry_of(cloud, EntryKind.SECRET, "client")


def client_entry_of(cloud: Cloud) -> Entry:
    """Return the entry of a client ID that was entered in the window; its name cannot hold the ID."""
    return Entry(environment=cloud.name, client_id="", kind=EntryKind.CLIENT, owner="client")


class Keystore(Protocol):
    """Where secrets stay between two runs. Methods raise `KeystoreError` and nothing else."""

    async def read(self, entry: Entry) -> str | None:
        """Return what the entry holds, or None."""
        ...

    async def write(self, entry: Entry, value: str) -> None:
        """Store the value and read it back."""
        ...

    async def delete(self, entry: Entry) -> None:
        """Remove the entry; a missing one is no error."""
        ...

    def close(self) -> None:
        """Let go of the worker thread. Calls that still wait for a prompt are dropped."""
        ...


class MemoryKeystore:
    """Secrets for this session only: the demo, and computers without a safe keyring."""

    def __init__(self) -> None:
        self._values: dict[Entry, str] = {}

    async def read(self, entry: Entry) -> str | None:
        """Return what the entry holds, or None."""
        return self._values.get(entry)

    async def write(self, entry: Entry, value: str) -> None:
        """Keep the value until the program ends."""
        self._values[entry] = value

    async def delete(self, entry: Entry) -> None:
        """Forget the entry; a missing one is no error."""
        self._values.pop(entry, None)

    def close(self) -> None:
        """Forget everything."""
        self._values.clear()


class SystemKeystore:
    """The keyring of the operating system.

    Methods raise `KeystoreAbsent` (no safe backend, or no keyring library), `KeystoreLocked`, or
    `KeystoreError` for everything else a backend may throw.
    """

    def __init__(self) -> None:
        self._worker = _Worker("keyring")
        self._backend: Any = None  # touched by the worker thread only

    async def read(self, entry: Entry) -> str | None:
        """Return what the entry holds, or None."""
        return await self._run(lambda: self._read(entry))

    async def write(self, entry: Entry, value: str) -> None:
        """Store the value and read it back: a backend that drops writes would lose the sign-in."""
        await self._run(lambda: self._write(entry, value))

    async def delete(self, entry: Entry) -> None:
        """Remove the entry; a missing one is no error."""
        await self._run(lambda: self._delete(entry))

    def close(self) -> None:
        """Let the worker thread end. One that waits for a prompt dies with the process."""
        self._worker.close()

    async def _run(self, call: Callable[[], _T]) -> _T:
        return await asyncio.wrap_future(self._worker.submit(lambda: _translated(call)))

    # The rest runs in the worker thread.

    def _read(self, entry: Entry) -> str | None:
        value = self._opened().get_password(entry.service, entry.owner)
        return None if value is None else str(value)

    def _write(self, entry: Entry, value: str) -> None:
        backend = self._opened()
        backend.set_password(entry.service, entry.owner, value)
        kept = backend.get_password(entry.service, entry.owner)
        if kept is None or not hmac.compare_digest(str(kept).encode(), value.encode()):
            raise KeystoreError(
                "The system keyring did not keep what it was given, so the sign-in lasts until you quit.",
                title="Sign-in will not be remembered",
            )

    def _delete(self, entry: Entry) -> None:
        from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - lazy

        backend = self._opened()
        try:
            backend.delete_password(entry.service, entry.owner)
        except PasswordDeleteError:
            if backend.get_password(entry.service, entry.owner) is not None:
                raise

    def _opened(self) -> Any:
        if self._backend is None:
            import keyring  # noqa: PLC0415 - 90 ms, and not before it is wanted

            backend: Any = keyring.get_keyring()
            _refuse_unsafe(backend)
            if type(backend).__module__ == "keyring.backends.Windows":
                backend.persist = "local machine"  # the default roams with the profile
            self._backend = backend
        return self._backend


def _refuse_unsafe(backend: Any) -> None:
    """Raise KeystoreAbsent, naming the backend, unless it and all its members encrypt at rest."""
    module = type(backend).__module__
    if module == "keyring.backends.chainer":
        members = list(backend.backends)
        if not members:
            raise _absent()
        for member in members:
            _refuse_unsafe(member)
    elif module == "keyring.backends.fail":
        raise _absent()
    elif module not in SAFE_BACKENDS:
        raise _absent(module)


def _translated(call: Callable[[], _T]) -> _T:
    """Run the call; whatever it raises leaves as a KeystoreError."""
    try:
        return call()
    except KeystoreError:
        raise
    except ImportError as error:
        raise _absent() from error
    except Exception as error:  # backends also raise D-Bus and pywintypes errors
        raise _keystore_error(error) from error


def _keystore_error(error: Exception) -> KeystoreError:
    from keyring.errors import KeyringLocked, NoKeyringError  # noqa: PLC0415 - lazy

    if isinstance(error, NoKeyringError):
        return _absent()
    if isinstance(error, KeyringLocked):
        return locked()
    return KeystoreError(
        phrase(
            "The system keyring failed ({fault}), so the sign-in lasts until you quit.",
            fault=type(error).__name__,
        ),
        title="Sign-in will not be remembered",
        remedies=(Remedy.UNLOCK, Remedy.THIS_SESSION_ONLY),
    )


def locked() -> KeystoreLocked:
    """Return the error for a keyring that its person has not unlocked (ux.md 4.3)."""
    return KeystoreLocked(
        "The saved sign-in is safe but cannot be read until you unlock it.",
        title="Your keyring is locked",
        remedies=(Remedy.UNLOCK, Remedy.THIS_SESSION_ONLY),
    )


def _absent(refused: str = "") -> KeystoreAbsent:
    """Return the error for a computer without a safe keyring; `refused` names one that is not safe."""
    sentence = "This computer has no safe place for it, so it lasts until you quit."
    if refused:
        sentence = phrase(
            "This computer has no safe place for it, so it lasts until you quit. The keyring chosen here "
            "({backend}) does not protect what it keeps.",
            backend=refused,
        )
    return KeystoreAbsent(sentence, title="Sign-in will not be remembered", remedies=(Remedy.HOW_TO_FIX,))


class _Worker:
    """One daemon thread that runs calls in turn.

    Not a ThreadPoolExecutor: the interpreter waits for its threads at exit, and a keyring prompt that nobody
    answers would keep the program from ending.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, call: Callable[[], _T]) -> Future[_T]:
        if self._closed:
            raise KeystoreError("The keyring was closed because the program is ending.")
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        job: Future[_T] = Future()
        self._jobs.put((job, call))
        return job

    def close(self) -> None:
        self._closed = True
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, call = job
            if self._closed or not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
                future.set_exception(error)
