"""What is told of lines in JSON, by `watch`, `status`, `history` and the control socket: one record for all.

The interface is stable (scripts.md#json): names and meanings stay, new names may come, and `version` counts
what breaks a reader. `resources/records.schema.json` is made of these types.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, to_builtins

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.headless.instance import PROTOCOL_VERSION
from softphone.i18n import in_english
from softphone.line.device import Device
from softphone.line.failure import Failure
from softphone.line.model import Call, LineIdentity, LineSnapshot, LineStatus
from softphone.wording.command_words import line_name, words_for_a_terminal
from softphone.wording.device_words import choices
from softphone.wording.moment import LOCAL, Moment
from softphone.wording.notices import clock_words

if TYPE_CHECKING:
    from softphone.history.entries import Entry

SCHEMA_VERSION = PROTOCOL_VERSION  # of what the control socket answers, too

Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]  # RFC 3339, UTC, milliseconds


class Words(Struct, frozen=True, kw_only=True):
    """What a person is told of the line, in English. `remedy` is what mends it; empty: nothing does."""

    state: str
    reach: str
    why: str
    remedy: str


class ErrorRecord(Struct, frozen=True, kw_only=True):
    """A failure: as the `error` event passes it, what support asks for, and its words.

    The history keeps no `status`, `type` and `msg`.
    """

    status: str | None
    type: str | None
    msg: str | None
    http_status: int | None
    error_code: int | None
    tracking_id: str | None
    title: str
    advice: str


class CallRecord(Struct, frozen=True, kw_only=True):
    """A call that rings at the line (`incoming`), or has ended (`call_ended`).

    `name` and `number` are the caller's; null when the service does not tell. `outcome` is null while it
    rings: 'answered_elsewhere', 'missed', 'ended' when the service does not say how, 'lost_track' when it
    never told the end.
    """

    id: str
    name: str | None
    number: str | None
    outcome: str | None
    rang_s: float | None


class Record(Struct, frozen=True, kw_only=True):
    """A line at a moment. What does not apply, or is not kept, is null.

    Times are RFC 3339 in UTC. `time` is the moment itself, `mono` the same in seconds since the start of
    `watch`, `since` when the state began, `last_proof` when Webex confirmed the line last, `next_try_at` of
    the next check or try. `line` names it while the program runs, in a history at each start. `event` is null
    in a status. `info` are the line's properties under the guide's names. `call` is of `watch` alone.
    """

    version: int = SCHEMA_VERSION
    time: Time
    mono: float | None = None
    account: str | None = None
    line: str | None = None
    name: str | None = None
    event: str | None = None
    state: str | None = None
    wanted: bool | None = None
    status: str | None = None
    server: str | None = None
    role: str | None = None
    attempt: int | None = None
    misses: int | None = None
    next_in_s: float | None = None
    next_try_at: Time | None = None
    since: Time | None = None
    last_proof: Time | None = None
    words: Words | None = None
    error: ErrorRecord | None = None
    info: dict[str, Any] | None = None
    call: CallRecord | None = None


class MessagesRecord(Struct, frozen=True, kw_only=True):
    """Whether an account hears of its calls, `since` when, and when Webex `confirmed` that last."""

    online: bool
    since: Time | None
    confirmed: Time | None


class AccountRecord(Struct, frozen=True, kw_only=True):
    """An account. `notice` says what a person should know of it.

    The sign-in is `kept` in the 'keyring', or in 'memory' until the program quits; null: there is none.
    `messages` is null while call notices are not wanted, or the account is not open.
    """

    account: str
    name: str
    state: str
    kept: str | None
    notice: str | None
    messages: MessagesRecord | None = None


class DeviceRecord(Struct, frozen=True, kw_only=True):
    """A device that is registered for a line's person; `seen` says in English what `last_seen` is."""

    id: str
    name: str
    model: str
    seen: str
    last_seen: Time | None
    this_computer: bool
    account: str
    line: str


class Sum(Struct, frozen=True, kw_only=True):
    """How many wanted lines are registered, with fresh proof: 'all', 'some' or 'none'; `summary` in English.

    Printed, `ok` is what the exit code says; over the socket it says that the question was understood.
    """

    version: int = SCHEMA_VERSION
    ok: bool = True
    registered: Literal["all", "some", "none"]
    summary: str
    accounts: list[AccountRecord] | UnsetType = UNSET
    lines: list[Record]


class Status(Sum, frozen=True, kw_only=True):
    """All that the running program shows: `name` is its profile or demo, `process` its id."""

    running: bool = True
    name: str
    process: int
    window: bool


class Change(Sum, frozen=True, kw_only=True):
    """What has changed since the row before: these lines, and the accounts if they are there.

    `gone` are the ids of lines that are no more. `missed` changes came too fast for the reader, each followed
    by one of the same line.
    """

    gone: list[str]
    missed: int


class Devices(Struct, frozen=True, kw_only=True):
    """The devices of each line's person; `error` says why some could not be listed."""

    version: int = SCHEMA_VERSION
    ok: bool = True
    devices: list[DeviceRecord]
    error: str | UnsetType = UNSET


class Accounts(Struct, frozen=True, kw_only=True):
    """Who is signed in; `name` is the profile, `running` whether a program runs on it. `ok`: somebody is."""

    version: int = SCHEMA_VERSION
    ok: bool
    running: bool
    name: str
    accounts: list[AccountRecord]


class OutageRecord(Struct, frozen=True, kw_only=True):
    """A time in which a line was not proven, and why. `ended` and `ending` are null while it lasts."""

    version: int = SCHEMA_VERSION
    account: str
    name: str
    began: Time
    ended: Time | None
    lasted_s: float
    causes: list[str]
    ending: str | None
    sentence: str


class Setting(Struct, frozen=True, kw_only=True):
    """What holds for a setting, and who has chosen it."""

    value: bool | int | float | str | list[float] | None
    set_by: Literal["you", "organisation", "default"]


class SettingsRecord(Struct, frozen=True, kw_only=True):
    """Settings by their keys: all, or the one that was asked for."""

    version: int = SCHEMA_VERSION
    ok: bool = True
    settings: dict[str, Setting]


class CheckedStep(Struct, frozen=True, kw_only=True):
    """One step of a check: what was found in a sentence, what mends it, and how long the look took."""

    step: str
    state: Literal["ok", "warning", "fault"]
    sentence: str
    remedy: str | None
    took_ms: int


class Checked(Struct, frozen=True, kw_only=True):
    """What `check` found on the way to Webex, up to the `line` of the running program.

    `ok`: no step is a fault. `skipped` are the steps that nobody could look at.
    """

    version: int = SCHEMA_VERSION
    ok: bool
    running: bool
    line: str | None
    steps: list[CheckedStep]
    skipped: list[str]


class Refusal(Struct, frozen=True, kw_only=True):
    """What was not done, and why; without an `error`, that no program of that `name` is running."""

    version: int = SCHEMA_VERSION
    ok: bool = False
    error: str | UnsetType = UNSET
    running: bool | UnsetType = UNSET
    name: str | UnsetType = UNSET


def as_dict(record: Struct) -> dict[str, Any]:
    """Return a record as it becomes JSON."""
    told: dict[str, Any] = to_builtins(record, enc_hook=str)  # a Phrase is more than a text
    return told


def json_text(record: Struct) -> str:
    """Return a record as a command prints it."""
    return json.dumps(as_dict(record), ensure_ascii=False)


def moment_of(now_s: float) -> Moment:
    """Return now, given the loop's clock."""
    return Moment(now_s, datetime.now(LOCAL))


def rfc3339(at: datetime) -> str:
    """Return a moment in UTC, in milliseconds, with its zone."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _kept(account: AccountSnapshot) -> str | None:
    if account.state is AccountState.ENDED:
        return None
    return "memory" if account.given_token or account.session_only or account.by_choice else "keyring"


def line_record(line: LineSnapshot, moment: Moment, *, name: str = "", option: str = "") -> Record:
    """Return how a line is.

    `name` is the one that tells it from the others (`line_names`); `option` is what a command has to add to
    reach this program, as in `--profile work`.
    """
    server = line.server or line.asking
    with in_english():
        words = words_for_a_terminal(line, moment, option)
    left_s = None if line.next_at_s is None else round(max(0.0, line.next_at_s - moment.now_s), 1)
    return Record(
        time=rfc3339(moment.wall),
        account=_address(line.identity),
        line=line.identity.line_id,
        name=name or line_name(line.identity),
        state=line.state_at(moment.now_s).value,
        wanted=line.wanted,
        status=line.status.value,
        server=server.url if server else None,
        role=server.role.value if server else None,
        attempt=line.attempt,
        misses=line.misses,
        next_in_s=left_s,
        next_try_at=_time(line.next_at_s, moment),
        since=_time(line.since_s, moment),
        last_proof=_time(line.last_proof_at_s, moment),
        words=Words(state=words.state, reach=words.reach, why=words.why, remedy=words.remedy),
        error=error_record(line.failure),
    )


def entry_record(entry: "Entry", identity: LineIdentity | None) -> Record:
    """Return what the history keeps of an event; `identity` is None where it is of no line."""
    error = ErrorRecord(
        status=None,
        type=None,
        msg=None,
        http_status=entry.http_status,
        error_code=entry.error_code,
        tracking_id=entry.tracking_id or None,
        title=entry.title,
        advice=entry.sentence,
    )
    return Record(
        time=rfc3339(entry.at),
        account=_address(identity) if identity else entry.account_key or None,
        line=entry.line_key or None,
        name=line_name(identity) if identity else entry.line_label or None,
        event=entry.kind.value,
        state=entry.state.value if entry.state else None,
        wanted=entry.wanted if entry.line_key else None,
        server=entry.server_url or None,
        role=entry.role.value if entry.role else None,
        attempt=entry.attempt,
        misses=entry.misses,
        error=error if entry.title else None,
    )


def error_record(failure: Failure | None) -> ErrorRecord | None:
    """Return what is told of an error."""
    if failure is None:
        return None
    return ErrorRecord(
        status=LineStatus.INACTIVE.value,
        type=failure.error_type.value,
        msg=failure.message,
        http_status=failure.http_status,
        error_code=failure.error_code,
        tracking_id=failure.tracking_id or None,
        title=failure.title,
        advice=failure.advice,
    )


def call_record(call: Call) -> CallRecord:
    """Return what is told of a call, with who calls: whoever asks for it, asks for that."""
    return CallRecord(
        id=call.call_id,
        name=call.caller.name or None,
        number=call.caller.number or None,
        outcome=None if call.rings else call.phase.value,
        rang_s=None if call.rings else round(call.rang_s, 1),
    )


def account_record(account: AccountSnapshot, moment: Moment) -> AccountRecord:
    """Return what is told of an account."""
    heard = account.messages
    confirmed_at_s = account.messages_confirmed_at_s
    messages = None
    if heard is not None:
        since, confirmed = _time(heard.since_s, moment), _time(confirmed_at_s, moment)
        messages = MessagesRecord(online=heard.online, since=since, confirmed=confirmed)
    return AccountRecord(
        account=account.account.address or account.account.key,
        name=account.account.name,
        state=account.state.value,
        kept=_kept(account),
        notice=account_words(account) or None,
        messages=messages,
    )


def account_words(account: AccountSnapshot) -> str:
    """Return what a person should know of an account, in English; empty for nothing."""
    if account.notice is not None:
        return f"{account.notice.title}: {account.notice.sentence}"
    with in_english():
        return ": ".join(clock_words(account) or ())


def device_records(
    devices: Sequence[Device], owner: LineIdentity, lines: Iterable[LineSnapshot], moment: Moment
) -> list[DeviceRecord]:
    """Return what is told of the devices of a line's person, seen last first; `lines` are this computer's."""
    ours = {line.identity.client_device_uri for line in lines}
    with in_english():
        return [
            DeviceRecord(
                id=one.device.device_id,
                name=one.name,
                model=one.device.model,
                seen=one.seen,
                last_seen=None if one.at is None else rfc3339(one.at),
                this_computer=one.ours,
                account=_address(owner),
                line=owner.line_id,
            )
            for one in reversed(choices(devices, ours, moment))
        ]


def line_names(lines: Iterable[LineSnapshot]) -> dict[str, str]:
    """Return the lines' names by their id; those of the same name have what tells them apart beside it."""
    lines = tuple(lines)
    names = {line.identity.line_id: line_name(line.identity) for line in lines}
    for tell in _TELLING_APART:
        found = Counter(names.values())
        names |= {
            line.identity.line_id: f"{name} ({tell(line.identity)})"
            for line in lines
            if found[name := names[line.identity.line_id]] > 1
        }
    return names


def _address(identity: LineIdentity) -> str:
    return identity.account.address or identity.account.key


_TELLING_APART: tuple[Callable[[LineIdentity], str], ...] = (
    _address,
    lambda identity: identity.service.value,
    lambda identity: identity.line_id,
)


def _time(at_s: float | None, moment: Moment) -> str | None:
    return (
        None
        if at_s is None
        else rfc3339(moment.wall.astimezone(UTC) + timedelta(seconds=at_s - moment.now_s))
    )
