"""Inputs that once broke a reader, by its name: each stays broken no more (`test_found.py`)."""

import json
import zipfile

from tests.hostile.fuzz.readers.history import _parts, _zipped

_REPORT = {"report": "softphone first-contact", "version": 1}
_CELLS = (
    {"entries": [[4, 1, [4, ""], 1, "", "", "", '"']]},
    {"sessions": [[1, 7, 5, [], ""]]},
    {"sessions": [[1, 7, "", 0, ""]]},
    {"entries": [[5, 1, 0, "", "", "", "", ""]]},
    {"entries": [[1, 1, 7, "1e99", "", "", "", ""]]},
    {"entries": [[6, 1, "97199254740993", 1, "state", "a", "", "{}"]]},
    {
        "sessions": [[1, -7, 0, 0, ""]],
        "lines": [[1, "", '{"line_id":"","account":{"key":""}}']],
        "shown": [[1, 1, 1, -9, "ringing", 1, None, ""], [3, 1, 1, 0, [""], 1, None, ""]],
    },
)
_ACCOUNTS = {"accounts": [{"messages": {"online": False}}, {"account": [""]}]}

FOUND: tuple[tuple[str, bytes], ...] = (
    # more digits than a number has a meaning
    ("refusals of the service", b'403\n\n{"errorCode":10000000000000000000}'),
    (
        "registration",
        b'{"device":{"deviceId":"d","uri":"https://a/devices/d"},"voicePortalNumber":1' + b"0" * 390 + b"}",
    ),
    (
        "message socket's frames",
        b'{"data":{"eventType":"mobius.calldisconnected","callId":"a","deviceId":"a","causecode":-1'
        + b"0" * 40
        + b"}}",
    ),
    ("registration socket's frames", b'{"type":"response_event","statusCode":8}'),
    (
        "device code answers",
        b'\n\n{"device_code":"a","user_code":"a","verification_uri":"https://a/","interval":1'
        + b"0" * 399
        + b"}",
    ),
    ("the service manager's words", b""),
    ("the service manager's words", b"9429429429429429"),
    ("the service manager's words", b"9" * 309),
    ("the simulated cloud's requests", b"GET /__cloud__/journal?since=" + b"8" * 4400 + b" base\n"),
    # looked at again and again
    ("callback URL", b"http://loc" + b"a" * 8000 + b"\\"),
    ("pasted redirect", b"loc" + b"a" * 8000 + b"\\"),
    ("loopback port's requests", b"GET /" + b"a" * 8000 + b"\\ HTTP/1.1\r\nHost: localhost:47113\r\n\r\n"),
    *(("rows of the log", part * (16_000 // len(part))) for part in (b"9", b"a.", b"eyJ-", b"\\", b"a%40")),
    ("the loader's words", b"lib" * 20_000),
    # shown as it came
    ("policy file", b'a=0\n"\\u202e"=0\n[settings]\n"\\u001b[31m"=1\n' + b"a" * 20_000 + b"=1"),
    ("settings import", b"version=1\n[settings]\n" + b"a" * 20_000 + b"=[]"),
    ("cloud file", b"[a]\n[" + b"a" * 20_000 + b"]\n[" + b"a" * 20_000 + b"]"),
    ("proxies of this computer", b"\x0e"),
    ("history's rows", b'{"table":"\xe2\x81\xa6\\u001b"'),
    ("control socket", b'{"verb":"sign_out","account":"\\r"}'),
    ("names", b"a" * 63 + b" a"),
    ("profile file", b'[clouds."https://webexapis.com/v1".a]\nname = "\\u202e"'),
    # hosts that nobody can look up, and passwords that are no text
    ("proxies of this computer", b"\xa3"),
    ("proxies of this computer", b"a" * 64),
    ("proxies of this computer", b"http://a:\xe2@a"),
    ("cloud file", b'[cloud]\napi_url = "https://a..b/v1"'),
    # values that no program of ours writes
    *(("history's cells", json.dumps(cells).encode()) for cells in _CELLS),
    ("capsule's bytes", _zipped(_parts(b"{}", b""), zipfile.ZIP_LZMA).replace(b"manifest", b"Manifest", 1)),
    ("answers of the running program", json.dumps(_ACCOUNTS).encode()),
    (
        "answers of the running program",
        b'{"lines":[{"state":[""],"next_try_at":"2026-11-28T14:00:00Z","words":{"state":{}}}]}',
    ),
    (
        "likeness of a report",
        json.dumps(
            _REPORT | {"exchanges": [{"route": "token", "body": {"type": "text", "host": None}}]}
        ).encode(),
    ),
)
