"""The public API (api.md): one account's lines, for as long as a program wants them."""

import asyncio
import contextlib
import logging
import random
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from softphone.accounts.hearing import REDISCOVER_S
from softphone.accounts.sign_in_service import Tokens
from softphone.app import Program, Services
from softphone.auth.asked_token import AskForToken
from softphone.auth.fixed_token import checked_token
from softphone.calling import calling_client
from softphone.calling.calls import SILENCE
from softphone.calling.line import Line, check_loop
from softphone.calling.messages import CallEvent, Messages, MessageState
from softphone.calling.provider import Discovery, Provider, ServiceRequest
from softphone.errors import ConfigError, RequestError
from softphone.headless.instance import instance_of
from softphone.line.device import Device
from softphone.line.model import Service
from softphone.settings.cloud_file import Cloud, load_cloud
from softphone.settings.profile import Profile
from softphone.system.folders import check_profile_name, find_folders
from softphone.system.tasks import Tasks, uncut

_log = logging.getLogger(__name__)

LINES_SHARE = 0.7  # of the time to close; the rest is for the WDM device, when nobody will know it again
WDM_LEFT = "The WDM device could not be removed at Webex ({why}). It stays there until Webex forgets it."
ENTER_GRACE_S = 1.0  # a cancelled discovery ends, so that what it has made at the service is known


class _Ear:
    """Hears of the account's calls, and passes them on to its lines."""

    def __init__(self, client: calling_client.CallingClient) -> None:
        self._client = client
        self._tasks = Tasks()
        self.messages: Messages | None = None

    def state_changed(self, state: MessageState) -> None:
        if not state.online:
            self._client.hears_nothing()

    def confirmed(self, at_s: float) -> None:
        """Nobody shows it here."""

    def happened(self, event: CallEvent) -> None:
        self._client.hear(event, SILENCE)

    def servers_changed(self) -> None:
        self._tasks.start(self._look_up_later())

    def device_replaced(self, found: Discovery) -> None:
        self._client.move(found)

    async def close(self) -> None:
        if self.messages is not None:
            await self.messages.close()
        await self._tasks.close()

    async def _look_up_later(self) -> None:
        await asyncio.sleep(random.uniform(*REDISCOVER_S))  # nosec B311 # noqa: S311 - jitter, not a secret
        with contextlib.suppress(RequestError):
            await self._client.look_up()


class CallingClient:
    """One account's lines: `async with CallingClient(token=...) as client:`.

    Entering discovers, with a line for each of the services; leaving deregisters them and lets go of
    everything. `await CallingClient.create(token=...)` enters at once, and `close()` leaves.

    `token` is an access token, or an async function that returns one: it is asked first, when the service
    refuses the one before, and when that is about to expire. `cloud` is a cloud file or its value, the
    built-in Webex cloud by default. A profile keeps this installation's devices, so that the next start uses
    them again and leaves none behind, however this one ends; one process at a time has it. Without one
    nothing is written, the devices end with the client, and what a kill leaves at the service stays there
    until the service forgets it.

    With `calls` the client keeps a WebSocket open and hears of calls: lines tell `incoming` and `call_ended`.
    It sends nothing for a call, and answers none.
    """

    def __init__(
        self,
        *,
        token: str | AskForToken,
        cloud: Cloud | Path | str | None = None,
        profile: str | None = None,
        services: Sequence[Service | ServiceRequest] = (Service.CALLING,),
        calls: bool = False,
    ) -> None:
        """Only remember what is wanted. Raises ConfigError for what cannot be."""
        self._token = _checked(token)
        _check_kind("cloud", cloud, (Cloud, Path, str, type(None)), "a path, a Cloud or None")
        _check_kind("profile", profile, (str, type(None)), "a name or None")
        _check_kind("services", services, (list, tuple), "a list or tuple of them")
        self._cloud = cloud
        self._profile = profile if profile is None else check_profile_name(profile)
        self._services = calling_client.check_services(services)
        self._calls = calls
        self._held: contextlib.AsyncExitStack | None = None
        self._loop: asyncio.AbstractEventLoop | None = None  # from entering to the end of closing
        self._opened: calling_client.CallingClient | None = None
        self._provider: Provider | None = None
        self._closing: asyncio.Task[tuple[str, ...]] | None = None

    def __del__(self) -> None:
        """Say, as asyncio does, that nobody has closed it: its lines go on until the loop ends."""
        if getattr(self, "_opened", None) is not None:
            words = "unclosed CallingClient: use `async with`"
            warnings.warn(words, ResourceWarning, stacklevel=2, source=self)

    @classmethod
    async def create(
        cls,
        *,
        token: str | AskForToken,
        cloud: Cloud | Path | str | None = None,
        profile: str | None = None,
        services: Sequence[Service | ServiceRequest] = (Service.CALLING,),
        calls: bool = False,
    ) -> Self:
        """Return the client, entered. Raises what entering raises."""
        made = cls(token=token, cloud=cloud, profile=profile, services=services, calls=calls)
        return await made.__aenter__()

    async def __aenter__(self) -> Self:
        """Discover.

        Raises ConfigError (ProfileInUseError when another process has the profile), RequestError, and
        RenewalError or SignedOutError when whoever is asked for the token has none.
        """
        if self._held is not None:
            raise RuntimeError("The client is entered already; make another one.")
        self._held, self._loop = contextlib.AsyncExitStack(), asyncio.get_running_loop()
        self._closing = None
        try:
            await self._open(self._held)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Deregister and let go of everything."""
        await self.close()

    async def close(
        self, *, deregister: bool = True, deadline_s: float = calling_client.LEAVE_DEADLINE_S
    ) -> tuple[str, ...]:
        """Deregister every line within one shared deadline and let go of everything; twice is once.

        Returns a sentence for each device that could not be removed. A cancel is raised when it is done.
        """
        if self._closing is None and self._held is None:
            return ()
        self._check_loop()
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(deregister=deregister, deadline_s=deadline_s))
        return await uncut(self._closing)

    # ---- the lines

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines, in the order of the services."""
        return tuple(self._client.get_lines().values())

    @property
    def line(self) -> Line:
        """The only line. Raises ValueError when there are several."""
        lines = self.lines
        if len(lines) > 1:
            raise ValueError(f"There are {len(lines)} lines, one for each of the services: see `lines`.")
        return lines[0]

    def get_lines(self) -> dict[str, Line]:
        """Return the lines by their line ID."""
        return self._client.get_lines()

    # ---- devices

    async def devices(self, line: Line) -> tuple[Device, ...]:
        """Return all devices that are registered for the line's person, newest first. Raises RequestError."""
        return await self._client.devices(line.line_id)

    async def blocking_devices(self, line: Line) -> tuple[Device, ...]:
        """Return the devices that keep a line from registering, newest first; none if nothing does."""
        return await self._client.blocking_devices(line.line_id)

    def remove_device(self, line: Line, device: Device) -> None:
        """Remove one of the blocking devices, so that the line can register; returns at once."""
        self._client.remove_device(line.line_id, device)

    async def delete_device(self, line: Line, device: Device) -> None:
        """End the registration of another device; one that is gone already is well.

        Raises RequestError, and SoftphoneError for a device of this client: that one is deregistered.
        """
        await self._client.delete_device(line.line_id, device)

    # ---- private

    @property
    def _client(self) -> calling_client.CallingClient:
        if self._opened is None:
            raise RuntimeError("The client is not open: `async with CallingClient(...) as client:`.")
        self._check_loop()
        return self._opened

    def _check_loop(self) -> None:
        if self._loop is not None:
            check_loop(self._loop)

    async def _open(self, held: contextlib.AsyncExitStack) -> None:
        folders, cloud, profile = find_folders(), self._cloud, self._profile
        if not isinstance(cloud, Cloud):
            cloud = load_cloud(Path(cloud) if cloud is not None else None, folders)
        if profile is None:
            own = Services(Program(cloud=cloud, folders=folders), Profile(None, cloud.api_url))
        else:
            instance = instance_of(folders, profile)
            folders.make(profile)
            lock = instance.take("another program that uses softphone")
            if lock is None:
                raise instance.in_use(as_argument=True)
            held.enter_context(lock)
            folders.move_in(profile)
            own = Services(Program(cloud=cloud, folders=folders, profile=profile))
        held.push_async_callback(own.close)
        sign_in = own.given_token(self._token)
        held.push_async_callback(sign_in.close)
        await sign_in.access_token()  # it may take longer than a request has
        self._provider = own.provider(Tokens(sign_in), "")
        held.push_async_callback(self._provider.close)
        starting = calling_client.CallingClient.start(
            self._provider, policy=cloud.policy, services=self._services, ledgers=own.profile.ledger
        )
        self._opened = await uncut(asyncio.create_task(starting), grace_s=ENTER_GRACE_S)
        self._opened.clean_up()
        if self._calls:
            ear = _Ear(self._opened)
            ear.messages = self._provider.messages(ear)
            held.push_async_callback(ear.close)

    async def _close(self, *, deregister: bool, deadline_s: float) -> tuple[str, ...]:
        client, provider, held = self._opened, self._provider, self._held
        self._opened = self._provider = None
        own_device = provider if deregister and self._profile is None else None
        until_s = asyncio.get_running_loop().time() + deadline_s
        left: tuple[str, ...] = ()
        try:
            async with held or contextlib.AsyncExitStack():
                if client is not None:
                    lines_s = deadline_s * LINES_SHARE if own_device else deadline_s
                    left = tuple(map(str, await client.close(deregister=deregister, deadline_s=lines_s)))
                if own_device is not None:  # nobody would know it at the next start
                    try:
                        async with asyncio.timeout_at(until_s):
                            await own_device.delete_wdm_device()
                    except (RequestError, TimeoutError) as error:
                        why = error.title if isinstance(error, RequestError) else "no answer"
                        left = (*left, WDM_LEFT.format(why=why))
        finally:
            self._held = None
        for sentence in left:
            _log.info("%s", sentence)
        return left


def _checked(token: object) -> str | AskForToken:
    """Return the token or what is asked for one. Raises ConfigError for anything else."""
    if callable(token):
        asked: AskForToken = token
        return asked
    given = checked_token(token)
    if given is None:
        raise ConfigError("token: must be an access token, one long word, or an async function.")
    return given


def _check_kind(name: str, given: object, kinds: tuple[type, ...], what: str) -> None:
    if not isinstance(given, kinds):
        raise ConfigError(f"{name}: must be {what}, not {type(given).__name__}.")
