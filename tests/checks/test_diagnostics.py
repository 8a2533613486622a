"""The text that leaves this computer for support: useful, and without a secret (interface.md#checks: 25)."""

import time

import pytest

from softphone.checks.diagnostics import report, without_secrets
from softphone.system.loop_time import Lateness

TOKEN = "NjY3OTQ0YjUtZDRhZC00ZGNlLWE2NzYtM2Y4_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
CANARIES = (TOKEN, JWT, "ref-resh", "hushhush", "c00kie", "ada@example.com", "ada%40example.com", "s3cret")
DIRTY = f"""
2026-11-22 10:14:22,1 DEBUG x Authorization: Bearer {TOKEN}
2026-11-22 10:14:22,2 DEBUG x a header Bearer {TOKEN} in a sentence
2026-11-22 10:14:23,1 DEBUG x Set-Cookie: sid=c00kie; Path=/
2026-11-22 10:14:24,1 DEBUG x {{"access_token": "{TOKEN}", "refresh_token": "ref-resh"}}
2026-11-22 10:14:25,1 INFO x client_secret=hushhush&x=1 {JWT}
2026-11-22 10:14:26,1 INFO x signed in: ada@example.com, https://x.example.com/?who=ada%40example.com
2026-11-22 10:14:27,1 INFO x proxy http://ada:s3cret@gate.example.com:8080 tracking ID WXC_7f3a
"""


def leaks(text: str) -> list[str]:
    """Return what the grep of check 24 would find."""
    return [canary for canary in (*CANARIES, "Bearer") if canary in text]


def test_the_sample_is_as_dirty_as_it_looks():
    assert leaks(DIRTY) == [*CANARIES, "Bearer"]


def test_what_leaves_has_no_secret_and_keeps_what_support_needs():
    clean = without_secrets(DIRTY)
    assert leaks(clean) == []
    assert "tracking ID WXC_7f3a" in clean
    assert "a...@example.com" in clean
    assert "who=a...%40example.com" in clean
    assert "http://[hidden]@gate.example.com:8080" in clean
    assert clean.count("\n") == DIRTY.count("\n")


@pytest.mark.parametrize(
    ("late", "row"),
    [
        (Lateness(), "This program was never held up while it waited for a server."),
        (Lateness(0.04), "This program was held up: worst 40 ms; holds over 250 ms: 0"),
        (Lateness(0.3121, 4), "This program was held up: worst 312 ms; holds over 250 ms: 4"),
    ],
)
def test_the_report_tells_how_this_program_was_held_up(late: Lateness, row: str):
    assert row in report((), (), 0.0, late).splitlines()


def test_a_long_word_is_looked_through_once():
    began_s = time.thread_time()
    assert without_secrets("a." * 50_000) == "a." * 50_000
    assert time.thread_time() - began_s < 1.0
    assert without_secrets(".-ada@x.org") == ".-a...@x.org"
