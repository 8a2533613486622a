"""What is said of accounts, devices, settings and times, a row for each situation."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from softphone.accounts.snapshot import AccountSnapshot, AccountState, Notice, NoticeKind
from softphone.errors import ConfigError
from softphone.line.device import Device
from softphone.line.failure import Remedy
from softphone.line.model import Account, LineIdentity, LineState
from softphone.settings.cloud_file import Cloud
from softphone.settings.keys import KEYS, default_of
from softphone.system import system_clock
from softphone.values import replace
from softphone.wording import device_words, notices, settings_words
from softphone.wording.moment import Moment, ago, minutes
from tests.ui.fakes import ACCOUNT, DEVICES, MOMENT, NOW_S, SIGNED_IN, WALL, failure, line

S = LineState
GRACE = Account(key="grace", address="grace@example.com", name="Grace Hopper")
NOT_REMEMBERED = "This sign-in lasts until you quit."


def banner(words: notices.BannerWords) -> str:
    shape = "note" if words.shape is None else words.shape.value
    marks = [name for name in ("dismissable", "urgent") if getattr(words, name)]
    buttons = " ".join(f"<{remedy.value}>" for remedy in words.remedies)
    said = f"{words.title} | {words.sentence} | {buttons} | {words.small_print}"
    return f"    {words.key!r} {words.account_key} | {words.tone.value}, {shape} | {said} | {' '.join(marks)}"


def accounts() -> Iterator[tuple[str, tuple[AccountSnapshot, ...], dict[str, Any]]]:
    """Yield a situation, its accounts, and the other arguments of `banners`."""
    off, up = line(S.SIGNED_OUT), line(S.REGISTERED)
    of_grace = replace(off, identity=replace(off.identity, account=GRACE))
    yield "nothing", (), {}
    yield "well", (SIGNED_IN,), {"lines": (up,)}
    yield "offline", (SIGNED_IN,), {"lines": (up, line(S.OFFLINE))}
    yield "an error", (), {"error": ConfigError("The folder cannot be written.")}
    yield "an error, traced", (SIGNED_IN,), {"error": ConfigError("It was odd.", tracking_id="T1")}
    for kind in NoticeKind:
        for state in AccountState:
            remedies = (Remedy.RETRY, Remedy.COPY_FOR_ADMIN)
            notice = Notice(title="Well", sentence="It was.", kind=kind, remedies=remedies, tracking_id="T2")
            yield f"{kind.value} while {state.value}", (replace(SIGNED_IN, state=state, notice=notice),), {}
    ended = replace(SIGNED_IN, state=AccountState.ENDED)
    for remedy in (Remedy.SIGN_IN, Remedy.THIS_SESSION_ONLY):
        notice = Notice(title="Gone", sentence="It is.", remedies=(Remedy.UNLOCK, remedy))
        for state in (AccountState.ENDED, AccountState.READY):
            account = replace(SIGNED_IN, state=state, notice=notice)
            yield f"{state.value}, {remedy.value}, 1 line", (account,), {"lines": (off, up)}
    for lost in (0, 1, 2):
        lines = (off,) * lost + (of_grace,)
        yield f"ended with {lost} lines", (ended,), {"lines": lines}
    yield "two ended", (ended, replace(ended, account=GRACE)), {"lines": (off, of_grace, of_grace)}
    absent = Notice(title=NOT_REMEMBERED, sentence="Because.", kind=NoticeKind.NEWS)
    for session_only in (False, True):
        more = {"session_only": session_only}
        name = f"session only {session_only}"
        yield f"{name}, nobody", (), more
        yield f"{name}, well", (SIGNED_IN,), more
        yield f"{name}, said already", (replace(SIGNED_IN, notice=absent),), more
        yield f"{name}, ended and said", (replace(ended, notice=absent),), more
        yield f"{name}, new", (replace(SIGNED_IN, is_new=True), replace(SIGNED_IN, account=GRACE)), more
        for field in ("by_choice", "given_token", "is_new"):
            so: dict[str, Any] = {"session_only": True, field: True}
            yield f"{name}, {field}", (replace(SIGNED_IN, **so),), more
        yield f"{name}, unasked", (SIGNED_IN, replace(SIGNED_IN, session_only=True, account=GRACE)), more
        yield f"{name}, ended", (replace(ended, session_only=True),), more
    for until_s in (None, -1, 0, 1, 86_400):
        notice = Notice(title="Later", sentence="?", kind=NoticeKind.RENEWAL, remedies=(Remedy.RETRY,))
        until = None if until_s is None else WALL + timedelta(seconds=until_s)
        yield (
            f"renewal, good for {until_s} s",
            (replace(SIGNED_IN, notice=notice, signed_in_until=until),),
            {},
        )
    for off_s in (0.0, 29.0, 31.0, 89.0, 7230.0):
        yield f"clock off by {off_s:g} s", (replace(SIGNED_IN, clock_off_s=off_s),), {}
    yield "ended, clock off", (replace(ended, clock_off_s=900.0),), {}
    new = replace(SIGNED_IN, is_new=True, clock_off_s=900.0)
    yield "new, clock off", (new,), {}
    yield "new, ended", (replace(new, state=AccountState.ENDED),), {}
    other = replace(
        SIGNED_IN, account=GRACE, state=AccountState.CHOICE, instead_of=ACCOUNT, clock_off_s=900.0
    )
    yield "somebody else", (other,), {}
    everything = {"lines": (off, line(S.OFFLINE)), "error": ConfigError("Bad."), "session_only": True}
    yield "all at once", (ended, other), everything


def banners() -> Iterator[str]:
    """The banners, what stands in place of cards, and the text for an administrator."""
    for name, of, more in accounts():
        yield f"{name}:"
        told: dict[str, Any] = {"lines": (), "error": None, "session_only": False} | more
        with patch.object(system_clock, "date_settings", lambda: lambda: True):
            found = notices.banners(of, told["lines"], told["error"], told["session_only"], MOMENT)
        yield from map(banner, found)
    with patch.object(system_clock, "date_settings", lambda: None):
        [clock] = notices.banners((replace(SIGNED_IN, clock_off_s=900.0),), (), None, False, MOMENT)
        yield f"clock off, no settings:\n{banner(clock)}"
    yield f"keyring:\n{banner(notices.waiting_for_keyring())}"
    for state in (AccountState.NO_LINES, AccountState.ENDED):
        for kind in (None, *NoticeKind):
            for remedies in ((), (Remedy.CHECK_AGAIN,)):
                notice = kind and Notice(title="Well", sentence="It was.", kind=kind, remedies=remedies)
                said = notices.no_lines(replace(SIGNED_IN, state=state, notice=notice))
                buttons = " ".join(f"<{remedy.value}>" for remedy in said.remedies)
                name = f"{state.value}, {kind and kind.value}, {len(remedies)} remedies"
                yield f"in place of cards, {name}: {said.title} | {said.sentence} | {buttons}"
    bare = replace(line(S.IDLE), identity=LineIdentity(line_id="x", account=Account(key="k")))
    for one in (line(S.FAILED), line(S.IDLE), line(S.FAILED, failure=failure(tracking_id="")), bare):
        yield f"for an administrator, {one.state.value}:"
        yield from (f"    {row}" for row in notices.about_line(one, MOMENT).split("\n"))
    yield "for an administrator, of an account:"
    yield from (f"    {row}" for row in notices.about_account(ACCOUNT, "Why.", MOMENT).split("\n"))


def devices() -> Iterator[str]:
    """The devices of a line, and what is said of removing one."""
    texts = (
        "TITLE",
        "FETCHING",
        "NONE_LISTED",
        "NO_OTHERS",
        "NOT_CHOSEN",
        "CONSEQUENCE",
        "OURS",
        "OLDEST",
        "OURS_STAYS",
    )
    for text in texts:
        yield f"{text}: {getattr(device_words, text)}"
    ours = {line(S.ACTION).identity.client_device_uri}
    yield device_words.sentence(line(S.ACTION).identity)
    yield device_words.not_fetched("No server answers.")
    for choice in device_words.choices(DEVICES, ours, MOMENT):
        said = " | ".join((choice.name, choice.notes, choice.spoken, choice.seen_at, str(choice.at)))
        yield f"{choice.device.device_id}: {said}"
    [choice, *_] = device_words.choices(DEVICES, ours, MOMENT)
    yield device_words.question(choice)
    yield device_words.removed(choice)
    yield device_words.still_there(choice)
    yield device_words.not_removed(choice, "It is asked too often.")
    odd = ["", "soon", "2026-11-22T09:14:00", "1970-01-01T00:00:00Z", "2000-01-01T00:00:00Z"]
    odd += ["2000-01-01T00:00:01Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"]
    near = [
        (WALL - timedelta(seconds=s)).isoformat() for s in (-121, -120, -119, 0, 59, 60, 3599, 3600, 172_800)
    ]
    for at in (*odd, *near):
        [choice] = device_words.choices([Device(device_id="a", last_seen=at)], (), MOMENT)
        yield f"seen {at}: {choice.seen} | {choice.seen_at} | {choice.oldest}"
    for name in ("", " \n", "a \n b", "x" * 80, "x" * 81):
        [choice] = device_words.choices([Device(device_id="a", name=name)], (), MOMENT)
        yield f"name of {len(name)}: {choice.name}"
    for own, uri in (((), ""), (("",), ""), (("u",), "u"), (("u",), "v")):
        [choice] = device_words.choices([Device(device_id="a", client_device_uri=uri)], own, MOMENT)
        yield f"own {own}, {uri!r}: {choice.ours}"
    orders: list[tuple[int, ...]] = [(5, 5), (5, 5, 9), (9, 5, 5), (5, 9), (5,), ()]
    for seconds in orders:
        known = [
            Device(device_id=f"{n}", last_seen=(WALL + timedelta(seconds=s)).isoformat())
            for n, s in enumerate(seconds)
        ]
        for unknown in ([], [Device(device_id="?")], [Device(device_id="?"), Device(device_id="!")]):
            found = device_words.choices([*known, *unknown], (), MOMENT)
            yield f"order of {seconds}: " + " ".join(
                f"{one.device.device_id}{'*' * one.oldest}" for one in found
            )
    drops: list[tuple[int, ...]] = [(0, 0), (0, 60), (0, 61), (0, 61, 121), (0, 61, 122), (0,), ()]
    drops += [(0, 50, 100, 110), (0, 10, 100, 110), (0, 30, 58)]
    for seconds in drops:
        for status in ("inactive", "Active", "", "odd"):
            silent = [
                Device(device_id=f"{n}", status=status, last_seen=(WALL + timedelta(seconds=s)).isoformat())
                for n, s in enumerate(seconds)
            ]
            said = device_words.dropped_together([*silent, Device(device_id="?", status="inactive")], MOMENT)
            if said or status == "inactive":
                yield f"dropped {seconds}, {status}: {said}"


def settings() -> Iterator[str]:
    """The settings: tabs, labels, choices, values with their units."""
    for tab, cards in settings_words.TABS.items():
        yield f"{tab.value}: " + " | ".join(", ".join(card) for card in cards)
    yield f"in the row of: {dict(settings_words.IN_ROW_OF)}"
    yield f"notes: {settings_words.LOCKED} | {settings_words.RESTART}"
    for name in (*settings_words.LABELS, "retry_cap_s"):
        yield f"{name}: {settings_words.label(name)}"
    for name, words in settings_words.CHOICES.items():
        yield f"{name}: " + ", ".join(f"{value} {settings_words.shown(name, value)}" for value in words)
    values: dict[str, tuple[Any, ...]] = {
        "retry_cap_s": (60.0, 1, True, None, (2.0, 4.5)),
        "notification_delay_s": (1, 30.5),
        "text_size_percent": (120,),
        "history_days": (0, 1, 2),
        "close_to_tray": (True, False),
        "proxy": ("system", "none", "http://proxy.example.com:1"),
        "region": ("automatic", "US-EAST"),
        "extra_ca_file": (None, Path("/etc/ssl/root.pem")),
    }
    for name, some in values.items():
        yield f"{name}: " + ", ".join(f"{value} is {settings_words.shown(name, value)}" for value in some)
    yield f"number: {settings_words.shown('history_days', 2, '<{:.1f}>'.format)}"
    yield f"without a unit: {settings_words.with_unit('dead_host_misses', 5, '5')}"
    for name in KEYS:
        refused = settings_words.refused(name)
        if name in settings_words.LABELS or refused:
            yield f"{name}: usually {settings_words.shown(name, default_of(name, Cloud()))} | {refused}"


def moments() -> Iterator[str]:
    """How long ago, how long until, and when."""
    for seconds in (
        0,
        1,
        59,
        60,
        119,
        120,
        3599,
        3600,
        7199,
        7200,
        86_399,
        86_400,
        172_799,
        172_800,
        259_200,
    ):
        yield f"{seconds} s: {ago(seconds)} | {minutes(seconds)}"
    for apart_s in (-61.5, -1, -0.4, 0, 0.4, 1, 61.5):
        at_s = NOW_S + apart_s
        yield (
            f"{apart_s:g} s from now: {MOMENT.age_s(at_s)} s old, {MOMENT.left_s(at_s)} s left, at "
            + " / ".join(
                (
                    MOMENT.clock(at_s),
                    MOMENT.clock(at_s, seconds=True),
                    MOMENT.time(at_s),
                    str(MOMENT.after(apart_s)),
                )
            )
        )
    for apart_s in (-86_400, 86_400):
        yield f"{apart_s} s from now: {MOMENT.clock(NOW_S + apart_s)} / {MOMENT.time(NOW_S + apart_s)}"
    utc = datetime(2026, 11, 22, 23, 30, 5, tzinfo=UTC)
    when = (MOMENT.when(utc), MOMENT.when(utc, seconds=True), Moment(0.0, utc).when(utc))
    yield f"local: {MOMENT.local(utc)} | {' | '.join(when)}"
