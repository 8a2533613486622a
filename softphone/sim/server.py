"""The cloud on real sockets: one thread, one asyncio loop, a port for each host.

    with CloudServer("primary-down", time_scale=0.1) as cloud:
        ...  # cloud.cloud_file, cloud.users, cloud.journal(), cloud.faults([...]), cloud.advance(60)

Only the loop's thread touches the `Cloud`; every method here may be called from any other thread.
`serve` runs the same for the command `softphone cloud`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import secrets
import shutil
import signal
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO, TypeVar

from softphone.sim import control
from softphone.sim.cloud import Cloud
from softphone.sim.connection import Connection
from softphone.sim.likeness.answers import Likeness
from softphone.sim.listener import ADDRESS, Listener, PortInUseError
from softphone.sim.messages import Reply, Request
from softphone.sim.scenarios import SCENARIOS, Scenario
from softphone.sim.services.state import Host
from softphone.sim.settings import CLIENT_ID, CLIENT_SECRET, SCOPES
from softphone.sim.sockets import desk

__all__ = ["CloudServer", "PortInUseError", "UnknownScenarioError", "User", "serve"]

# The loop answers everything at once; who waits longer has found a deadlock.
_ANSWER_WITHIN_S = 10.0

# By the letter that begins the names of such hosts.
_ROLES = {"D": "cluster", "P": "primary", "B": "backup", "S": "spare"}

Result = TypeVar("Result")


class UnknownScenarioError(ValueError):
    """There is no scenario of this name; the text lists those there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no scenario {name!r}; known are {', '.join(SCENARIOS)}")


@dataclass(frozen=True, slots=True)
class User:
    """A person to sign in as; `token` is a live access token that needs no sign-in."""

    name: str
    password: str = field(repr=False)
    token: str = field(repr=False)


class CloudServer:
    """A running cloud. Attributes below hold from construction on; requests are served after `start`.

    Attributes:
        base: origin of everything but Mobius, 'http://127.0.0.1:PORT' (https with `tls`)
        control: address of the control desk, ending in a slash; never subject to faults
        hosts: host name ('base', 'D1', 'P1', 'B1', 'S1') to origin
        users: the people of the scenario
        cloud_file: path of the TOML file a client reads, removed by `stop`
        client_secret: what a client may send as its secret, and need not

    """

    def __init__(
        self,
        scenario: str | Scenario = "calm",
        *,
        time_scale: float = 1.0,
        port: int = 0,
        journal_path: Path | None = None,
        redirect_uris: tuple[str, ...] = (),
        clusters: int = 1,
        primaries: int = 1,
        backups: int = 1,
        spares: int = 1,
        tls: ssl.SSLContext | None = None,
        seed: int | None = None,
        likeness: Likeness | None = None,
    ) -> None:
        """Bind all ports; raises PortInUseError and UnknownScenarioError.

        A nominal second lasts `time_scale` seconds of the wall. `port` is that of `base`. With `tls`
        every host speaks HTTPS. The same `seed` gives the same ids and tokens. With a `likeness` it answers
        in the shapes of a report.
        """
        if not 0 < time_scale <= 1000:  # noqa: PLR2004
            raise ValueError("time_scale must be above 0 and at most 1000")
        self.scenario: Scenario = _scenario(scenario)
        self.time_scale = time_scale
        self._tls = tls
        self.client_secret = CLIENT_SECRET
        self._written = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._next_change: asyncio.TimerHandle | None = None
        with contextlib.ExitStack() as undo:
            self._journal_file = _journal_file(journal_path, undo)
            self._listeners = _listeners(port, (clusters, primaries, backups, spares), undo)
            hosts = tuple(
                Host(name, role, f"{'https' if tls else 'http'}://{ADDRESS}:{listener.port}")
                for (name, role), listener in self._listeners.items()
            )
            origins = {host.name: host.origin for host in hosts}
            self.control: str = f"{origins.pop('control')}{control.PREFIX}"
            self.base: str = origins["base"]
            self.hosts: Mapping[str, str] = origins
            self._cloud = Cloud(
                self.scenario,
                hosts,
                random_bytes=_random_bytes(seed),
                started_at_s=time.time(),
                time_scale=time_scale,
                redirect_uris=redirect_uris,
                likeness=likeness,
            )
            self._cloud.state.journal.on_entry = self._publish
            self._cloud.state.agenda.on_sooner = self._plan
            self._began_s = time.monotonic()
            self.users: tuple[User, ...] = tuple(
                User(person.name, person.password, self._cloud.access_token(person.name, 0.0))
                for person in self.scenario.people
            )
            folder = Path(tempfile.mkdtemp(prefix="softphone-cloud-"))
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            self.cloud_file: Path = folder / "cloud.toml"
            _write_private(self.cloud_file, self.cloud_file_text)
            self._undo = undo.pop_all()

    def start(self) -> None:
        """Serve, in a thread of its own, until `stop`."""
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._run, args=(self._loop,), name="simulated-cloud")
        self._thread.daemon = True
        self._thread.start()
        self._do(self._follow)

    def stop(self) -> None:
        """End everything at once, connections that hang included; may be called again."""
        if self._thread is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._thread = None
        self._undo.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def cloud_file_text(self) -> str:
        """Return the cloud file (scripts.md#cloud-file) for this run."""
        redirect_uri = self._cloud.state.settings.redirect_uris[0]
        lines = [
            "[cloud]",
            'name = "Simulated cloud"',
            f'authorize_url = "{self.base}/v1/authorize"',
            f'token_url = "{self.base}/v1/access_token"',
            f'revoke_url = "{self.base}/v1/revoke"',
            f'device_authorization_url = "{self.base}/v1/device/authorize"',
            f'device_token_url = "{self.base}/v1/device/token"',
            f'api_url = "{self.base}/v1"',
            f'u2c_url = "{self.base}/u2c/api/v1"',
            f'region_url = "{self.base}/v1/region"',
            f'client_id = "{CLIENT_ID}"',
            f"redirect_uri = {json.dumps(redirect_uri)}",
            f"scopes = {json.dumps(list(SCOPES))}",
            f'trusted_hosts = ["{ADDRESS}", "localhost"]',
            "",
            "[policy]",
            f"time_scale = {float(self.time_scale)!r}",
            "",
        ]
        return "\n".join(lines)

    @property
    def start_line(self) -> dict[str, Any]:
        """Return what `softphone cloud` prints when it is ready."""
        return {
            "base": self.base,
            "cloud_file": str(self.cloud_file),
            "control": self.control,
            "hosts": dict(self.hosts),
            "client_secret": self.client_secret,
            "scenario": self.scenario.name,
            "time_scale": self.time_scale,
            "users": [
                {"name": user.name, "password": user.password, "token": user.token} for user in self.users
            ],
        }

    def user(self, name: str) -> User:
        """Return the user of this name; the part before '@' is enough. Raises KeyError."""
        for user in self.users:
            if name in {user.name, user.name.partition("@")[0]}:
                return user
        raise KeyError(name)

    def journal(self, since: int = 0, **fields: Any) -> list[dict[str, Any]]:
        """Return the entries after number `since` whose fields have these values."""
        entries = self._do(lambda: self._cloud.state.journal.since(since))
        return [entry for entry in entries if _has(entry, fields)]

    def wait_for(
        self, count: int = 1, *, timeout_s: float = 5.0, since: int = 0, **fields: Any
    ) -> list[dict[str, Any]]:
        """Return the fitting entries once there are `count`; raises TimeoutError.

        `cloud.wait_for(3, place="keepalive", status=200)`
        """
        deadline_s = time.monotonic() + timeout_s
        while True:
            found = self.journal(since, **fields)
            if len(found) >= count:
                return found
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                raise TimeoutError(f"{len(found)} of {count} requests with {fields}")
            with self._written:
                # In short waits: an entry may have come since the look above.
                self._written.wait(min(left_s, 0.02))

    def state(self) -> dict[str, Any]:
        """Return users, devices, tokens as counts, faults, settings."""
        return self._do(lambda: control.view(self._cloud.state, self._now_s()))

    def faults(self, faults: list[dict[str, Any]]) -> None:
        """Add faults (see `fault_reader.py`), all or none; raises InputError naming the key."""
        self._do(lambda: control.add_faults(self._cloud.state, faults, self._now_s()))

    def clear_faults(self) -> None:
        """Forget all faults; refused hosts accept again."""
        self._do(self._cloud.state.faults.clear)

    def advance(self, seconds: float) -> None:
        """Jump the cloud's time forward by nominal seconds."""
        self._do(lambda: control.advance(self._cloud.state, {"advance_s": seconds}, 0.0))

    def alter_user(self, name: str, **changes: Any) -> dict[str, Any]:
        """Alter a person or add one (see `control.alter_user`); returns their part of the state."""
        changed = {"name": name, **changes}
        return self._do(lambda: control.alter_user(self._cloud.state, changed, self._now_s()))

    def change_settings(self, **changes: Any) -> None:
        """Change fields of `Settings`; raises InputError naming the key."""
        self._do(lambda: control.change_settings(self._cloud.state, changes))

    def ring(self, user: str, caller: str = "5008", **wish: Any) -> list[dict[str, Any]]:
        """Let a call come in to a person (see `sockets/desk.py`); returns what each device was told."""
        asked = {"user": self.user(user).name, "from": caller, **wish}
        return self._do(lambda: desk.ring(self._cloud.state, asked, self._now_s()))

    def sockets(self, **action: Any) -> int:
        """Do something to open sockets (see `sockets/desk.py`); returns to how many."""
        return self._do(lambda: desk.act(self._cloud.state, action, self._now_s()))

    def token(self, name: str) -> str:
        """Return a fresh access token of a person."""
        user = self.user(name).name
        return self._do(lambda: self._cloud.access_token(user, self._steady_s()))

    def _steady_s(self) -> float:
        return (time.monotonic() - self._began_s) / self.time_scale

    def _now_s(self) -> float:
        return self._cloud.state.clock.read(self._steady_s())

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve on the thread's loop until it is stopped, then leave nothing behind."""
        try:
            for (name, _role), listener in self._listeners.items():
                listener.open(loop, self._serving(name, listener), self._tls)
            loop.run_forever()
            if self._next_change is not None:
                self._next_change.cancel()
            for listener in self._listeners.values():
                listener.close(loop)
            # Aborted transports and cancelled tasks end in the next rounds of the loop.
            for _ in range(3):
                loop.run_until_complete(asyncio.sleep(0))
        finally:
            loop.close()

    def _serving(self, name: str, listener: Listener) -> Callable[[], Connection]:
        return lambda: Connection(name, self._handle, self._now_s, self.time_scale, listener.connections)

    def _handle(self, request: Request) -> Reply:
        reply = self._cloud.handle(request, self._steady_s())
        if request.path.startswith(control.PREFIX):
            self._follow()
        return reply

    def _follow(self) -> None:
        """Do what is due, make every port refuse or accept as the faults say, and plan the next change."""
        loop = asyncio.get_running_loop()
        self._cloud.do_what_is_due(self._steady_s())
        refused = self._cloud.refused_hosts(self._steady_s())
        for (name, _role), listener in self._listeners.items():
            if name in refused and not listener.refuses:
                listener.close(loop)
            elif name not in refused and listener.refuses:
                listener.open(loop, self._serving(name, listener), self._tls)
        self._plan()

    def _plan(self) -> None:
        if self._thread is None or self._loop is None:
            return
        if self._next_change is not None:
            self._next_change.cancel()
            self._next_change = None
        delay_s = self._cloud.next_change_in_s(self._steady_s())
        if delay_s is not None:
            self._next_change = self._loop.call_later(delay_s * self.time_scale, self._follow)

    def _publish(self, entry: dict[str, Any]) -> None:
        if self._journal_file is not None:
            self._journal_file.write(json.dumps(entry, separators=(",", ":")) + "\n")
            self._journal_file.flush()
        with self._written:
            self._written.notify_all()

    def _do(self, act: Callable[[], Result]) -> Result:
        """Run `act` on the loop's thread, then let the ports follow; directly when nothing runs."""
        loop = self._loop
        if self._thread is None or loop is None:
            return act()
        done: Future[Result] = Future()

        def run() -> None:
            try:
                result = act()
                self._follow()
            except Exception as error:  # noqa: BLE001 - it belongs to the caller
                done.set_exception(error)
            else:
                done.set_result(result)

        loop.call_soon_threadsafe(run)
        return done.result(_ANSWER_WITHIN_S)


def serve(
    *,
    port: int = 0,
    scenario: str = "calm",
    time_scale: float = 1.0,
    journal_path: Path | None = None,
    likeness: Likeness | None = None,
) -> None:
    """Run a cloud until SIGINT or SIGTERM; prints one JSON line on stdout when it is ready.

    Raises PortInUseError, UnknownScenarioError, ValueError (time scale), OSError (journal file).
    """
    server = CloudServer(
        scenario, time_scale=time_scale, port=port, journal_path=journal_path, likeness=likeness
    )
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        for one in before:
            signal.signal(one, signal.default_int_handler)
        server.start()
        sys.stdout.write(json.dumps(server.start_line) + "\n")
        sys.stdout.flush()
        never = threading.Event()
        # In short waits, as Windows does not let a signal end a long one.
        while not never.wait(0.5):
            pass
    except KeyboardInterrupt:
        pass
    finally:
        for one in before:
            signal.signal(one, signal.SIG_IGN)
        server.stop()
        for one, handler in before.items():
            signal.signal(one, handler)


def _scenario(scenario: str | Scenario) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    if scenario not in SCENARIOS:
        raise UnknownScenarioError(scenario)
    return SCENARIOS[scenario]


def _listeners(
    port: int, counts: tuple[int, int, int, int], undo: contextlib.ExitStack
) -> dict[tuple[str, str], Listener]:
    """Bind a port for each host, by (name, role); `counts` are those of `_ROLES`."""
    names = [("base", "base")]
    for (letter, role), count in zip(_ROLES.items(), counts, strict=True):
        names += [(f"{letter}{number}", role) for number in range(1, count + 1)]
    names.append(("control", "control"))
    bound = {}
    for name, role in names:
        bound[name, role] = Listener(port if role == "base" else 0)
        undo.callback(bound[name, role].release)
    return bound


def _random_bytes(seed: int | None) -> Callable[[int], bytes]:
    if seed is None:
        return secrets.token_bytes
    return random.Random(seed).randbytes  # nosec B311 # noqa: S311 - wanted to be guessable


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _journal_file(path: Path | None, undo: contextlib.ExitStack) -> TextIO | None:
    if path is None:
        return None
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return undo.enter_context(os.fdopen(handle, "a", encoding="utf-8"))


def _has(entry: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    return all(entry.get(name) == value for name, value in fields.items())
