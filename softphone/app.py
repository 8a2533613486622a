"""The composition root: builds every object, the loop, and the order of start and stop.

Nothing else wires. The three ways in are `run_window`, `run_watch` and `CallingClient.create`. What the
window does not need for its first picture (httpx, keyring, the TLS context) is imported after it.
"""

import asyncio
import contextlib
import importlib
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from softphone import config
from softphone.agent import calling_client
from softphone.agent.control import Control
from softphone.agent.gateway import Gateway, SignIn, Tokens
from softphone.agent.instance import Instance
from softphone.agent.panel import Panel
from softphone.agent.profile import Profile
from softphone.agent.provider import Provider, ServiceRequest
from softphone.agent.sign_out import receipt_text
from softphone.agent.surroundings import on_interrupt
from softphone.agent.takeover import TakeOverOldest
from softphone.agent.watch import Watch
from softphone.auth.keystore import Keystore, SystemKeystore, secret_entry_of
from softphone.auth.oauth import SignInAttempt, begin_sign_in, read_redirect
from softphone.auth.renewal_lock import excluding_others
from softphone.auth.session import FixedToken, Session
from softphone.config import Cloud, Folders
from softphone.errors import ConfigError, KeystoreAbsent, KeystoreError
from softphone.line.model import LineEvent, Service

if TYPE_CHECKING:
    from PySide6.QtCore import QtMsgType

    from softphone.ui.loop import App
    from softphone.ui.main_window import MainWindow
    from softphone.webex.client import Client

_log = logging.getLogger(__name__)

EXIT_OK = 0
EXIT_TROUBLE = 1
EXIT_SIGN_IN_NEEDED = 4
EXIT_TIME_RAN_OUT = 5

HEAVY_MODULES = ("softphone.webex.provider", "keyring")  # imported after the first picture


@dataclass(frozen=True, kw_only=True)
class Program:
    """What one run of the program works with.

    `tokens` are access tokens given directly: their owners need not sign in. `demo` is the scenario's name.
    `instance` is the place whose lock this process holds, to be asked there; None when another one does.
    """

    cloud: Cloud
    folders: Folders
    profile: str = "default"
    keystore: Keystore = field(default_factory=SystemKeystore)
    tokens: tuple[str, ...] = ()
    demo: str | None = None
    instance: Instance | None = None


class Outside:
    """The world outside this process: the profile file, the keyring and one HTTP client for everything."""

    def __init__(self, program: Program) -> None:
        self._cloud = program.cloud
        self._keystore = program.keystore
        self._lock = partial(excluding_others, program.folders.state)
        self._client: Client | None = None
        self.profile = Profile(program.folders.profile_file(program.profile), program.cloud.api_url)

    def panel(self) -> Panel:
        """Return a panel with no accounts yet."""
        gateway = Gateway(
            begin_sign_in=self._begin_sign_in,
            finish_sign_in=self._finish_sign_in,
            restore=self._restore,
            provider=self.provider,
        )
        return Panel(gateway, self.profile, policy=self._cloud.policy)

    def provider(self, tokens: Tokens, account_key: str) -> Provider:
        """Return what reaches the calling service for one account."""
        from softphone.webex.provider import WebexProvider

        return WebexProvider(self._cloud, self._http(), tokens, self.profile, account_key=account_key)

    async def keyring_absent(self) -> bool:
        """Whether this computer has no safe place for a sign-in."""
        try:
            await self._keystore.read(secret_entry_of(self._cloud))
        except KeystoreAbsent:
            return True
        except KeystoreError:
            return False
        return False

    async def close(self) -> None:
        """Close the HTTP client and the keyring's thread."""
        if self._client is not None:
            await self._client.close()
        self._keystore.close()

    def _http(self) -> "Client":
        from softphone.webex.client import Client

        if self._client is None:
            self._client = Client(self._cloud)
        return self._client

    def _begin_sign_in(self) -> SignInAttempt:
        config.require_client_id(self._cloud)
        return begin_sign_in(self._cloud, now_s=asyncio.get_running_loop().time())

    async def _finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> SignIn:
        code = read_redirect(attempt, redirect_url, now_s=asyncio.get_running_loop().time())
        return await Session.begin(
            self._cloud,
            attempt,
            code,
            post_form=self._http().post_form,
            keystore=self._keystore,
            client_secret=await self._client_secret(),
            lock=self._lock,
        )

    async def _restore(self, account_key: str) -> SignIn | None:
        return await Session.restore(
            self._cloud,
            account_key,
            post_form=self._http().post_form,
            keystore=self._keystore,
            client_secret=await self._client_secret(),
            lock=self._lock,
        )

    async def _client_secret(self) -> str:
        secret = os.environ.get(config.CLIENT_SECRET_VARIABLE, "")
        if not secret:
            with contextlib.suppress(KeystoreError):
                secret = await self._keystore.read(secret_entry_of(self._cloud)) or ""
        return secret


class CallingClient(calling_client.CallingClient):
    """The public API (design.md 3): one account's lines, discovered and ready to register."""

    _outside: Outside | None = None

    @classmethod
    async def create(
        cls,
        *,
        token: str,
        cloud: Cloud | Path | str | None = None,
        profile: str = "default",
        services: Sequence[Service | ServiceRequest] = (Service.CALLING,),
    ) -> Self:
        """Discover with an access token and return the client, with a line for each of the services.

        `cloud` is a cloud file or its value, the built-in Webex cloud by default. The profile file keeps
        this installation's device between runs. Raises ConfigError and RequestError.
        """
        folders = config.find_folders()
        folders.make()
        if not isinstance(cloud, Cloud):
            cloud = config.load_cloud(Path(cloud) if cloud is not None else None, folders)
        program = Program(cloud=cloud, folders=folders, profile=config.check_profile_name(profile))
        outside = Outside(program)
        try:
            client = await cls.start(
                outside.provider(Tokens(FixedToken(token)), ""), policy=cloud.policy, services=services
            )
        except BaseException:
            await outside.close()
            raise
        client._outside = outside
        return client

    async def close(
        self, *, deregister: bool = True, deadline_s: float = calling_client.LEAVE_DEADLINE_S
    ) -> None:
        """Deregister every line within one shared deadline and let go of everything."""
        await super().close(deregister=deregister, deadline_s=deadline_s)
        if self._outside is not None:
            await self._outside.close()


# ---- the terminal


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """What `softphone watch` was asked for. `for_s`: None means until stopped.

    `take_over_oldest`: when there are too many devices, the one seen longest ago goes.
    """

    as_json: bool = False
    until: LineEvent | None = None
    for_s: float | None = None
    deregister_on_exit: bool = True
    take_over_oldest: bool = False


async def run_watch(program: Program, options: WatchOptions, stop: asyncio.Event) -> int:
    """Register all wanted lines and print their events until `stop`; returns the exit code.

    Raises BrokenPipeError when nobody reads them any more; the lines are deregistered then, too.
    """
    outside = Outside(program)
    panel = outside.panel()
    watch = Watch(panel, sys.stdout, as_json=options.as_json, until=options.until)
    takeover = None
    if options.take_over_oldest:
        takeover = TakeOverOldest(panel, time_scale=program.cloud.policy.time_scale)
    try:
        for token in program.tokens:
            panel.add(FixedToken(token))
        async with Control(program.instance, panel, show=None, leave=stop.set):
            await panel.start(restore=not program.tokens)
            if not panel.accounts:
                return EXIT_SIGN_IN_NEEDED
            async with asyncio.timeout(options.for_s):
                await _first_of(stop.wait(), watch.met.wait(), watch.ended.wait(), watch.unread.wait())
        if watch.unread.is_set():
            raise BrokenPipeError
        return EXIT_SIGN_IN_NEEDED if watch.ended.is_set() and not watch.met.is_set() else EXIT_OK
    except TimeoutError:
        return EXIT_OK if options.until is None else EXIT_TIME_RAN_OUT
    finally:
        if takeover is not None:
            await takeover.close()
        await panel.close(deregister=options.deregister_on_exit)
        await outside.close()


async def _first_of(*waits: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run_sign_out(program: Program, who: str | None, *, everybody: bool) -> int:
    """Sign out one account (`who`: its address or key, or the only one there is) or all; print receipts.

    Returns 0 when nothing was left behind. Raises ConfigError for an account that is not signed in here.
    """
    outside = Outside(program)
    panel = outside.panel()
    known = outside.profile.accounts()
    names = ", ".join(account.address or account.key for account in known)
    try:
        if who is not None and not everybody:
            wanted = who.casefold()
            known = tuple(one for one in known if wanted in (one.address.casefold(), one.key.casefold()))
            if not known:
                raise ConfigError(f"{who} is not signed in here. Signed in: {names or 'nobody'}.")
        if len(known) > 1 and not everybody:
            raise ConfigError(f"Say which account, or --all: {names}.")
        if not known:
            sys.stdout.write("Nobody is signed in.\n")
        clean = True
        for account in known:
            receipt = await panel.sign_out(account.key)
            sys.stdout.write(receipt_text(account.address or account.key, receipt) + "\n")
            clean = clean and not receipt.failed
        return EXIT_OK if clean else EXIT_TROUBLE
    finally:
        await panel.close()
        await outside.close()


# ---- the window


def run_window(program: Program) -> int:
    """Show the window and run it to its end; returns the exit code."""
    from PySide6.QtCore import qInstallMessageHandler

    from softphone.ui.loop import App, AppLoop, refuse_bad_pair

    if refusal := refuse_bad_pair():
        raise ConfigError(refusal, title="This Python and this Qt must not run together")
    qInstallMessageHandler(_log_qt)
    app = App([sys.argv[0]])
    app.setApplicationName("Softphone")  # what a screen reader and the desktop call it
    app.setDesktopFileName("softphone")
    try:
        with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
            return runner.run(show_window(program, app))
    finally:
        qInstallMessageHandler(None)  # Qt speaks on while Python ends


async def show_window(
    program: Program, app: "App", *, shown: Callable[["MainWindow"], object] = lambda _: None
) -> int:
    """Show the window on the running loop until the person, the system or a signal ends it.

    `shown` is called with the window once it is on the screen: who tests drives it from there.
    """
    from softphone.ui.bridge import Bridge
    from softphone.ui.main_window import MainWindow
    from softphone.ui.theme import Theme

    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.set_exception_handler(_log_unseen)
    outside = Outside(program)
    panel = outside.panel()
    panel.expect()
    bridge = Bridge(panel)
    window = MainWindow(bridge, theme=Theme(app), demo=program.demo)
    window.demo_requested.connect(start_demo)
    window.close_asked.connect(stop.set)
    window.quit_asked.connect(stop.set)
    app.ask_to_stop = stop.set
    on_interrupt(loop, stop.set)
    try:
        window.show()
        shown(window)
        async with Control(program.instance, panel, show=window.bring_to_front, leave=stop.set):
            await _use(program, outside, panel, window, stop)
    finally:
        window.hide()  # the rest may take its time
        window.closing = True
        window.close()
        bridge.close()
        await panel.close()
        await outside.close()
        window.deleteLater()
    return EXIT_OK


async def _use(
    program: Program, outside: Outside, panel: Panel, window: "MainWindow", stop: asyncio.Event
) -> None:
    """Bring the accounts back once the window is painted, then wait for the end."""
    from softphone.ui.network import NetworkHints

    await asyncio.sleep(0)  # the first picture comes before anything heavy
    for module in HEAVY_MODULES:
        await asyncio.to_thread(importlib.import_module, module)
    window.banners.set_session_only(await outside.keyring_absent())
    hints = NetworkHints(lambda online: panel.network_changed(online=online))
    try:
        for token in program.tokens:
            panel.add(FixedToken(token))
        await panel.start()
        await stop.wait()
    finally:
        hints.close()


def start_demo() -> None:
    """Open the demo beside this window, as a program of its own."""
    from PySide6.QtCore import QProcess

    QProcess.startDetached(sys.executable, ["-m", "softphone", "--demo"])


def _log_qt(kind: "QtMsgType", _: object, text: str) -> None:
    """Log what Qt and the web engine say: to the file only, for people can mend none of it."""
    level = logging.INFO if kind.name in ("QtWarningMsg", "QtCriticalMsg", "QtFatalMsg") else logging.DEBUG
    logging.getLogger("qt").log(level, "%s", text)


def _log_unseen(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Log what a task died of when nobody waited for it."""
    error = context.get("exception")
    _log.error("%s", context.get("message"), exc_info=error if isinstance(error, BaseException) else None)
