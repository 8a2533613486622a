"""What other processes of this computer say: the control socket, its answers, monitors, and reports."""

import asyncio
import contextlib
import io
import itertools
import json
import os
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

import msgspec

from softphone.accounts.sign_in_desk import Progress, Stage
from softphone.auth.loopback import LoopbackListener
from softphone.auth.untrusted import BadJsonError
from softphone.checks.first_contact.routes import Places
from softphone.checks.first_contact.watching import Watcher
from softphone.errors import SoftphoneError
from softphone.headless.control_socket import Control
from softphone.headless.figures import _writer
from softphone.headless.instance import REQUEST_LIMIT_BYTES, _answer_in
from softphone.headless.metrics import Metrics
from softphone.headless.remote import checked
from softphone.headless.service_manager import ServiceManager
from softphone.headless.terminal import devices as terminal_devices
from softphone.headless.terminal import screen
from softphone.headless.terminal.status_rows import change_words, records, status_rows
from softphone.headless.terminal.waiting import Shown
from softphone.line.model import LineState
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud
from softphone.sim.cloud import Cloud as SimulatedCloud
from softphone.sim.json_input import InputError
from softphone.sim.likeness.reader import read_likeness
from softphone.sim.messages import Request
from softphone.sim.scenarios import SCENARIOS
from softphone.sim.services.state import Host
from softphone.webex.exchange import Exchange
from softphone.wording.moment import LOCAL
from tests.checks.first_contact.test_watching import ASKED
from tests.hostile.fuzz.readers.samples import answer_in, answer_of, as_json, errors, every_body
from tests.hostile.fuzz.readers.sign_in import _attempt
from tests.hostile.fuzz.target import Target, promise, run, texts
from tests.ui.fakes import PanelSpy, line

_PROCESS = os.getpid


class _Writer:
    """The client's side: what it is sent."""

    def __init__(self) -> None:
        self.sent = b""

    def write(self, data: bytes) -> None:
        self.sent += data

    async def drain(self) -> None:
        """Nobody is slow."""


class _Desk:
    """A sign-in that only listens for a redirect."""

    progress = Progress(stage=Stage.WAITING)

    async def begin(self, *, by_code: bool | None, limit_s: float) -> None:
        promise(by_code in (True, False, None) and 0 <= limit_s <= 600, "an attempt is bounded")

    async def cancel(self) -> None:
        """There is none."""

    async def take(self, redirect_url: str) -> None:
        LoopbackListener(_attempt(), by_hand=True).take(redirect_url)


class _Panel(PanelSpy):
    async def devices(self, line_id: str) -> Any:
        del line_id
        return self.list_devices()


@cache
def _control() -> Control:
    async def made() -> Control:
        lines = (line(LineState.REGISTERED), line(LineState.RETRY_WAIT, "Grace Hopper", "5102"))
        panel = _Panel(lines)
        control = Control(None, panel, show=lambda: None, leave=lambda: None)
        control._accounts._desk = _Desk()  # type: ignore[assignment]
        control._accounts._attempt = "a1"
        return control

    return run(made())


_VERBS = (
    *("status", "check", "register", "deregister", "devices", "remove_device", "show", "quit", "nonsense"),
    *("sign_in", "sign_in_state", "sign_in_finish", "sign_in_cancel", "sign_out_state"),
)


def _socket(data: bytes) -> object:
    """One line in; what comes out is one line of JSON, and nothing that a terminal obeys."""

    control = _control()

    async def asked() -> bytes:
        writer = _Writer()
        reader = asyncio.StreamReader(limit=REQUEST_LIMIT_BYTES)
        reader.feed_data(data if b"\n" in data else data + b"\n")
        reader.feed_eof()
        await control._serve(reader, writer)  # type: ignore[arg-type]
        if control._accounts._leaving is not None:
            await control._accounts._leaving
        return writer.sent

    sent = run(asked())
    control._door._staying.clear()
    panel = control._panel
    if isinstance(panel, _Panel):
        panel.calls.clear()
    promise(sent.count(b"\n") == 1 and sent.isascii(), "an answer is one line")
    answer = _answer_in(sent)
    promise(answer is not None and answer.get("version") == 1, "an answer is an answer")
    promise(len(sent) < 64 * 1024, "an answer is bounded")
    said = str((answer or {}).get("error", ""))
    return said, frozenset((*(answer or ()), *said.split()[:3]))


def _told_of_answer(answer: Any) -> Iterator[str]:
    yield answer[0]


def _socket_seeds() -> Iterator[bytes]:
    for verb in _VERBS:
        asked = {
            "version": 1,
            "verb": verb,
            "line": "5101",
            "all": True,
            "attempt": "a1",
            "redirect": "http://x",
        }
        yield json.dumps(asked).encode()
        yield json.dumps({"verb": verb}).encode()
    yield json.dumps({"verb": "sign_out", "account": "nobody", "erase": True}).encode()
    yield json.dumps({"verb": "remove_device", "device": "Chrome", "look": True}).encode()
    yield json.dumps({"verb": "sign_in", "by_code": None, "limit_s": 60}).encode()


# ---- answers of the running program


def _answer(data: bytes) -> object:
    told = _answer_in(data)
    if told is None:
        return None
    shown = Shown()
    shown.take(told)
    shown.take({**told, "gone": told.get("gone", [])})
    said = list(status_rows(shown.status, datetime.now(LOCAL), 80))
    said += status_rows(shown.status, datetime.now(LOCAL))
    said += terminal_devices._rows(records(told, "devices"), 80)
    rows = [change_words(one) for one in shown.lines.values()]
    with contextlib.suppress(msgspec.ValidationError):
        rows += texts(msgspec.to_builtins(msgspec.convert(told.get("progress"), Progress)))
    with contextlib.suppress(SoftphoneError):
        checked(told)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        screen.show(said)
        screen.say("\n".join(rows))
    return printed.getvalue().split("\n")


def _rows_told(rows: Any) -> Iterator[str]:
    yield from rows or ()


def _answer_seeds() -> Iterator[bytes]:
    control = _control()

    async def told() -> Any:
        return control._status()

    status = run(told())
    yield as_json(status)
    yield as_json({**status, "gone": ["l1"], "missed": 2})
    yield as_json({"version": 1, "ok": False, "error": "There is no line."})
    device = {"name": "Chrome", "seen": "5 min ago", "id": "beb3c025", "this_computer": True, "account": "a"}
    yield as_json({"ok": True, "devices": [device, {**device, "account": "b"}]})
    yield as_json({"ok": True, "progress": msgspec.to_builtins(_Desk.progress)})
    paused = {
        "account": "ada",
        "messages": {"online": False, "since": "2026-11-22T09:00:00Z"},
        "notice": "A: b",
    }
    yield as_json({"ok": True, "lines": [], "accounts": [paused, {"account": "b", "state": "ended"}]})


# ---- a monitor


@cache
def _metrics() -> Metrics:
    return Metrics(PanelSpy())


class _NoFigures:
    async def text(self, accept: str) -> tuple[str, bytes]:
        return _writer(accept)[0], b""


def _monitor(data: bytes) -> object:
    metrics = _metrics()
    metrics._figures = _NoFigures()  # type: ignore[assignment]
    answer = run(metrics._answer(data))
    head, _, _ = answer.partition(b"\r\n\r\n")
    promise(
        head.startswith(b"HTTP/1.1 ") and head.count(b"\r\n") == 4, "nothing of a request is in the answer"
    )
    return head.split(b"\r\n")[0].decode()


def _service_manager(data: bytes) -> object:
    usec, _, address = data.decode("utf-8", "surrogateescape").replace("\0", "").partition("\n")
    environment = {"WATCHDOG_USEC": usec, "NOTIFY_SOCKET": address, "WATCHDOG_PID": str(_PROCESS())}

    async def made() -> float:
        manager = ServiceManager(PanelSpy(), lambda: "well", environment)
        manager._tell("READY=1")
        return manager._beat_s

    beat_s = run(made())
    promise(0 < beat_s < 1e9, "a heart beats")
    return beat_s > 1


# ---- reports of a first contact, and the simulated cloud


def _watched(data: bytes) -> object:
    status, headers, body = answer_in(data)
    first = headers.pop("route", "0")
    routes = list(ASKED)
    method, url = ASKED[routes[int(first) % len(routes) if first.isdecimal() and len(first) < 9 else 0]]
    watcher = Watcher(Places(Cloud()), Policy())
    ours = body[: 8 * 1024]  # no request of ours is longer
    watcher.see(Exchange(method, url, {}, ours, status, headers, body, 0.1))
    told = json.dumps(watcher.entries[0])
    promise(len(told) < 160_000, "a shape is small")
    said = [str(one) for one in watcher.differences]
    return said, frozenset(text[:30] for text in said)


def _watched_seeds() -> Iterator[bytes]:
    for number, body in enumerate(itertools.chain(every_body(), errors())):
        yield answer_of(200, body, route=str(number % 18), content_type="application/json", retry_after="30")


def _likeness(data: bytes) -> object:
    return list(read_likeness(data).answers)


def _likeness_seeds() -> Iterator[bytes]:
    watcher = Watcher(Places(Cloud()), Policy())
    for (method, url), body in zip(ASKED.values(), itertools.cycle(every_body()), strict=False):
        watcher.see(Exchange(method, url, {}, b"", 200, {"content-type": "application/json"}, body, 0.1))
    exchanges = [entry for entry in watcher.entries if entry["route"] != "OPTIONS"]
    yield as_json({"report": "softphone first-contact", "version": 1, "exchanges": exchanges[:4]})
    for one in exchanges:
        yield as_json({"report": "softphone first-contact", "version": 1, "exchanges": [one]})


_clouds: list[tuple[SimulatedCloud, int]] = []


def _cloud() -> SimulatedCloud:
    """A cloud that has not seen too much yet."""
    cloud, used = _clouds.pop() if _clouds else (None, 0)
    if cloud is None or used > 100:
        roles = (("base", "base"), ("control", "control"), ("P1", "primary"), ("D1", "cluster"))
        hosts = tuple(Host(name, role, f"http://127.0.0.1:{n}") for n, (name, role) in enumerate(roles, 1000))
        chance = Random(1)
        cloud, used = SimulatedCloud(SCENARIOS["calm"], hosts, random_bytes=chance.randbytes), 0
    _clouds.append((cloud, used + 1))
    return cloud


_REQUEST = re.compile(r"([A-Z]{3,7}) (/[!-~]*) (\w+)")


def _simulated(data: bytes) -> object:
    """A request to the simulated cloud, its control desk first."""
    first, _, body = data.partition(b"\n")
    asked = _REQUEST.fullmatch(first.decode("latin-1"))
    method, target, host = asked.groups() if asked else ("POST", "/__cloud__/faults", "control")
    path, _, query = target.partition("?")
    cloud = _cloud()
    host = host if host in cloud.state.hosts else "base"
    headers = {"content-type": "application/json", "authorization": "Bearer x"}
    reply = cloud.handle(Request(host, method, path, query, headers, body), 1.0)
    promise(100 <= reply.status <= 599, "a reply has a status")
    return frozenset((str(reply.status),))


def _simulated_seeds() -> Iterator[bytes]:
    faults = [
        {"where": "register", "nth": [1, 2], "every": 3, "times": 2, "answer": {"status": 429, "headers": {}}}
    ]
    bodies: tuple[tuple[str, Any], ...] = (
        ("faults", faults),
        (
            "faults",
            [{"where": "any", "host": "P1", "for_s": 5, "answer": {"patch": {"a": 1}, "gzip": 2, "slow": 1}}],
        ),
        (
            "faults",
            [{"where": "call", "answer": {"close": 4401, "reason": "x"}}, {"where": "any", "answer": "hang"}],
        ),
        ("clock", {"advance_s": 5}),
        (
            "users",
            {
                "name": "ada@example.com",
                "device_limit": 2,
                "other_devices": [{"name": "x"}],
                "new_token": True,
            },
        ),
        ("settings", {"expiry_intervals": 5, "ready_events": ["a"]}),
        (
            "calls",
            {
                "user": "ada@example.com",
                "from": "+12145550100",
                "name": "Ann",
                "end": "elsewhere",
                "ring_s": 8,
            },
        ),
        ("sockets", {"event": {"a": 1}, "id": "x", "sent_ago_s": 5}),
        ("sockets", {"close": 4401, "reason": "x"}),
    )
    for resource, body in bodies:
        yield f"POST /__cloud__/{resource} control\n\n{json.dumps(body)}".encode()
    pages = ("/__cloud__/journal?since=0", "/__cloud__/state", "/v1/authorize?state=a&client_id=b")
    for target in pages:
        yield f"GET {target} base\n".encode()
    yield b"POST /v1/access_token base\n\ngrant_type=refresh_token&refresh_token=x"
    yield b'POST /calling/web/device P1\n\n{"userId": "u", "clientDeviceUri": "d", "serviceData": {}}'


TARGETS = (
    Target(
        name="control socket",
        read=_socket,
        seeds=_socket_seeds,
        raises=(asyncio.LimitOverrunError,),
        modules=("headless/control_socket.py", "headless/account_verbs.py", "headless/device_verbs.py"),
        words=(*(f'"{verb}"' for verb in _VERBS), '"line":', '"all":', '"version":'),
        told=_told_of_answer,
        told_chars=2000,
        most_bytes=8192,
        share=0.8,
    ),
    Target(
        name="answers of the running program",
        read=_answer,
        seeds=_answer_seeds,
        raises=(),
        modules=(
            "headless/instance.py",
            "headless/terminal/status_rows.py",
            "headless/remote.py",
            "headless/terminal/waiting.py",
            "headless/sign_in.py",
            "headless/terminal/devices.py",
        ),
        words=('"lines":', '"words":', '"since":', "2026-11-22T10:14:22.123Z", '"messages":', '"devices":'),
        told=_rows_told,
        told_chars=64 * 1024,  # one of ours has said it
        usual_bytes=8192,
        share=0.2,
    ),
    Target(
        name="a monitor's requests",
        read=_monitor,
        modules=("headless/metrics.py", "headless/figures.py"),
        seeds=lambda: [
            b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9464\r\nAccept: text/plain;q=0.5\r\n\r\n",
            b"GET /x HTTP/1.1\r\nhost: localhost\r\naccept: application/openmetrics-text\r\n\r\n",
        ],
        words=("\r\n", "Host: ", "127.0.0.1", "localhost", "GET /metrics ", "accept: "),
        raises=(),
        most_bytes=8192,
        share=4,
    ),
    Target(
        name="the service manager's words",
        read=_service_manager,
        modules=("headless/service_manager.py",),
        seeds=lambda: [b"30000000\n", b"0\n@x", b"\n/nowhere/notify"],
        raises=(),
        most_bytes=8192,
        share=3,
    ),
    Target(
        name="first contact",
        read=_watched,
        seeds=_watched_seeds,
        raises=(BadJsonError,),
        modules=(
            "checks/first_contact/watching.py",
            "checks/first_contact/shapes.py",
            "checks/first_contact/differences.py",
            "checks/first_contact/routes.py",
        ),
        words=("route: ", "content-encoding: gzip", "retry-after: "),
        told=texts,
        told_chars=2000,
        most_bytes=256 * 1024,
        share=0.2,
    ),
    Target(
        name="likeness of a report",
        read=_likeness,
        seeds=_likeness_seeds,
        raises=(InputError,),
        modules=("sim/likeness/reader.py", "sim/json_input.py"),
        words=('"type":', '"keys":', '"of":'),
        usual_bytes=8192,
        share=2,
    ),
    Target(
        name="the simulated cloud's requests",
        read=_simulated,
        seeds=_simulated_seeds,
        raises=(),
        modules=("sim/control.py", "sim/fault_reader.py", "sim/sockets/desk.py", "sim/messages.py"),
        words=("POST /__cloud__/", "GET ", " control\n", '"answer":', '"where":'),
        share=3,
    ),
)
