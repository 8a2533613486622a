"""The keyring of the operating system; no other module opens it.

Every call may block, so each has a daemon thread, one at a time, which is left behind when nobody waits for
it any more. Reading, writing and deleting never ask the person anything: what is locked says so, and `unlock`
alone opens a prompt. `keyring` would open one as soon as it meets a lock, or a Linux desktop that has no
keyring yet: there the Secret Service is asked how it is.
"""

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from typing import Any, TypeVar

from softphone.auth.keystore import Entry, Keystore, locked, refused, silent
from softphone.errors import KeystoreAbsent, KeystoreError, KeystoreLocked
from softphone.i18n import phrase
from softphone.line.failure import Remedy
from softphone.system.background import begin_in_thread

_log = logging.getLogger(__name__)

OVERTAKEN_AFTER_S = 2.0  # what was given up, so that no late write undoes a delete
HANGING_AT_MOST = 8  # calls that nobody waits for any more and that have not ended

# Modules of `keyring.backends` that encrypt at rest. Anything else (fail, null, files) is refused by name.
SAFE_BACKENDS = frozenset({"Windows", "macOS", "SecretService", "libsecret", "kwallet"})

_T = TypeVar("_T")


class NothingStoredError(Exception):
    """There is no keyring yet, so there is nothing in it."""


class SystemKeystore(Keystore):
    """The keyring of the operating system.

    Methods raise `KeystoreAbsent` (no safe backend, or no keyring library), `KeystoreLocked`, or
    `KeystoreError` for everything else a backend may throw. Keyrings that are no Secret Service cannot be
    asked to unlock: they ask by themselves when they are used.
    """

    def __init__(self) -> None:
        super().__init__()
        self._turn = asyncio.Lock()
        self._prompt = asyncio.Lock()  # while one is open, the others hear that the keyring is locked
        self._begun: list[Future[Any]] = []  # under way, also those that nobody waits for any more
        self._in_turn: tuple[Future[Any], ...] = ()  # the last one that was no prompt
        self._closed = False
        self._backend: Any = None  # touched by the threads only

    def close(self) -> None:
        """Take no more calls. A thread that still waits for a keyring dies with the process."""
        self._closed = True

    async def _read(self, entry: Entry) -> str | None:
        return await self._run(lambda: self._get(entry))

    async def _write(self, entry: Entry, value: str) -> None:
        try:
            await self._run(lambda: self._set(entry, value))
        except KeystoreLocked:
            raise locked(storing=True) from None

    async def _delete(self, entry: Entry) -> None:
        await self._run(lambda: self._remove(entry))

    async def _unlock(self, *, make: bool) -> None:
        async with self._prompt:
            await asyncio.wrap_future(self._begin(lambda: self._ask(make=make)))

    async def _find(self) -> None:
        await self._run(self._opened)

    async def _run(self, call: Callable[[], _T]) -> _T:
        """Run the call in its turn; one before it that was given up gets a while to end."""
        async with self._turn:
            before = self._in_turn

            def in_turn() -> _T:
                wait(before, timeout=OVERTAKEN_AFTER_S)
                return call()

            running = self._begin(in_turn)
            self._in_turn = (running,)
            return await asyncio.wrap_future(running)

    def _begin(self, call: Callable[[], _T]) -> Future[_T]:
        """Begin the call. One that is given up stays behind, and the next ones go on without it."""
        if self._closed:
            raise KeystoreError("The keyring was closed because the program is ending.")
        self._begun = [one for one in self._begun if not one.done()]
        if len(self._begun) >= HANGING_AT_MOST:
            raise silent()
        running = begin_in_thread(lambda: _translated(call), "keyring")
        self._begun.append(running)
        return running

    # The rest runs in the threads.

    def _get(self, entry: Entry) -> str | None:
        with contextlib.suppress(NothingStoredError):
            value = self._opened().get_password(entry.service, entry.owner)
            return None if value is None else str(value)
        return None

    def _set(self, entry: Entry, value: str) -> None:
        """A backend that drops writes would lose the sign-in."""
        backend = self._opened()
        backend.set_password(entry.service, entry.owner, value)
        kept = backend.get_password(entry.service, entry.owner)
        if kept is None or not hmac.compare_digest(str(kept).encode(), value.encode()):
            raise KeystoreError(
                "The system keyring did not keep what it was given, so the sign-in lasts until you quit.",
                title="This sign-in lasts until you quit.",
            )

    def _remove(self, entry: Entry) -> None:
        from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - lazy

        backend = self._opened()
        try:
            backend.delete_password(entry.service, entry.owner)
        except PasswordDeleteError:
            if backend.get_password(entry.service, entry.owner) is not None:
                raise
        except NothingStoredError:
            pass

    def _ask(self, *, make: bool) -> None:
        for backend in _members(self._opened()):
            if _kind(backend) == "SecretService" and not _ask(backend, make=make):
                raise refused()

    def _opened(self) -> Any:
        if self._backend is None:
            import keyring  # noqa: PLC0415 - 90 ms, and not before it is wanted

            backend: Any = keyring.get_keyring()
            _refuse_unsafe(backend)
            for member in _members(backend):
                if _kind(member) == "Windows":
                    member.persist = "local machine"  # the default roams with the profile
                elif _kind(member) == "SecretService":
                    _never_ask(member)
            self._backend = backend
        return self._backend


def _kind(backend: Any) -> str:
    """Return the module of a backend that encrypts at rest, without its package; empty for any other."""
    package, _, module = type(backend).__module__.rpartition(".")
    return module if package == "keyring.backends" and module in SAFE_BACKENDS else ""


def _members(backend: Any) -> list[Any]:
    """Return what a chain of backends is made of; any other is itself."""
    return list(backend.backends) if type(backend).__module__ == "keyring.backends.chainer" else [backend]


def _refuse_unsafe(backend: Any) -> None:
    """Raise KeystoreAbsent, naming the backend, unless it and all its members encrypt at rest."""
    members = _members(backend)
    if not members:
        raise _absent()
    for member in members:
        module = type(member).__module__
        if module == "keyring.backends.fail":
            raise _absent()
        if not _kind(member):
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
    if isinstance(error, KeyringLocked | NothingStoredError):
        return locked()
    _log.info("the keyring failed: %s", type(error).__name__)  # its words may hold what it keeps
    return KeystoreError(
        "What it keeps is safe; without it a sign-in lasts until you quit.",
        title="Your keyring does not work",
        remedies=(Remedy.CHECK_AGAIN, Remedy.THIS_SESSION_ONLY),
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
    return KeystoreAbsent(sentence, title="This sign-in lasts until you quit.", remedies=(Remedy.HOW_TO_FIX,))


# --- The Secret Service of Linux desktops ---


def _never_ask(backend: Any) -> None:
    """Have `keyring`'s backend raise KeyringLocked where it would ask, and NothingStoredError without one."""
    backend.get_preferred_collection = partial(_as_it_is, backend)
    backend.unlock = _refuse_locked


def _ask(backend: Any, *, make: bool) -> bool:
    """Have the service unlock its keyring, or with `make` begin a first one; False: it was not unlocked."""
    import secretstorage  # noqa: PLC0415 - not on every system

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        try:
            collection = _collection(backend, bus)
            return not (collection.is_locked() and collection.unlock())
        except NothingStoredError:
            if not make:
                return True
        try:
            secretstorage.create_collection(bus, "Default", "default")
        except secretstorage.exceptions.PromptDismissedException:
            return False
        return True


def _as_it_is(backend: Any) -> Any:
    """Return the keyring, if it is open; whoever gets it closes its connection."""
    import secretstorage  # noqa: PLC0415 - not on every system
    from keyring.errors import KeyringLocked  # noqa: PLC0415 - lazy

    with contextlib.ExitStack() as opened:
        bus = opened.enter_context(contextlib.closing(secretstorage.dbus_init()))
        collection = _collection(backend, bus)
        if collection.is_locked():
            raise KeyringLocked
        opened.pop_all()
    return collection


def _collection(backend: Any, bus: Any) -> Any:
    from secretstorage import Collection  # noqa: PLC0415 - not on every system
    from secretstorage.exceptions import ItemNotFoundException  # noqa: PLC0415

    chosen = getattr(backend, "preferred_collection", None)  # by KEYRING_PROPERTY_PREFERRED_COLLECTION
    try:
        return Collection(bus, chosen) if chosen else Collection(bus)
    except ItemNotFoundException as error:
        raise NothingStoredError from error


def _refuse_locked(item: Any) -> None:
    from keyring.errors import KeyringLocked  # noqa: PLC0415 - lazy

    if item.is_locked():
        raise KeyringLocked
