"""Faults that last for a while, as values for `softphone/sim/fault_reader.py`; each draws its form. Pure."""

import random
from collections.abc import Callable, Sequence
from typing import Any

MOBIUS = ("P1", "P2", "B1", "B2", "D1")
LINE_PLACES = ("register", "keepalive", "deregister", "ping", "devices")
ACCOUNT_PLACES = ("catalog", "region", "wdm", "discovery", "people", "telephony")

Fault = dict[str, Any]


def some_hosts(dice: random.Random) -> list[str]:
    return dice.sample(MOBIUS, dice.choice((1, 1, 2, 3, len(MOBIUS))))


def _where(dice: random.Random) -> Fault:
    """Return whom a fault meets: one route or all, at one host or all."""
    where: Fault = {"where": dice.choice((*LINE_PLACES, "any", "register", "keepalive"))}
    if dice.random() < 0.4:
        where["host"] = dice.choice(MOBIUS)
    if dice.random() < 0.3:
        where |= {"nth": 1, "every": dice.choice((2, 3, 5))}
    return where


def _refused(dice: random.Random) -> list[Fault]:
    return [{"where": "any", "host": host, "answer": "refuse"} for host in some_hosts(dice)]


def _primaries_dead(dice: random.Random) -> list[Fault]:
    return [
        {"where": "any", "host": host, "answer": dice.choice(("refuse", "hang"))} for host in ("P1", "P2")
    ]


def _black_hole(dice: random.Random) -> list[Fault]:
    return [{"where": "any", "host": host, "answer": "hang"} for host in some_hosts(dice)]


def _reset(dice: random.Random) -> list[Fault]:
    kept: Fault = {"reused": True} if dice.random() < 0.5 else {}
    return [_where(dice) | kept | {"answer": "reset"}]


def _status(dice: random.Random) -> list[Fault]:
    status = dice.choice((500, 502, 503, 504, 400, 403, 404, 408, 409, 410, 418, 422, 401))
    where = _where(dice)
    if status in {400, 401, 409}:  # final for a line: not for everybody at once
        where |= {"nth": 1, "every": 7}
    answer: Fault = {"status": status, "form": dice.choice(("json", "html", "empty"))}
    if status >= 500 and dice.random() < 0.5:
        answer["headers"] = {"Retry-After": dice.choice(("1", "5", "20", "-1", "soon"))}
    return [where | {"answer": answer}]


def _busy(dice: random.Random) -> list[Fault]:
    answer: Fault = {"status": 429, "form": dice.choice(("json", "html", "empty"))}
    wish = dice.choice((None, "1", "5", "20", "60", "0", "-5", "soon", "Fri, 01 Jan 2021 00:00:00 GMT"))
    if wish is not None:
        answer["headers"] = {"Retry-After": wish}
    return [_where(dice) | {"answer": answer}]


def _refusal(dice: random.Random) -> list[Fault]:
    code = dice.choice((101, 103))
    body = {"errorCode": code, "devices": []}
    return [{"where": "register", "host": dice.choice(MOBIUS), "answer": {"status": 403, "body": body}}]


def _malformed(dice: random.Random) -> list[Fault]:
    # An empty 200 is left out: at a keepalive it is a word of the service (protocol.md#keepalive).
    how = dice.choice(
        ("not-json", "html", "huge", "unclosed", "cut-short", "wrong-length", "not-http", "endless-103")
    )
    return [_where(dice) | {"answer": {"malformed": how}}]


def _odd_values(dice: random.Random) -> list[Fault]:
    patch = dice.choice(
        (
            {"keepaliveInterval": dice.choice((None, "30", -1, 0, True))},
            {"device": None},
            {"device": {"uri": "http://127.0.0.1:9/api/v1/calling/web/devices/x"}},
            {"device": {"deviceId": "a/b"}},
            {"rehomingIntervalMin": -1, "rehomingIntervalMax": "soon"},
        )
    )
    return [{"where": "register", "answer": {"patch": patch}, "nth": 1, "every": 3}]


def _slow(dice: random.Random) -> list[Fault]:
    how: Fault = dice.choice(
        ({"delay_s": 1.0}, {"delay_s": 4.0}, {"delay_s": 9.0}, {"delay_s": 12.0}, {"delay_s": 28.0})
    )
    how = dice.choice((how, how, {"slow": 0.05}, {"chunk_bytes": 1}))
    return [_where(dice) | {"answer": how}]


def _late(dice: random.Random) -> list[Fault]:
    seconds = dice.choice((8.0, 12.0, 20.0, 29.0, 40.0))
    kind = dice.choice(("wait_s", "delay_s"))
    where: Fault = {"where": dice.choice(("register", "register", "deregister", "keepalive"))}
    return [where | {"answer": {kind: seconds}, "nth": 1, "every": dice.choice((1, 2, 3))}]


def _lost(dice: random.Random) -> list[Fault]:
    where: Fault = {"where": dice.choice(("register", "register", "deregister", "keepalive", "wdm"))}
    answer = dice.choice(("reset", "hang", {"status": 503}, {"malformed": "cut-short"}))
    return [where | {"acts": True, "answer": answer, "nth": 1, "every": dice.choice((1, 2, 4))}]


def _packed(dice: random.Random) -> list[Fault]:
    return [{"where": "any", "answer": {"gzip": dice.choice((1, 1, 2))}}]


def _not_the_service(dice: random.Random) -> list[Fault]:
    answer: Fault = dice.choice(
        ({"malformed": "html"}, {"status": 200, "body": {"errorCode": 500}}, {"status": 302, "form": "html"})
    )
    if answer.get("status") == 302:
        answer = {**answer, "headers": {"Location": "http://portal.example/"}}
    return [{"where": dice.choice(("keepalive", "any")), "answer": answer}]


def _identity(dice: random.Random) -> list[Fault]:
    answer = dice.choice(
        (
            "hang",
            "reset",
            {"status": 500},
            {"status": 401, "form": "html"},
            {"status": 429, "headers": {"Retry-After": "20"}},
            {"patch": {"expires_in": dice.choice((0, 24.5))}},
            {"malformed": "not-json"},
        )
    )
    return [{"where": "refresh", "answer": answer}]


def _rotated_and_lost(dice: random.Random) -> list[Fault]:
    del dice
    return [{"where": "refresh", "acts": True, "times": 2, "answer": "reset"}]


def _directory(dice: random.Random) -> list[Fault]:
    answer = dice.choice(("hang", "reset", {"status": 503}, {"malformed": "html"}, {"delay_s": 9}))
    return [{"where": place, "answer": answer} for place in dice.sample(ACCOUNT_PLACES, 2)]


def _messages(dice: random.Random) -> list[Fault]:
    return [
        dice.choice(
            (
                {"where": "message-socket", "answer": {"status": 503}},
                {"where": "message-socket", "answer": {"status": 429, "headers": {"Retry-After": "30"}}},
                {"where": "message-socket", "answer": "hang"},
                {"where": "message-socket-auth", "answer": "hang"},
                {"where": "message-socket-auth", "answer": {"close": 1006}},
                {"where": "message-socket-auth", "answer": {"close": 4400}, "times": 3},
            )
        )
    ]


SPELLS: Sequence[tuple[str, Callable[[random.Random], list[Fault]]]] = (
    ("refused", _refused),
    ("refused", _refused),
    ("primaries dead", _primaries_dead),
    ("black hole", _black_hole),
    ("black hole", _black_hole),
    ("reset", _reset),
    ("4xx, 5xx", _status),
    ("4xx, 5xx", _status),
    ("4xx, 5xx", _status),
    ("429", _busy),
    ("429", _busy),
    ("refusal", _refusal),
    ("malformed", _malformed),
    ("malformed", _malformed),
    ("odd values", _odd_values),
    ("slow", _slow),
    ("slow", _slow),
    ("late", _late),
    ("late", _late),
    ("lost answers", _lost),
    ("lost answers", _lost),
    ("gzip", _packed),
    ("not the service", _not_the_service),
    ("identity sick", _identity),
    ("rotation lost", _rotated_and_lost),
    ("directory sick", _directory),
    ("message sockets", _messages),
)
