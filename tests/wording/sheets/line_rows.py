"""What is said of lines, a row for each situation."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from softphone.accounts.snapshot import AccountState
from softphone.calling.messages import MessageState
from softphone.line.device import Device
from softphone.line.failure import ASKED_TO_WAIT, IN_USE_ELSEWHERE, OWN_DEVICE_IN_THE_WAY, Failure, Remedy
from softphone.line.model import (
    Account,
    Call,
    Caller,
    CallPhase,
    LineIdentity,
    LineSnapshot,
    LineState,
    LineStatus,
    Registration,
)
from softphone.values import replace
from softphone.wording import all_lines, call_words, command_words, presentation
from softphone.wording.forecast import forecast
from softphone.wording.line_facts import Fact, facts, overview
from softphone.wording.presentation import Action, LineWords, words_of
from tests.ui.fakes import (
    BACKUP,
    DEVICE,
    MOMENT,
    NOW_S,
    PRIMARY,
    REGISTRATION,
    SIGNED_IN,
    THROTTLED,
    WALL,
    failure,
    line,
    mixed,
)

S = LineState
NOTHING_KNOWN: dict[str, Any] = dict.fromkeys(
    ("server", "asking", "registration", "failure", "proved_at_s", "next_at_s", "since_s")
)
SLOWLY = replace(REGISTRATION, keepalive_interval_s=60)
UNTOLD = replace(REGISTRATION, keepalive_interval_s=None)


def with_remedies(*remedies: Remedy, title: str = "It went wrong") -> Failure:
    return failure(title=title, remedies=remedies)


def situations() -> Iterator[tuple[str, LineSnapshot]]:
    """Yield each state as it mostly is, with the least that may be known, and at its bounds."""
    for state in S:
        yield state.value, line(state)
    for state in S:
        yield f"{state.value}, nothing known", replace(line(state), **NOTHING_KNOWN)
    for state in S:
        yield f"{state.value}, with a failure", line(state, failure=IN_USE_ELSEWHERE)
    for ago_s in (0, 45, 45.1):
        yield f"registered, proved {ago_s} s ago", line(S.REGISTERED, proved_at_s=NOW_S - ago_s)
    yield "checking, proved yesterday", line(S.CHECKING, proved_at_s=NOW_S - 86_400)
    for state in (S.RECONNECTING, S.RETRY_WAIT):
        for left_s in (-1, 0, 0.4, 1, 2, 59, 60, 3600):
            yield f"{state.value}, next in {left_s} s", line(state, next_at_s=NOW_S + left_s)
    yield "reconnecting, 1 of 1", line(S.RECONNECTING, misses=1, miss_limit=1)
    for proof_ago_s in (None, 0, 29, 31, 149, 151):
        proof_at_s = None if proof_ago_s is None else NOW_S - proof_ago_s
        yield (
            f"retry_wait, own device, proved {proof_ago_s} s ago",
            line(S.RETRY_WAIT, failure=OWN_DEVICE_IN_THE_WAY, last_proof_at_s=proof_at_s),
        )
    for why, because in (("host", THROTTLED), ("we", ASKED_TO_WAIT)):
        yield f"retry_wait, {why} asked", line(S.RETRY_WAIT, failure=because)
        yield f"retry_wait, {why} asked, no next", line(S.RETRY_WAIT, failure=because, next_at_s=None)
    yield "retry_wait, tomorrow", line(S.RETRY_WAIT, failure=THROTTLED, next_at_s=NOW_S + 86_400)
    for held_s in (-1, 0, 1):
        yield f"retry_wait, held {held_s} s", line(S.RETRY_WAIT, retry_held_until_s=NOW_S + held_s)
    for state in (S.RETRY_WAIT, S.FAILED):
        for remedy in Remedy:
            yield f"{state.value}, {remedy.value}", line(state, failure=with_remedies(remedy))
    yield (
        "failed, to look and to mend",
        line(S.FAILED, failure=with_remedies(Remedy.RUN_CHECK, Remedy.UNLOCK)),
    )
    for end in (".", "!", "?", "…"):
        yield f"failed with {end}", line(S.FAILED, failure=with_remedies(title=f"So{end}"))
    yield "idle, wanted", line(S.IDLE, wanted=True)
    yield "idle, since yesterday", line(S.IDLE, since_s=NOW_S - 86_400)
    yield "idle, unconfirmed, since unknown", line(S.IDLE, unconfirmed=True, since_s=None)
    for off_s in (0, 29, 30, 31, 149, 150):
        for told, granted in (("usual", None), ("untold", UNTOLD), ("60 s", SLOWLY)):
            yield (
                f"idle, unconfirmed for {off_s} s, interval {told}",
                line(S.IDLE, unconfirmed=True, since_s=NOW_S - off_s, registration=granted),
            )


def looks(words: LineWords) -> str:
    """Return what is seen, without what is spoken."""
    buttons = [f"<{does.value}>" for does in (words.remedy, words.toggle) if does is not None]
    row = "" if words.row_badge == words.badge else f"{words.row_badge}]["
    brief = "" if words.row_sentence == words.sentence else " (.)"
    parts = (
        f"{words.tone.value}, {words.shape.value}",
        f"[{row}{words.words}]" + (f" +{words.tag}" if words.tag else ""),
        words.title,
        words.sentence + brief,
        " ".join(buttons) + (" aloud" if words.assertive else ""),
    )
    return " | ".join(parts)


def cards() -> Iterator[str]:
    """What a card and its buttons say, and the names and numbers on it."""
    for name, snapshot in situations():
        words = words_of(snapshot, MOMENT)
        yield f"{name}: {words.state.value} | {looks(words)}"
        if "," not in name or "next in" in name or "failed with" in name:
            yield f"    {words.spoken}"
    for state in S:
        yield f"{state.value}, as one text: {presentation.sentences(line(state), MOMENT)}"
    for does in (*Remedy, *Action):
        yield f"<{does.value}> {presentation.label_of(does)}"
    for number in (
        "",
        "+",
        "1001",
        "sip:x",
        "+49x",
        "12025550123",
        *("+1234567890123456"[:n] for n in range(2, 17)),
    ):
        yield f"number {number}: {presentation.phone(number)}"
    groups: dict[int, list[str]] = {1: [], 2: [], 3: []}
    for code in range(10, 100):
        groups[len(presentation.phone(f"+{code}55555555").split()[0]) - 1].append(str(code))
    for length, codes in groups.items():
        yield f"country codes of {length}: {' '.join(codes)}"
    nameless = LineIdentity(line_id="x", account=Account(key="k"))
    for who in (line(S.IDLE).identity, nameless, replace(nameless, extension="7")):
        yield f"title: {' / '.join(presentation.card_title(who))}"
    for server in (None, PRIMARY, replace(PRIMARY, region=""), replace(PRIMARY, region="", url="odd")):
        yield f"server: {presentation.server_name(server)}"
    for of in (
        None,
        failure(),
        failure(error_code=101),
        failure(http_status=None, advice=""),
        failure(title=""),
    ):
        yield f"failure: {presentation.cause(of)} / {presentation.why(of)} / {presentation.codes(of)}"
    for ago_s in (-1, 0, 15, 45, 60, 61):
        left = (
            presentation.proof_left(line(state, proved_at_s=NOW_S - ago_s, proof_window_s=60.0), MOMENT)
            for state in (S.REGISTERED, S.RECONNECTING, S.OFFLINE)
        )
        yield f"proof, {ago_s} s old, up, reconnecting, offline: {' '.join(map(str, left))}"
    for state, (tone, shape, word) in presentation.LOOKS.items():
        yield f"{state.value}, in the help: {tone.value}, {shape.value} | {word}"
    yield f"busy: {sorted(shape.value for shape in presentation.BUSY_SHAPES)}"
    yield f"roles: {[presentation.ROLES[server.role] for server in (PRIMARY, BACKUP)]}"


ANN, NUMBER, NAME = Caller("Ann", "+12145550100"), Caller("", "+12145550100"), Caller("Bo", "")


def ringing(
    phase: CallPhase, caller: Caller, state: LineState = S.REGISTERED, began_s: float = 4
) -> LineSnapshot:
    call = Call(call_id="c1", device_id="d1", caller=caller, began_at_s=NOW_S - began_s, phase=phase)
    return line(state, call=call)


def calls() -> Iterator[str]:
    """What is said of a call, and of an account's ear for calls."""
    for phase in CallPhase:
        for caller in (ANN, NUMBER, NAME, Caller()):
            name = f"{phase.value}, {caller.name or caller.number}"
            called = ringing(phase, caller)
            for brief in (False, True):
                words = call_words.line_words(called, MOMENT, brief=brief)
                yield f"{name}{', brief' if brief else ''}: {looks(words)}"
            assert called.call is not None
            yield f"    {words.spoken} / {call_words.spoken(called, called.call)}"
            told = call_words.notification(called, called.call)
            unnamed = told.unnamed
            assert unnamed is not None
            yield f"    {told.title} / {told.text!r} / {told.line_id} / {told.about}"
            yield f"    {unnamed.title} / {unnamed.text!r} / {unnamed.line_id} / {unnamed.about}"
        yield f"{phase.value}, kept: " + " / ".join(
            call_words.outcome_words(phase.value, who) for who in ("Ann", "")
        )
    yield f"unknown, kept: {call_words.outcome_words('tomorrow', 'Ann')}"
    bare = replace(line(S.REGISTERED), identity=replace(line(S.REGISTERED).identity, extension=None))
    for phase in CallPhase:
        call = ringing(phase, ANN).call
        assert call is not None
        unnamed = call_words.notification(bare, call).unnamed
        yield f"{phase.value}, without extension: {unnamed and unnamed.title}"
    for state in S:
        rings, missed = (ringing(phase, ANN, state) for phase in (CallPhase.RINGING, CallPhase.MISSED))
        yield f"rings while {state.value}: {looks(call_words.line_words(rings, MOMENT))}"
        yield f"missed while {state.value}: {looks(call_words.line_words(missed, MOMENT))}"
        yield f"    {call_words.sentences(rings, MOMENT)} / {call_words.sentences(missed, MOMENT)}"
    for online in (True, False):
        for since_s in (9.9, 10, 60):
            for confirmed in (None, 0, 59, 60, 3600):
                heard = replace(
                    SIGNED_IN,
                    messages=MessageState(online=online, since_s=NOW_S - since_s),
                    messages_confirmed_at_s=None if confirmed is None else NOW_S - confirmed,
                )
                said = (call_words.hearing(heard, MOMENT, brief=brief) for brief in (False, True))
                up = call_words.line_words(line(S.REGISTERED), MOMENT, heard).sentence
                what = f"online {online} for {since_s} s, confirmed {confirmed} s ago"
                yield f"{what}: {' / '.join(said)} / {up}"
    yield f"nobody asked: {call_words.hearing(None, MOMENT)}{call_words.hearing(SIGNED_IN, MOMENT)}."
    lines = (
        ringing(CallPhase.MISSED, ANN, began_s=1),
        replace(ringing(CallPhase.RINGING, ANN, began_s=9), identity=line(S.IDLE, "Old").identity),
        replace(ringing(CallPhase.UNCERTAIN, ANN, began_s=5), identity=line(S.IDLE, "New").identity),
        line(S.REGISTERED, "Quiet"),
    )
    for some in (lines, lines[::-1], lines[:1], ()):
        latest = call_words.ringing(some)
        yield f"latest: {latest and latest.identity.label}"


def commands() -> Iterator[str]:
    """What a terminal says of a line."""
    for name, snapshot in situations():
        words = command_words.words_for_a_terminal(snapshot, MOMENT, " --profile x")
        yield f"{name}: {words.state} | {words.reach} | {words.why} | {words.remedy}"
    identity = line(S.IDLE).identity
    nobody = replace(identity, extension=None, account=replace(identity.account, address=""))
    for who in (identity, replace(identity, extension=None), nobody, replace(identity, extension="a b;c")):
        snapshot = replace(line(S.IDLE), identity=who)
        name = command_words.line_name(who)
        yield f"{name}: {command_words.words_for_a_terminal(snapshot, MOMENT).remedy}"


def row_of(fact: Fact) -> str:
    copied = "" if fact.copy == fact.value else f" (copies {fact.copy!r})"
    return f"{fact.section} | {fact.label} | {fact.value}{copied}"


def changed(before: Iterable[Fact], after: Iterable[Fact]) -> Iterator[str]:
    known = Counter(map(row_of, before))
    yield from (f"    {row_of(fact)}" for fact in after if not known[row_of(fact)])


def details() -> Iterator[str]:
    """The rows of the drawer: all of a registered line, then what else differs from it."""
    usual = line(S.REGISTERED)
    until = SIGNED_IN.signed_in_until
    all_rows = facts(usual, MOMENT, until, "Next check in 18 s")
    yield from map(row_of, all_rows)

    def granted(**changes: Any) -> dict[str, Any]:
        return {"registration": replace(REGISTRATION, **changes)}

    def device(**changes: Any) -> dict[str, Any]:
        return granted(device=replace(DEVICE, **changes))

    def identity(**changes: Any) -> dict[str, Any]:
        return {"identity": replace(usual.identity, **changes)}

    others: dict[str, dict[str, Any]] = {
        **{state.value: {"state": state} for state in S},
        **{f"status {status.value}": {"status": status} for status in LineStatus},
        "nothing known": NOTHING_KNOWN | {"round_trip_s": None},
        "failed": {"failure": failure(error_code=7)},
        "failed, without codes": {"failure": failure(http_status=None, tracking_id="")},
        "unwanted": {"wanted": False},
        "1 of 1": {"misses": 1, "miss_limit": 1},
        "third try, due": {"attempt": 3, "next_at_s": NOW_S - 1},
        "next in 61 s": {"next_at_s": NOW_S + 60.5},
        "proved long ago": {"proved_at_s": NOW_S - 3600, "last_proof_at_s": NOW_S - 7},
        "proved before": {"proved_at_s": None, "last_proof_at_s": NOW_S - 3600},
        "no round trip": {"round_trip_s": 0.0},
        "round trip": {"round_trip_s": 1.2346},
        "backup": {"server": BACKUP},
        "server without region": {"server": replace(PRIMARY, region="")},
        "bare device": {"registration": Registration(device=Device(device_id=""))},
        "device without host": device(uri="urn:x", device_id="123456789012345678", sip_addresses=()),
        "long id": device(uri="urn:x:4567890123456789", device_id="1234567890123456789"),
        "seen in the future": device(last_seen="2026-11-23T09:13:58Z"),
        "seen yesterday": device(last_seen="2026-11-21T09:13:58+02:00"),
        "seen without zone": device(last_seen="2026-11-21T09:13:58"),
        "seen at an odd time": device(last_seen="soon"),
        "seen at no time": device(last_seen=""),
        "intervals": granted(keepalive_interval_s=12.5, call_keepalive_interval_s=7),
        "no intervals": granted(keepalive_interval_s=None, call_keepalive_interval_s=None),
        "zero": granted(keepalive_interval_s=0, rehoming_interval_min_minutes=0),
        "only low": granted(rehoming_interval_max_minutes=None),
        "only high": granted(rehoming_interval_min_minutes=None),
        "no range": granted(rehoming_interval_min_minutes=None, rehoming_interval_max_minutes=None),
        "no portal": granted(voice_portal_number=None, voice_portal_extension=None),
        "no numbers": identity(phone_number=None, extension=None, voicemail=None, user_id=""),
        "odd device": identity(client_device_uri="odd", user_id="1234567890123456789"),
    }
    for name, changes in others.items():
        yield f"{name}:"
        yield from changed(all_rows, facts(replace(usual, **changes), MOMENT, until, "Next check in 18 s"))
    for left in (None, -1, 0, 1, 59, 60, 3600, 90_061):
        ends = None if left is None else WALL + timedelta(seconds=left)
        yield f"sign-in lasts {left} s:"
        yield from changed(all_rows, facts(usual, MOMENT, ends, ""))
    yield ""
    for state in S:
        yield f"in short, {state.value}:"
        yield from map(row_of, overview(line(state, unreachable_since_s=NOW_S - 90), MOMENT))
    for lasted_s in (0, 59, 60, 3599, 3600, 7_265):
        lost = line(S.RETRY_WAIT, unreachable_since_s=NOW_S - lasted_s, attempt=1, last_proof_at_s=NOW_S - 5)
        yield f"in short, lost for {lasted_s} s:"
        yield from map(row_of, overview(lost, MOMENT))
    bare = replace(
        line(S.RETRY_WAIT, attempt=2), identity=LineIdentity(line_id="x", account=Account(key="k"))
    )
    yield "in short, nobody:"
    yield from map(row_of, overview(bare, MOMENT))


def forecasts() -> Iterator[str]:
    """What is to come."""
    for state in S:
        for next_s in (None, -1, 0, 0.5, 61):
            next_at_s = None if next_s is None else NOW_S + next_s
            told = forecast(line(state, next_at_s=next_at_s), None, MOMENT)
            yield f"{state.value}, next in {next_s} s: {told}"
        told = forecast(line(state, rehome_at_s=NOW_S + 60), None, MOMENT)
        yield f"{state.value}, home in a minute: {told}"
    yield f"backup, no way home: {forecast(line(S.REGISTERED_BACKUP, rehome_at_s=None), None, MOMENT)}"
    for standing in AccountState:
        for name in ("renews_at", "signed_in_until"):
            for left_s in (-1, 0, 1, 86_399, 86_400):
                at = WALL + timedelta(seconds=left_s)
                times: dict[str, Any] = {"renews_at": None, "signed_in_until": None, name: at}
                account = replace(SIGNED_IN, state=standing, **times)
                told = forecast(line(S.IDLE), account, MOMENT)
                if told or left_s == 1:
                    yield f"{standing.value}, {name} in {left_s} s: {told}"
    both = replace(SIGNED_IN, renews_at=WALL)
    unknown = replace(SIGNED_IN, signed_in_until=None)
    yield f"both: {forecast(line(S.REGISTERED_BACKUP), both, MOMENT)}"
    yield f"none: {forecast(line(S.REGISTERED), unknown, MOMENT)}"


def all_of_them() -> Iterator[str]:
    """Lines together: the sentence above them, the list, the tray."""

    def many(*states: LineState, **changes: Any) -> tuple[LineSnapshot, ...]:
        return tuple(line(state, f"Line {n}", f"{n}", **changes) for n, state in enumerate(states))

    def told(lines: tuple[LineSnapshot, ...], name: str) -> str:
        said = all_lines.summary(lines, MOMENT)
        worst = all_lines.worst_line(lines, MOMENT)
        looks = f"{said.tone.value}, {said.shape.value}"
        tooltip = all_lines.tooltip(lines, MOMENT)
        return f"{name}: {looks} | {said.sentence} | {worst and worst.identity.label} | {tooltip}"

    groups: dict[str, tuple[LineSnapshot, ...]] = {
        "none": (),
        "mixed": mixed(),
        "back to front": mixed()[::-1],
    }
    for state in S:
        groups[state.value] = (line(state),)
        groups[f"{state.value}, unwanted, and a good one"] = (
            *many(S.REGISTERED, S.REGISTERED_BACKUP),
            line(state, "Off", wanted=False),
        )
        groups[f"two, {state.value}"] = many(state, state)
        groups[f"two, {state.value}, unwanted"] = many(state, state, wanted=False)
        groups[f"two, {state.value} and a good one"] = many(S.REGISTERED, state)
    for states in zip(S, list(S)[1:], strict=False):
        groups[" and ".join(state.value for state in states)] = many(*states)
    groups["one may and one not"] = many(S.CHECKING, S.FAILED)
    groups["old proof"] = many(S.REGISTERED, proved_at_s=NOW_S - 46) + many(S.REGISTERED)
    groups["same state"] = many(S.FAILED, S.FAILED)
    call = ringing(CallPhase.RINGING, ANN)
    groups["rings"] = (*many(S.FAILED), call)
    for name, lines in groups.items():
        yield told(lines, name)
    for state in S:
        kept, under = all_lines.filter_of(state), all_lines.group_of(state)
        chips = all_lines.by_filter(all_lines.tally(many(state, state, S.REGISTERED), MOMENT))
        yield f"{state.value}: {kept.value} | {under.value} | " + ", ".join(
            f"{chip.value} {chips[chip]}" for chip in all_lines.Filter
        )
    for chip in all_lines.Filter:
        tone, shape = all_lines.FILTER_LOOKS.get(chip, (None, None))
        yield f"chip {chip.value}: {tone and tone.value}, {shape and shape.value}"
    yield "in order of the list:"
    wanted = [line(state, f"Desk {n}", f"{n}") for n, state in enumerate([*S, *S])]
    named = [line(S.IDLE, name, "7") for name in ("desk 10", "Desk 9", "desk 9b", "9", "10", "b", "A")]
    others = [
        replace(one, identity=replace(one.identity, account=replace(one.identity.account, address="z@x")))
        for one in named[:1]
    ]
    same = [line(S.FAILED, "Same", extension) for extension in ("2", "1")]
    for one in sorted([*wanted, *named, *others, *same], key=lambda one: all_lines.order_of(one, MOMENT)):
        yield f"    {one.state.value} {one.identity.label} {one.identity.line_id}"
    for count in (0, 1, 2, 11, 12, 13, 14):
        lines = many(*[S.REGISTERED] * count)
        yield f"{count} lines: " + " | ".join(
            f"{key}> {words}" for key, words in all_lines.rows(lines, MOMENT)
        )
    lines = (*many(*[S.REGISTERED] * 12), line(S.IDLE, "Off", "o"), line(S.REGISTERED_BACKUP, "Back", "b"))
    lines += (line(S.FAILED, "Failed", "f"), line(S.RECONNECTING, "Missed", "m"), call)
    yield "many lines: " + " | ".join(f"{key}> {words}" for key, words in all_lines.rows(lines, MOMENT))
