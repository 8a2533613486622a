"""What is played on each seed: the parts of the program that wait for each other, all at once."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from softphone.accounts.snapshot import AccountState
from softphone.accounts.takeover import TakeOverOldest
from softphone.calling.line import Line
from softphone.calling.provider import ServiceRequest
from softphone.client import CallingClient as PublicClient
from softphone.errors import RegistrationError, RequestError, SignInError, SoftphoneError
from softphone.headless.control_socket import Control
from softphone.headless.instance import Instance
from softphone.line.model import REGISTERED_STATES, Call, LineState, Service
from tests.hostile.order.playing import Play, Scenario_

OTHER = {"name": "Webex on another computer", "in_use": True}
REGISTERED = tuple(REGISTERED_STATES)


async def registering(play: Play) -> None:
    """Everybody registers; buttons are pressed, and who waits goes away."""
    await play.open()
    await play.until("lines", lambda: len(play.panel.lines) == len(play.names))
    for _ in range(play.dice.randrange(6)):
        line = play.dice.choice(play.panel.lines)
        if play.dice.random() < 0.5:
            play.press(play.dice.choice(("register", "deregister", "retry")), line)
        else:
            handle = play.line_of(line)
            wait = play.dice.choice((handle.registered, handle.deregistered))
            wanted = wait == handle.registered
            play.promises.pressed(line.identity.account.address, play.now_s, wanted=wanted)
            with contextlib.suppress(RegistrationError):
                await play.hurt(wait(timeout=20.0))
        await play.a_moment(2.0)
    for line in play.panel.lines:
        play.press("register", line)
    await play.all_are(*REGISTERED)
    for line in play.panel.lines:
        name, held = line.identity.account.address, line.registration
        assert held is not None
        await play.until("one device", lambda: play.devices(name) == {held.device.device_id})  # noqa: B023
    await play.close()


async def failing_over(play: Play) -> None:
    """The primary dies while all are registered, and is back some time later."""
    await play.open_registered()
    play.fault("any", play.dice.choice(("refuse", "hang")), host="P1")
    await play.all_are(LineState.REGISTERED_BACKUP)
    await play.a_moment(40.0)
    play.world.cloud.clear_faults()
    if play.dice.random() < 0.5:
        play.panel.network_changed(online=False)
        await play.a_moment()
        play.panel.network_changed(online=True)
    await play.all_are(LineState.REGISTERED)
    await play.close()


async def renewing(play: Play) -> None:
    """All tokens end at once, and a crowd that uses them finds out at the same time."""
    await play.open_registered(sessions=True, messages=True)
    await play.until("stored sign-ins", lambda: not any(one.session_only for one in play.panel.accounts))
    before = play.asked("refresh")
    for name in play.names:
        play.world.cloud.alter_user(name, expire_tokens=True)

    async def use(line_id: str, number: int) -> None:
        behind = play.panel.behind(line_id)
        assert behind is not None
        tokens, client = behind
        match number % 3:
            case 0:
                await client.prove(line_id)
            case 1:
                await play.panel.devices(line_id)
            case _:
                await tokens.renew(await tokens.access_token())

    lines = play.panel.lines
    users = [use(line.identity.line_id, number) for line in lines for number in range(5)]
    outcomes = await asyncio.gather(
        *(play.hurt(user, 0.05) if play.dice.random() < 0.3 else user for user in users),
        return_exceptions=True,
    )
    wrong = [each for each in outcomes if isinstance(each, BaseException) and not _may_be(each)]
    assert not wrong, f"who used a token met {wrong[:2]!r}"
    await play.until("one renewal each", lambda: play.asked("refresh") - before >= len(lines))
    await asyncio.sleep(5.0)
    renewals = play.asked("refresh") - before
    assert renewals == len(lines), f"{renewals} renewals for {len(lines)} accounts"
    assert all(one.state is AccountState.READY for one in play.panel.accounts)
    await play.all_are(*REGISTERED)
    await play.close()


def _may_be(error: BaseException) -> bool:
    """Whether a user of a token may meet this: it was renewed a moment ago, or the service asks for time."""
    return isinstance(error, SoftphoneError)


async def signing_out(play: Play) -> None:
    """Somebody signs out while the sign-in is being renewed, and does not wait for it."""
    await play.open_registered(sessions=True, messages=play.dice.random() < 0.5)
    (name, *_), accounts = play.names, play.panel.accounts
    key = next(one.account.key for one in accounts if one.account.address == name)
    play.fault("refresh", {"delay_s": play.dice.random() * 3}, user=name)
    play.world.cloud.alter_user(name, expire_tokens=True)
    line = next(one for one in play.panel.lines if one.identity.account.address == name)
    tokens, _ = play.panel.behind(line.identity.line_id) or (None, None)
    assert tokens is not None
    renewing_it = asyncio.create_task(tokens.renew(await tokens.access_token()))
    await play.a_moment(1.0)
    await play.hurt(play.panel.sign_out(key), 1.0)
    play.promises.pressed(name, play.now_s, wanted=False)
    receipt = await play.panel.sign_out(key)
    await asyncio.gather(renewing_it, return_exceptions=True)
    await asyncio.sleep(8.0)
    live = play.state.tokens.count(name, play.world.cloud.now_s)
    given = 1  # the one that the cloud itself made for its list of users
    told = [item.sentence for item in receipt.items if not item.done]
    assert live[1] <= given or told, f"tokens are left: {live}"
    assert not play.devices(name) or told, "a device is left"
    stored = [entry for entry in play.world.keystore._values if entry.owner == key]  # type: ignore[attr-defined]
    assert not stored or told, "the keyring is not empty"
    assert name not in {one.account.address for one in play.panel.accounts}
    await play.close()


async def closing(play: Play) -> None:
    """The program ends in any state of its lines."""
    await play.open()
    await play.a_moment(1.0)
    for _ in range(play.dice.randrange(3)):
        where = play.dice.choice(("register", "keepalive", "any", "deregister", "wdm", "discovery"))
        refusals = {"status": 401}, {"status": 429, "headers": {"Retry-After": "9"}}
        open_ones = "hang", "reset", {"status": 503}, {"status": 500}, {"delay_s": 1.0}, {"wait_s": 2.0}
        answer = play.dice.choice(("refuse", *refusals, *open_ones))
        acts = play.dice.random() < 0.2 and answer not in refusals  # who refuses has not done it
        play.fault(where, answer, **({"acts": True} if acts else {}))
        await play.a_moment(50.0)
        for line in play.panel.lines:
            if play.dice.random() < 0.4:
                play.press(play.dice.choice(("register", "deregister", "retry")), line)
        await play.a_moment(3.0)
    if play.dice.random() < 0.3:
        for name in play.names:
            play.world.cloud.alter_user(name, **{play.dice.choice(("take_line", "revoke_tokens")): True})
        await play.a_moment(40.0)
    await play.close()


async def taking_over(play: Play) -> None:
    """Another device is in the way of each line; a program and a person take over at the same time."""
    for name in play.names:
        play.world.cloud.alter_user(name, other_devices=[OTHER])
    await play.open()
    taker = TakeOverOldest(play.panel)
    await play.a_moment(1.0)
    for line in play.panel.lines:
        if play.dice.random() < 0.5:
            line_id = line.identity.line_id
            devices = await play.panel.blocking_devices(line_id)
            await play.a_moment()
            if devices:
                play.press("register", line)
                play.panel.remove_device(line_id, devices[0])
    await play.all_are(*REGISTERED)
    others = [
        one for account in play.state.accounts.values() for one in account.devices.values() if one.others
    ]
    assert not others
    await taker.close()
    await play.close()


async def handing_over(play: Play) -> None:
    """Message sockets are moved while calls come in: each is told once, and only one socket stays."""
    told: Counter[tuple[str, str]] = Counter()

    def hear(line: Line, call: Call) -> None:
        del line
        told[call.call_id, call.phase.value] += 1

    await play.open_registered(messages=True)
    play.panel.on_line_call(hear)
    online = lambda: all(one.messages and one.messages.online for one in play.panel.accounts)  # noqa: E731
    await play.until("message sockets", online)
    rung = 0
    for _ in range(play.dice.randrange(1, 4)):
        if play.dice.random() < 0.7:
            play.world.cloud.sockets(shutdown=True)
        for name in play.names:
            await play.a_moment(0.1)
            rung += len(play.world.cloud.ring(name, end="missed", ring_s=1.0))
        await play.a_moment(20.0)
    await asyncio.sleep(60.0)
    await play.until("message sockets", online)
    assert len({call for call, _ in told}) == rung, f"{rung} calls, told: {told}"
    assert max(told.values()) == 1, f"told twice: {told}"
    sockets = Counter(one.user for one in play.state.sockets.by_number.values())
    assert set(sockets.values()) == {1}, f"open: {sockets}"
    await play.close()


async def late_grants(play: Play) -> None:
    """Registrations are granted late, when nobody waits for them any more."""
    how = play.dice.choice(("wait_s", "delay_s"))
    play.fault("register", {how: play.dice.uniform(1, 28)}, times=play.dice.randrange(1, 2 * len(play.names)))
    await play.open()
    await play.until("lines", lambda: len(play.panel.lines) == len(play.names))
    for _ in range(play.dice.randrange(1, 4)):
        await play.a_moment(20.0)
        for line in play.panel.lines:
            if play.dice.random() < 0.5:
                play.press(play.dice.choice(("register", "deregister", "deregister", "retry")), line)
    if play.dice.random() < 0.4:
        await play.close()
        return
    wanted = {line.identity.account.address: line.wanted for line in play.panel.lines}

    def settled() -> bool:
        for line in play.panel.lines:
            name, held = line.identity.account.address, line.registration
            ids = {held.device.device_id} if held and wanted[name] else set()
            if wanted[name] is not (line.state in REGISTERED_STATES) or play.devices(name) != ids:
                return False
        return True

    await play.until("what is wanted, and nothing else", settled, 400.0)
    await play.close()


async def commanding(play: Play) -> None:
    """Commands come in over the control socket, many at a time, and some do not wait for the answer."""
    await play.open()
    folder = Path(play.world._folder.name) / "run"
    place = Instance(name="default", lock_path=folder / "a.lock", socket_path=folder / "a.sock")
    left, answers = asyncio.Event(), Counter[str]()

    async def check(line_id: str) -> list[dict[str, Any]]:
        await asyncio.sleep(0)
        return [{"step": "Line", "state": "ok", "sentence": line_id}]

    async def ask(request: Mapping[str, Any]) -> None:
        await play.a_moment(3.0)
        reader, writer = await asyncio.open_unix_connection(str(place.socket_path))
        try:
            writer.write(json.dumps(request).encode() + b"\n")
            for _ in range(3 if request["verb"] == "follow" else 1):
                try:
                    line = await reader.readline()
                except ConnectionError as error:
                    raise AssertionError(f"{error} instead of an answer to {request}") from error
                assert line, f"no answer to {request}"
                answer = json.loads(line)
                assert answer["version"] == 1, answer
                answers["well" if answer.get("ok") else str(answer.get("error"))] += 1
                if not answer.get("ok"):
                    return
        finally:
            writer.close()

    def of(verb: str) -> Mapping[str, Any]:
        if verb in {"register", "deregister"}:
            whom = play.dice.choice([*(f"52{n + 1:02}" for n in range(len(play.names))), ""])
            return {"verb": verb, "line": whom} if whom else {"verb": verb, "all": True}
        return {"verb": verb}

    verbs = ("status", "follow", "register", "deregister", "devices", "check", "show", "accounts")
    async with Control(place, play.panel, show=None, leave=left.set, check=check):
        wishes = [ask(of(play.dice.choice(verbs))) for _ in range(16)]
        hurt = [play.hurt(one, 2.0) if play.dice.random() < 0.25 else one for one in wishes]
        for name in play.names:  # whoever presses says so: here nobody counts
            for _ in range(12):
                play.promises.pressed(name, play.now_s, wanted=None)
        await asyncio.gather(*hurt)
        await ask({"verb": "quit"})
        assert left.is_set()
    await play.close()


async def developing(play: Play) -> None:
    """The public client, entered, used and closed, each of which may be given up at any moment."""
    name = play.names[0]
    asked = 0

    async def token() -> str:
        nonlocal asked
        asked += 1
        await play.a_moment(0.2)
        return play.world.cloud.token(name)

    services: list[Service | ServiceRequest] = [
        Service.CALLING,
        ServiceRequest(Service.CONTACT_CENTER, domain="rtw.prod-us.rtmsprod.net"),
    ]
    client = PublicClient(
        token=token if play.dice.random() < 0.5 else play.world.cloud.token(name),
        cloud=play.world.read,
        services=services[: play.dice.choice((1, 2))],
        calls=play.dice.random() < 0.5,
    )
    play.world.cloud.alter_user(name, device_limit=2)
    entered = True
    if play.dice.random() < 0.4:
        entered = await play.hurt(client.__aenter__(), 0.3)
    else:
        await client.__aenter__()
    if entered:
        for _ in range(play.dice.randrange(4)):
            line = play.dice.choice(client.lines)
            uses: list[Callable[[], Coroutine[Any, Any, object]]] = [
                line.registered,
                line.deregistered,
                partial(client.devices, line),
                partial(client.blocking_devices, line),
            ]
            with contextlib.suppress(RegistrationError, RequestError):
                await play.hurt(play.dice.choice(uses)(), 1.0)
        left: tuple[str, ...] = ()
        closings = [client.close() for _ in range(play.dice.choice((1, 1, 2)))]
        for closing_it in closings:
            if play.dice.random() < 0.5:
                await play.hurt(closing_it, 1.0)
            else:
                left = await closing_it
        left = left or await client.close()
        await asyncio.sleep(3.0)
        assert not play.devices(name) or left, "a device is left"
    wdm = play.state.accounts[name].wdm_devices
    assert not wdm or not entered, f"WDM devices are left: {len(wdm)}"


async def signing_in(play: Play) -> None:
    """People sign in and give up; what they were given meanwhile is given back."""
    play.panel = play.world.open()
    await play.panel.start(restore=False)
    done = Counter[str]()
    for name in play.names:
        for _ in range(play.dice.randrange(3)):
            with contextlib.suppress(SignInError):
                done[name] += await play.hurt(play.world.sign_in(name), 0.2)
        if play.dice.random() < 0.7:
            await play.world.sign_in(name)
            done[name] += 1
    await play.until(
        "ready accounts", lambda: all(one.state is AccountState.READY for one in play.panel.accounts)
    )
    await asyncio.sleep(10.0)
    signed_in = Counter(one.account.address for one in play.panel.accounts)
    assert not signed_in or max(signed_in.values()) == 1, f"{signed_in}"
    for name in play.names:
        _, grants = play.state.tokens.count(name, play.world.cloud.now_s)
        given = 1 + done[name]  # one that the cloud itself made for its list of users
        assert grants <= given, f"{name}: {grants} grants live, {done[name]} sign-ins"
    await play.close()


SCENARIOS: Mapping[str, tuple[Scenario_, int]] = {  # and how many lines
    "registering": (registering, 5),
    "failing over": (failing_over, 3),
    "renewing": (renewing, 3),
    "signing out": (signing_out, 2),
    "closing": (closing, 3),
    "taking over": (taking_over, 3),
    "handing over": (handing_over, 2),
    "late grants": (late_grants, 3),
    "commanding": (commanding, 3),
    "developing": (developing, 1),
    "signing in": (signing_in, 2),
}
