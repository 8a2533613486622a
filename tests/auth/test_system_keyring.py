"""Keyring vectors K01 to K12 of sign-in.md; one test talks to a real Secret Service."""

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import keyring
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.backends.SecretService
import pytest
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError

from softphone.auth.keystore import EntryKind, entry_of
from softphone.auth.system_keyring import NothingStoredError, SystemKeystore, _refuse_locked
from softphone.errors import KeystoreAbsent, KeystoreError, KeystoreLocked
from softphone.line.failure import Remedy
from softphone.settings.cloud_file import Cloud
from tests.kit.keyrings import Bus

CLOUD = Cloud(client_id="client-1")
ENTRY = entry_of(CLOUD, EntryKind.REFRESH, "ada")


class Backend:
    """A backend that pretends to be the Secret Service."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}
        self.threads: set[str] = set()
        self.fault: Exception | None = None
        self.drops_writes = False

    def get_password(self, service: str, user: str) -> str | None:
        self._enter()
        return self.values.get((service, user))

    def set_password(self, service: str, user: str, value: str) -> None:
        self._enter()
        if not self.drops_writes:
            self.values[service, user] = value

    def delete_password(self, service: str, user: str) -> None:
        self._enter()
        if self.values.pop((service, user), None) is None:
            raise PasswordDeleteError("not there")

    def _enter(self) -> None:
        self.threads.add(threading.current_thread().name)
        if self.fault is not None:
            raise self.fault


Backend.__module__ = "keyring.backends.SecretService"


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Backend:
    one = Backend()
    monkeypatch.setattr(keyring, "get_keyring", lambda: one)
    return one


@pytest.fixture
def keystore():
    one = SystemKeystore()
    yield one
    one.close()


async def test_what_is_written_is_read_and_deleted_in_one_worker_thread(backend, keystore):
    assert await keystore.read(ENTRY) is None
    await keystore.write(ENTRY, "värde")
    assert await keystore.read(ENTRY) == "värde"
    await keystore.delete(ENTRY)
    assert await keystore.read(ENTRY) is None
    assert backend.threads == {"keyring"}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(NoKeyringError("none"), KeystoreAbsent, id="K01"),
        pytest.param(KeyringLocked("locked"), KeystoreLocked, id="K03"),
        pytest.param(InitError("init"), KeystoreError, id="K05 init"),
        pytest.param(RuntimeError("org.freedesktop.DBus.Error"), KeystoreError, id="K05 raw"),
        pytest.param(OSError(1783, "The stub received bad data"), KeystoreError, id="K06 Windows"),
    ],
)
async def test_every_fault_of_a_backend_is_an_error_of_ours(backend, keystore, fault, kind):
    backend.fault = fault
    for call in (keystore.read(ENTRY), keystore.write(ENTRY, "s3cret"), keystore.delete(ENTRY)):
        with pytest.raises(KeystoreError) as raised:
            await call
        assert type(raised.value) is kind
        assert "s3cret" not in str(raised.value)
        assert str(fault) not in str(raised.value)


async def test_k03_a_locked_keyring_offers_to_unlock(backend, keystore):
    backend.fault = KeyringLocked("locked")
    with pytest.raises(KeystoreLocked) as raised:
        await keystore.read(ENTRY)
    assert raised.value.remedies == (Remedy.UNLOCK, Remedy.THIS_SESSION_ONLY)


def _made(kind: Any) -> Any:
    return kind()


def refused_backends() -> list[Any]:
    plain = ModuleType("keyrings.alt.file")
    plaintext = type("PlaintextKeyring", (), {"__module__": plain.__name__})()
    mixed = type("ChainerBackend", (), {"__module__": "keyring.backends.chainer"})()
    mixed.backends = [Backend(), plaintext]
    empty = type("ChainerBackend", (), {"__module__": "keyring.backends.chainer"})()
    empty.backends = []
    return [
        pytest.param(_made(keyring.backends.null.Keyring), "keyring.backends.null", id="null"),
        pytest.param(_made(keyring.backends.fail.Keyring), "no safe place", id="fail"),
        pytest.param(plaintext, "keyrings.alt.file", id="plain text"),
        pytest.param(mixed, "keyrings.alt.file", id="chain with plain text"),
        pytest.param(empty, "no safe place", id="empty chain"),
    ]


@pytest.mark.parametrize(("backend", "words"), refused_backends())
async def test_k02_an_unsafe_backend_is_refused_by_name(monkeypatch, keystore, backend, words):
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    with pytest.raises(KeystoreAbsent) as raised:
        await keystore.write(ENTRY, "s3cret")
    assert words in raised.value.sentence


async def test_a_chain_of_safe_backends_is_used(monkeypatch, keystore):
    class Chain(Backend):
        backends = (Backend(),)

    Chain.__module__ = "keyring.backends.chainer"
    monkeypatch.setattr(keyring, "get_keyring", Chain)
    await keystore.write(ENTRY, "value")


async def test_on_windows_entries_do_not_roam(monkeypatch, keystore):
    class Vault(Backend):
        persist = "enterprise"

    Vault.__module__ = "keyring.backends.Windows"
    vault = Vault()
    monkeypatch.setattr(keyring, "get_keyring", lambda: vault)
    await keystore.write(ENTRY, "value")
    assert vault.persist == "local machine"


async def test_k04_an_open_prompt_blocks_nobody_but_the_keyring(monkeypatch, keystore):
    answered = threading.Event()

    class Prompting(Backend):
        def get_password(self, service: str, user: str) -> str | None:
            answered.wait(5)
            return "value"

    Prompting.__module__ = "keyring.backends.SecretService"
    monkeypatch.setattr(keyring, "get_keyring", Prompting)
    reading = asyncio.create_task(keystore.read(ENTRY))
    await asyncio.sleep(0.02)
    assert not reading.done()
    reading.cancel()
    await asyncio.wait({reading})
    second = asyncio.create_task(keystore.read(ENTRY))
    answered.set()
    assert await second == "value"


async def test_k08_a_backend_that_drops_writes_is_found_out(backend, keystore):
    backend.drops_writes = True
    with pytest.raises(KeystoreError) as raised:
        await keystore.write(ENTRY, "value")
    assert raised.value.title == "This sign-in lasts until you quit."


async def test_k09_deleting_what_is_missing_succeeds(backend, keystore):
    await keystore.delete(ENTRY)


async def test_k10_a_delete_that_does_not_work_is_an_error(backend, keystore, monkeypatch):
    await keystore.write(ENTRY, "value")

    def refuse(service: str, user: str) -> None:
        raise PasswordDeleteError("no")

    monkeypatch.setattr(backend, "delete_password", refuse)
    with pytest.raises(KeystoreError):
        await keystore.delete(ENTRY)


async def test_k12_without_the_library_there_is_no_keyring(keystore, monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeystoreAbsent):
        await keystore.read(ENTRY)


async def test_after_closing_nothing_is_read(backend):
    keystore = SystemKeystore()
    await keystore.read(ENTRY)
    keystore.close()
    with pytest.raises(KeystoreError):
        await keystore.read(ENTRY)


# --- Other processes: a fresh interpreter, a real Secret Service, and none ---

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(runtime),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "SECRET": "s3cret",
    }

    def run_script(script: str, *prefix: str) -> str:
        command = [*prefix, sys.executable, "-c", textwrap.dedent(script)]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run_script


ROUND_TRIP = """
    import asyncio, os
    from softphone.auth.keystore import EntryKind, entry_of
    from softphone.auth.system_keyring import SystemKeystore
    from softphone.settings.cloud_file import Cloud
    from softphone.errors import KeystoreError

    async def main():
        entry = entry_of(Cloud(client_id="c"), EntryKind.REFRESH, "ada")
        keystore = SystemKeystore()
        try:
            await keystore.write(entry, os.environ["SECRET"])
            other = SystemKeystore()
            print(await other.read(entry) == os.environ["SECRET"])
            await keystore.delete(entry)
            await keystore.delete(entry)
            print(await keystore.read(entry))
        except KeystoreError as error:
            print(type(error).__name__)

    asyncio.run(main())
"""


def test_importing_the_folder_imports_neither_keyring_nor_httpx(run):
    script = (
        "import sys, softphone.auth.session; print({'keyring', 'httpx', 'PySide6'}.intersection(sys.modules))"
    )
    assert run(script) == "set()"


@pytest.mark.slow
def test_k01_without_a_secret_service_there_is_no_keyring(run, tmp_path: Path):
    assert run(ROUND_TRIP) == "KeystoreAbsent"
    written = [path for path in tmp_path.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]
    assert written == []


EVERY_CALL = """
    import asyncio, sys
    from softphone.auth.keystore import EntryKind, entry_of
    from softphone.auth.system_keyring import SystemKeystore
    from softphone.settings.cloud_file import Cloud
    from softphone.errors import KeystoreError

    entry = entry_of(Cloud(client_id="c"), EntryKind.REFRESH, "ada")

    async def main():
        keystore = SystemKeystore()
        calls = {
            "find": keystore.find,
            "read": lambda: keystore.read(entry),
            "write": lambda: keystore.write(entry, "s3cret"),
            "delete": lambda: keystore.delete(entry),
            "unlock": keystore.unlock,
            "make": lambda: keystore.unlock(make=True),
        }
        for name in sys.stdin.readline().split():
            try:
                async with asyncio.timeout(1.0):
                    print(await calls[name]())
            except KeystoreError as error:
                print(error.title)
            except TimeoutError:
                print("waits")

    asyncio.run(main())
"""


def tried(bus: Bus, *calls: str) -> list[str]:
    """Return what each call of the keystore ends with, made in a process of its own."""
    process = bus.start(sys.executable, "-c", textwrap.dedent(EVERY_CALL))
    told, _ = process.communicate(" ".join(calls), timeout=30)
    return told.splitlines()


@pytest.mark.slow
def test_a_real_secret_service_keeps_and_forgets(tmp_path: Path):
    with Bus(tmp_path) as bus:
        bus.gnome_keyring(password="pw")
        assert tried(bus, "find", "write", "read") == ["None", "None", "s3cret"]
        assert tried(bus, "read", "delete", "delete", "read") == ["s3cret", "None", "None", "None"]
        assert bus.prompts == 0


@pytest.mark.slow
def test_d3_a_computer_without_any_keyring_yet_asks_only_who_wants_to_store_something(tmp_path: Path):
    with Bus(tmp_path) as bus:
        bus.gnome_keyring()
        assert tried(bus, "find", "read", "delete", "unlock") == ["None"] * 4
        assert tried(bus, "write") == ["Your keyring is locked"]
        assert bus.prompts == 0
        assert tried(bus, "make") == ["Your keyring was not unlocked"]
        assert bus.prompts > 0


@pytest.mark.slow
def test_d3_a_locked_keyring_asks_only_who_wants_to_unlock_it(tmp_path: Path):
    with Bus(tmp_path) as bus:
        bus.gnome_keyring(password="pw").kill()
    with Bus(tmp_path) as bus:
        bus.gnome_keyring()
        assert tried(bus, "find", "read", "write", "delete") == ["None", *["Your keyring is locked"] * 3]
        assert bus.prompts == 0
        assert tried(bus, "unlock") == ["Your keyring was not unlocked"]
        assert bus.prompts > 0


@pytest.mark.slow
def test_d3_while_a_prompt_is_open_the_keyring_is_locked_for_everybody_else(tmp_path: Path):
    with Bus(tmp_path, prompt_waits=True) as bus:
        bus.gnome_keyring(password="pw").kill()
    with Bus(tmp_path, prompt_waits=True) as bus:
        bus.gnome_keyring()
        assert tried(bus, "unlock", "read", "read") == ["waits", *["Your keyring is locked"] * 2]
        assert bus.prompts > 0


@pytest.mark.slow
def test_d3_a_keyring_that_hangs_is_left_behind_and_one_that_dies_is_asked_again(tmp_path: Path):
    with Bus(tmp_path) as bus:
        bus.bad_keyring("hanging")
        assert tried(bus, "find", "read", "read") == ["None", "waits", "waits"]
    with Bus(tmp_path) as bus:
        bus.bad_keyring("dying")
        assert tried(bus, "find", "read") == ["None", "Your keyring does not work"]
        bus.bad_keyring("well")
        assert tried(bus, "read", "write", "read", "delete", "read") == [
            "None",
            "None",
            "s3cret",
            "None",
            "None",
        ]


async def test_what_hangs_is_left_behind_up_to_eight_times(backend, keystore):
    let_go = threading.Event()
    backend.get_password = lambda *_: let_go.wait(30) and None
    keystore.deadline_s = 0.01
    try:
        for _ in range(8):
            with pytest.raises(KeystoreError):
                await keystore.read(ENTRY)
        assert len(keystore._begun) == 8
        with pytest.raises(KeystoreError):
            await keystore.delete(ENTRY)
        assert len(keystore._begun) == 8
    finally:
        let_go.set()


async def test_a_write_that_was_given_up_undoes_no_delete(backend, keystore):
    let_go = threading.Event()
    write = backend.set_password

    def slow(service: str, user: str, value: str) -> None:
        let_go.wait(30)
        write(service, user, value)

    backend.set_password = slow
    keystore.deadline_s = 0.02
    with pytest.raises(KeystoreError):
        await keystore.write(ENTRY, "late")
    keystore.deadline_s = 30
    deleting = asyncio.ensure_future(keystore.delete(ENTRY))
    await asyncio.sleep(0.02)
    let_go.set()
    await deleting
    assert backend.values == {}


async def test_a_computer_without_any_keyring_has_nothing_to_delete(backend, keystore):
    backend.delete_password = backend.get_password = _raises(NothingStoredError())
    await keystore.delete(ENTRY)
    assert await keystore.read(ENTRY) is None


def _raises(error: Exception) -> Any:
    def raising(*_: object) -> None:
        raise error

    return raising


@pytest.mark.parametrize("is_locked", [True, False])
def test_what_is_locked_is_never_opened_by_a_prompt(is_locked: bool):
    item = SimpleNamespace(is_locked=lambda: is_locked, unlock=_raises(AssertionError()))
    if not is_locked:
        _refuse_locked(item)
        return
    with pytest.raises(KeyringLocked):
        _refuse_locked(item)
