"""A secret of ours is found again in any shape in which a server may send it back."""

import base64
import json
import logging
import os
import random
import secrets
import string
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from softphone.auth.untrusted import tracking_id
from softphone.checks.diagnostics import without_secrets
from softphone.sim.server import CloudServer
from softphone.system import live_secrets
from softphone.system.log import Redaction, redact
from tests.system.test_log import WEBEX_TOKEN

PLAIN = "a/b+Zq0.9~Kx7" + "Wm3tR8vLpN2cYd6hJ5sQ/fG+4kB1" * 2
SHAPES: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: secret,
    "percent-encoded": lambda secret: urllib.parse.quote(secret, safe=""),
    "percent-encoded twice": lambda secret: urllib.parse.quote(urllib.parse.quote(secret, safe=""), safe=""),
    "every byte percent-encoded": lambda secret: "".join(f"%{ord(c):02X}" for c in secret),
    "as a form": urllib.parse.quote_plus,
    "in JSON": lambda secret: json.dumps(secret).replace("/", "\\/"),
    "in JSON twice": lambda secret: json.dumps(json.dumps({"x": secret})),
    "Basic": lambda secret: base64.b64encode(f"client-7:{secret}".encode()).decode(),
    "Basic, another name": lambda secret: base64.b64encode(f"me:{secret}".encode()).decode(),
    "base64, one more": lambda secret: base64.urlsafe_b64encode(f"a:{secret}!".encode()).decode(),
    "cut off": lambda secret: secret[:40],
    "its end": lambda secret: secret[-40:],
    "two halves": lambda secret: f"{secret[:36]} and {secret[36:]}",
    "in lines": lambda secret: "\r\n ".join(secret[i : i + 20] for i in range(0, len(secret), 20)),
    "in lines, as a string": lambda secret: repr("\n".join(secret[i : i + 20] for i in range(0, 60, 20))),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("secret", [PLAIN, WEBEX_TOKEN], ids=["plain", "webex"])
def test_s18_no_part_of_a_secret_is_left_in_any_shape(shape: Callable[[str], str], secret: str) -> None:
    live_secrets.note(secret)
    text = f"tracking ID {shape(secret.partition('_PF84_')[0])}, HTTP 500 at node-17.example.com"
    hidden = live_secrets.hide(text)
    assert live_secrets.HIDDEN in hidden
    assert hidden.startswith("tracking ID ")
    assert hidden.endswith(", HTTP 500 at node-17.example.com")
    told = hidden.removeprefix("tracking ID ").removesuffix(", HTTP 500 at node-17.example.com")
    # A client's name before the secret may be read, and what is too short to mean anything.
    assert len("".join(filter(str.isalnum, told.replace(live_secrets.HIDDEN, "")))) <= 16


def longest_shared(text: str, other: str) -> str:
    """Return a run of twelve letters and digits that both have, if there is one."""
    one, two = ("".join(filter(str.isalnum, each)) for each in (text, other))
    return next((one[i : i + 12] for i in range(len(one) - 11) if one[i : i + 12] in two), "")


def test_s18_a_random_secret_is_found_wherever_it_stands() -> None:
    chance = random.Random(18)
    for _ in range(300):
        secret = secrets.token_urlsafe(chance.randint(24, 96))
        live_secrets.note(secret)
        around = "".join(chance.choices(string.printable, k=chance.randint(0, 50)))
        text = around + secret[chance.randint(0, 4) :] + around
        assert not longest_shared(live_secrets.hide(text), secret)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "softphone register: the client answered 503",
        "WXC_0f8fad5b-d9cb-469f-a165-70867728950e",
        "https://mobius.example.com/api/v1/calling/web/devices/cf7f3d6c-bab4-4c8f-a439-7d590838f96e",
        "organisation 1eb65fdf-9643-417f-9974-ad72cae0e10f",
        "100 %, 50%ab, C:\\new\\text \\ud83d\\ude00 [hidden]",
    ],
)
def test_s18_what_is_no_secret_stays(text: str) -> None:
    live_secrets.note(WEBEX_TOKEN, "softphone-client-secret-4711", "hunter2", "", None)
    assert live_secrets.hide(text) == text


def test_s18_those_used_last_are_remembered_and_what_is_forgotten_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_secrets, "GRAMS_LIMIT", 1000)
    used = secrets.token_urlsafe(64)
    old = used[:50] + secrets.token_urlsafe(64)
    live_secrets.note(old)
    for _ in range(40):
        live_secrets.note(secrets.token_urlsafe(64), used)
    assert longest_shared(live_secrets.hide(old), old[50:])
    assert live_secrets.hide(used) == live_secrets.HIDDEN
    assert len(live_secrets._form_by_gram) <= 1000


@pytest.mark.parametrize("part", ["a", "%", "\\", "%25", "\\u00", PLAIN[:20], PLAIN + " "])
def test_s18_a_long_text_is_looked_through_in_no_time(part: str) -> None:
    live_secrets.note(PLAIN)
    began_s = time.process_time()
    live_secrets.hide(part * (400_000 // len(part)))
    assert time.process_time() - began_s < 4.0


def test_s18_every_way_out_of_the_program_hides_it() -> None:
    live_secrets.note(PLAIN)
    assert tracking_id({"TrackingID": PLAIN}, None) == "[hidden]"
    assert tracking_id({}, {"trackingId": f"x {PLAIN[:50]}"}) == "x [hidden]"
    assert redact(f"odd: {PLAIN}") == "odd: [hidden]"
    assert without_secrets(f"odd: {PLAIN}") == "odd: [hidden]"


# ---- the real program and a server that sends back what it was sent


@pytest.mark.slow
@pytest.mark.parametrize("as_json", [True, False], ids=["json", "words"])
def test_s18_a_token_that_a_server_echoes_is_in_no_output_and_no_file(as_json: bool, tmp_path: Path) -> None:
    with CloudServer("device-limit") as cloud:
        token = cloud.users[0].token
        half = len(token) // 2
        echoed = urllib.parse.quote(token, safe="")
        words = {"message": f"{token[:half]} is not {token[half:]}", "trackingId": echoed}
        answer = {"patch": words, "headers": {"trackingid": echoed}}
        cloud.faults([{"where": "register", "answer": answer}])
        done = subprocess.run(
            [
                *(sys.executable, "-m", "softphone", "watch", "--token-env", "TOKEN", "--until", "error"),
                *("--for", "20", "--cloud", str(cloud.cloud_file), "--log-level", "debug"),
                *(["--json"] if as_json else []),
            ],
            env={**os.environ, "TOKEN": token, "SOFTPHONE_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 0
    assert "[hidden]" in done.stdout  # in the place of the tracking ID
    files = [path.read_text("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 2
    for text in (done.stdout, done.stderr, *files):
        assert not longest_shared(text, token.partition("_")[0])


def test_s18_a_log_record_with_it_is_hidden_in_its_exception_too() -> None:
    live_secrets.note(PLAIN)
    record = logging.LogRecord(
        "x", logging.INFO, "", 1, "said %r", (PLAIN,), (ValueError, ValueError(PLAIN), None)
    )
    Redaction().filter(record)
    assert not longest_shared(record.getMessage() + str(record.exc_text), PLAIN)
