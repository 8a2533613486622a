"""What is shown, logged and given away: names, pages, logs; and what this program is started with."""

import base64
import contextlib
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from softphone.auth.untrusted import plain_text
from softphone.checks import missing_library, updates
from softphone.checks.diagnostics import without_secrets
from softphone.checks.first_contact.routes import Route
from softphone.checks.stand_ins import StandIns, hide_secrets
from softphone.checks.update_source import UpdateSource
from softphone.commands import config, past
from softphone.commands.shared import options
from softphone.errors import UpdateError
from softphone.headless import browser
from softphone.headless.records import as_dict, device_records, line_record
from softphone.i18n import few, visible
from softphone.line.device import Device
from softphone.line.model import LineState
from softphone.system import live_secrets
from softphone.system.live_secrets import HIDDEN
from softphone.system.log import redact
from softphone.values import replace
from softphone.webex.address import read_address
from softphone.webex.tls import issuer_name
from softphone.webex.wire import BODY_LIMIT_BYTES, BrokenAnswerError, read_devices, read_registration
from softphone.wording import device_words, line_facts
from tests.hostile.fuzz.readers.samples import NOW, as_json, of_routes
from tests.hostile.fuzz.target import Target, promise, texts
from tests.ui.fakes import MOMENT, line

_TOKEN = "NzAwMTIzNDU2Nzg5abcdefghij_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f"
_LOG_ROWS = (
    "2026-11-22T10:14:22.120+01:00 INFO softphone.webex.client GET a.webex.com/x: 200 in 40 ms [WXC_1]",
    "2026-11-22T10:14:22.120+01:00 INFO softphone.calling.line_runner Ada Lovelace ext. 5101: registered",
    f"Authorization: Bearer {_TOKEN}\ncookie: a=b; c",
    'https://localhost/cb?code=abc&state="x" {"token": "abc", "client_secret":"d\\"e"} password=\'p\\\'q\'',
    "ada@example.com +1 (214) 555-0100 /home/ada/x 8a67806f-fc4d-446b-a131-31e71ea5b0e9 https://u:p@host/",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln %2B12145550100 ada%40example.com ext. 5101",
    " disconnecting Chrome, last seen",
)
_LOG_WORDS = (
    *("bearer ", "code=", "state=", '"token":', "%3D", '\\"', "\\\\", "@", "%40", "+1", ".", "-", "_"),
    *("eyJ", "password: ", "cookie: ", "://", "/home/", "softphone.calling.x ", "ext. 5"),
    *("Y2lzY29zcGFyazov", "aA1"),
)


def _hidden(data: bytes) -> object:
    """Whatever stands round it, a live secret is in nothing that leaves this computer."""
    text = data.decode("utf-8", "replace")
    live_secrets.forget()
    live_secrets.note(_TOKEN)
    found = [redact(text), hide_secrets(text), without_secrets(text), _stand_ins().text(text)]
    for told in found:
        letters = re.sub(r"[^A-Za-z0-9]", "", told.replace(HIDDEN, "\0"))
        promise("NzAwMTIzNDU2Nzg5" not in letters, "a secret of ours is hidden")
    promise(redact("code: 403") == "code: 403", "what is no secret stays")
    return [told == text for told in found]


@cache
def _stand_ins() -> StandIns:
    made = StandIns(names_here={"adalaptop": "this-computer"})
    made.learn_account(
        {"key": "k", "name": "Ada Lovelace", "address": "ada@example.com", "organisation": "Ex"}
    )
    made.learn_line({"line_id": "l1", "phone_number": "+12145550100"})
    return made


def _log(data: bytes) -> object:
    """A log's row, as it is: many of these patterns look at it."""
    text = data.decode("utf-8", "replace")
    made = StandIns(names_here={})
    return len(redact(text)) > 0, len(without_secrets(text)) > 0, len(made.text(text)) > 0


def _name(data: bytes) -> object:
    text = data.decode("utf-8", "surrogateescape")
    plain = plain_text(text, 64)
    promise(len(plain) <= 64 and plain.isprintable(), "a name is short and plain")
    promise(plain_text(plain, 64) == plain, "a name stays as it is")
    promise(
        (not plain.startswith(" ") and not plain.endswith(" ")) or len(plain) == 64,
        "a name has no blanks round it",
    )
    shown = visible(text)
    promise(shown.isprintable() and visible(shown) == shown, "what is visible is visible")
    few((plain, plain))
    return plain, missing_library.missing_library(text) is None


def _loader(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    found = missing_library.missing_library(text)
    if found is None:
        return None
    package = missing_library.debian_package(found)
    return package and missing_library.packages_in_words(package)


def _issuer(data: bytes) -> object:
    try:
        pairs = json.loads(data)
    except (ValueError, RecursionError):
        return None
    rows = (
        [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2]
        if isinstance(pairs, list)
        else []
    )
    issuer = tuple(((str(key), str(value)),) for key, value in rows)
    return issuer_name(issuer)


def _page(data: bytes) -> object:
    from softphone.ui.sign_in.blocked_page import refuses_this_window

    return refuses_this_window(data.decode("utf-8", "replace"))


_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def _source() -> UpdateSource:
    address = read_address("https://updates.example.com/softphone.json")
    if address is None:
        raise AssertionError
    return UpdateSource(address, _KEY.public_key().public_bytes_raw())


_GOOD_LIST = as_json(
    {
        "version": "99.0.0",
        "date": "2026-12-24",
        "notes": "Lines come back faster.",
        "page": "https://updates.example.com/99.0.0",
    }
)


def _updates(data: bytes) -> object:
    """A list that the authors have signed, whatever is in it; and the bytes as its signature."""
    signed = base64.b64encode(_KEY.sign(data))
    try:
        updates.read_list(_GOOD_LIST, data, _source())
    except UpdateError:
        pass
    else:
        promise(False, "what nobody has signed is not read")
    found = updates.read_list(data, signed, _source())
    return found.is_newer, found.notes, found.page, found.version


def _argument(data: bytes) -> object:
    text = data.decode("utf-8", "surrogateescape")
    for read in (past._count, past._moment, options.seconds, options.port, options._scale):
        try:
            read(text)
        except ValueError:
            continue
    name = ("history_days", "recheck_s", "theme", "compact")[len(text) % 4]
    return name, type(config._read(name, text)).__name__


def _devices_in_words(data: bytes) -> object:
    """What the window and the commands say of the devices and of a registration that a server told of."""
    devices: tuple[Device, ...] = ()
    shown = line(LineState.REGISTERED)
    with contextlib.suppress(BrokenAnswerError):
        if b'"devices"' in data:
            devices = read_devices(data, answered_at=NOW)
        else:
            shown = replace(shown, registration=read_registration(data, answered_at=NOW))
    said = [device_words.dropped_together(devices, MOMENT)]
    for choice in device_words.choices(devices, (), MOMENT):
        said += [choice.spoken, choice.seen_at, device_words.question(choice)]
    for record in device_records(devices, shown.identity, (shown,), MOMENT):
        said += texts(as_dict(record))
    for fact in line_facts.facts(shown, MOMENT):
        said += [fact.label, fact.value, fact.copy]
    said += texts(as_dict(line_record(shown, MOMENT)))
    return said


def _device_seeds() -> Iterator[bytes]:
    yield from of_routes(Route.DEVICES, Route.REGISTER)
    for at in ("2026-01-05T05:08:46Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", 1767589726000):
        row = {"lastSeen": at, "status": "inactive", "addresses": ["sip:a"], "uri": "https://a/devices/d1"}
        yield as_json({"devices": [{"deviceId": f"d{n}", **row} for n in (1, 2)]})
        yield as_json({"device": {"deviceId": "d1", **row}, "keepaliveInterval": 30})


def _browser(data: bytes) -> object:
    named = data.decode("utf-8", "surrogateescape").replace("\0", "")
    found = browser.commands({"BROWSER": named, "PATH": "/nowhere"}, "linux")
    return not found


_PLAIN: dict[str, Any] = {"raises": (), "told": texts}

TARGETS = (
    Target(
        name="devices in words",
        read=_devices_in_words,
        seeds=_device_seeds,
        share=0.3,
        raises=(),
        told=texts,
        modules=("webex/wire.py", "wording/device_words.py", "wording/line_facts.py", "headless/records.py"),
        words=(
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00+23:59",
            '"lastSeen":',
            "2026-11-22T09:13:58.000Z",
        ),
        most_bytes=BODY_LIMIT_BYTES,
    ),
    Target(
        name="the person's browser",
        read=_browser,
        modules=("headless/browser.py",),
        raises=(),
        share=1,
        seeds=lambda: [b"firefox %s:lynx", b"'a b' \"c\" %s"],
        words=("%s", ":", "'", '"', "\\"),
        most_bytes=8192,
    ),
    Target(
        name="secrets in any text",
        read=_hidden,
        modules=("system/log.py", "system/live_secrets.py", "checks/stand_ins.py", "checks/diagnostics.py"),
        seeds=lambda: [row.encode() for row in _LOG_ROWS],
        words=(*_LOG_WORDS, _TOKEN, _TOKEN[:40], base64.b64encode(_TOKEN.encode()).decode()),
        raises=(),
        most_bytes=16 * 1024,
        share=0.1,
    ),
    Target(
        name="rows of the log",
        read=_log,
        modules=("system/log.py", "checks/stand_ins.py", "checks/diagnostics.py", "checks/gathering.py"),
        seeds=lambda: [row.encode() for row in _LOG_ROWS],
        words=_LOG_WORDS,
        raises=(),
        most_bytes=16 * 1024,
        share=0.1,
    ),
    Target(
        name="names",
        read=_name,
        modules=("auth/untrusted.py", "i18n.py"),
        seeds=lambda: [b"Ada Lovelace", "Zoë \u202eevil\u202c".encode(), b"a\x1b[31mb"],
        share=0.8,
        **_PLAIN,
    ),
    Target(
        name="the loader's words",
        read=_loader,
        modules=("checks/missing_library.py",),
        seeds=lambda: [b"libXfixes.so.3: cannot open shared object file: No such file", b"libz.so.1: x"],
        words=("lib", ".so", ".so.", ": cannot open shared object file"),
        share=3,
        **_PLAIN,
    ),
    Target(
        name="a certificate's issuer",
        read=_issuer,
        modules=("webex/tls.py",),
        seeds=lambda: [b'[["commonName", "test CA"], ["organizationName", "Example"]]'],
        share=4,
        **_PLAIN,
    ),
    Target(
        name="words of a sign-in page",
        read=_page,
        modules=("ui/sign_in/blocked_page.py",),
        seeds=lambda: [
            b"This browser or app may not be secure",
            b"AADSTS53003: x",
            b"disallowed_useragent",
            b"Your browser is not supported",
            b"outdated browser",
        ],
        words=("browser ", "not ", "user agent", "n't ", "unsupported ", "support"),
        raises=(),
        share=6,
    ),
    Target(
        name="list of versions",
        read=_updates,
        modules=("checks/updates.py",),
        seeds=lambda: [_GOOD_LIST, base64.b64encode(bytes(64))],
        words=('"version":', '"notes":', '"page":', '"date":', "https://updates.example.com/"),
        raises=(UpdateError,),
        told=texts,
        told_chars=2048,
        most_bytes=updates.LIST_LIMIT_BYTES,
        share=0.5,
    ),
    Target(
        name="words of the command line",
        read=_argument,
        modules=("commands/past.py", "commands/config.py", "commands/shared/options.py"),
        seeds=lambda: [b"30m", b"2026-11-22T10:14:22Z", b"7", b"[5, 10]", b"on"],
        words=("m", "h", "d", "+00:00", "Z", "[", "]"),
        raises=(),
        share=1.5,
    ),
)
