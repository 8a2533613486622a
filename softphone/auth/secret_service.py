"""The Secret Service of Linux desktops, without a prompt that nobody has asked for.

`keyring` opens one as soon as it meets a lock, or a computer that has no keyring yet. Here the service is
asked how it is, and only `ask` has it speak to its person. All of it blocks, `ask` for as long as the person
takes.
"""

from contextlib import ExitStack, closing
from functools import partial
from typing import Any


class NothingStoredError(Exception):
    """There is no keyring yet, so there is nothing in it."""


def never_ask(backend: Any) -> None:
    """Have `keyring`'s backend raise KeyringLocked where it would ask, and NothingStoredError without one."""
    backend.get_preferred_collection = partial(_as_it_is, backend)
    backend.unlock = _refuse_locked


def ask(backend: Any, *, make: bool) -> bool:
    """Have the service unlock its keyring, or with `make` begin a first one; False: it was not unlocked."""
    import secretstorage  # noqa: PLC0415 - not on every system

    with closing(secretstorage.dbus_init()) as bus:
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

    with ExitStack() as opened:
        bus = opened.enter_context(closing(secretstorage.dbus_init()))
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
