"""The rows of the details drawer: every property of a line, labelled, with its unit. Pure and Qt-free.

A new line property is one row here (interface.md#details). What the service did not send reads
`NOT_PROVIDED`, never blank. What is to come is worded in `forecast`.
"""

from datetime import datetime

from msgspec import Struct

from softphone.i18n import counted, date_and_time, decimal, tr
from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineStatus
from softphone.wording.moment import Moment, ago, minutes
from softphone.wording.presentation import ROLES, codes, phone, server_name, why, words_of

NOT_PROVIDED = "Not provided by Webex"  # shown
SHORT_LENGTH = 18  # characters of an identifier that fit a row of the drawer


class Fact(Struct, frozen=True, kw_only=True):
    """One row. `copy` is the full value for the clipboard, empty when there is nothing to copy."""

    section: str
    label: str
    value: str
    copy: str = ""


def facts(
    line: LineSnapshot, moment: Moment, signed_in_until: datetime | None = None, forecast: str = ""
) -> tuple[Fact, ...]:
    """Return all rows in the order in which they are shown. Labels repeat for several SIP addresses only."""
    return (
        *_section(tr("Status"), _status(line, moment, signed_in_until, forecast)),
        *_section(tr("Identity"), _identity(line)),
        *_section(tr("Server"), _server(line)),
        *_section(tr("Timing"), _timing(line)),
        *_section(tr("Devices"), _devices(line, moment)),
    )


def overview(line: LineSnapshot, moment: Moment) -> tuple[Fact, ...]:
    """Return what most people want to know; rows without a value are left out."""
    identity = line.identity
    up, tries = line.state_at(moment.now_s) in REGISTERED_STATES, line.attempt
    since_s, proved_at_s = line.unreachable_since_s, line.last_proof_at_s
    since = "" if since_s is None else moment.clock(since_s, seconds=True)
    lasts = "" if since_s is None else tr("{time}, {lasts}", time=since, lasts=_lasted(moment.age_s(since_s)))
    confirmed = "" if proved_at_s is None else moment.clock(proved_at_s, seconds=True)
    rows = [
        _row(tr("Not reachable since"), "" if up else lasts, ""),
        _row(tr("Last confirmed"), confirmed, ""),
        _row(tr("Attempt"), str(tries) if tries > 1 else "", ""),
        _row(tr("Signed in as"), identity.account.address),
        _row(tr("Voicemail"), phone(identity.voicemail or ""), identity.voicemail),
    ]
    return tuple(fact for fact in _section("", rows) if fact.value != tr(NOT_PROVIDED))


_Row = tuple[str, str | None, str]  # label, value (None: not provided), full value for the clipboard


def _section(name: str, rows: list[_Row]) -> tuple[Fact, ...]:
    return tuple(
        Fact(section=name, label=label, value=tr(NOT_PROVIDED) if value is None else value, copy=copy)
        for label, value, copy in rows
    )


_STATUS_WORDS = {  # shown
    LineStatus.IDLE: "Not started",
    LineStatus.ACTIVE: "Active",
    LineStatus.INACTIVE: "Inactive",
}


def _status(
    line: LineSnapshot, moment: Moment, signed_in_until: datetime | None, forecast: str
) -> list[_Row]:
    tracking_id = line.failure.tracking_id if line.failure is not None else ""
    return [
        _row(tr("Status here"), words_of(line, moment).words),
        _row(tr("Status (Webex says)"), tr(_STATUS_WORDS[line.status])),
        _row(tr("Wanted state"), tr("Registered") if line.wanted else tr("Switched off by you")),
        _row(tr("Last confirmed"), _confirmed(line, moment)),
        _row(
            tr("Missed"),
            counted(line.miss_limit, "{missed} of {n} check", "{missed} of {n} checks", missed=line.misses),
        ),
        _row(tr("Cause"), why(line.failure) or tr("None")),
        _row(tr("Code"), codes(line.failure) or tr("None")),
        _row(tr("Attempt"), str(line.attempt)),
        _row(tr("Next try"), _next_try(line, moment)),
        _row(tr("Forecast"), forecast or tr("Nothing planned")),
        _row(tr("Sign-in lasts"), _lasts(signed_in_until, moment)),
        _row(tr("Tracking ID"), tracking_id) if tracking_id else (tr("Tracking ID"), tr("None"), ""),
    ]


def _identity(line: LineSnapshot) -> list[_Row]:
    identity, granted = line.identity, line.registration
    addresses = granted.device.sip_addresses if granted is not None else ()
    number = identity.phone_number
    return [
        _row(tr("Phone number"), phone(number) if number else None, number),
        _row(tr("Extension"), identity.extension),
        *(_row(tr("SIP address"), address) for address in addresses or (None,)),
        _row(tr("Voicemail"), identity.voicemail),
        _row(tr("Voice portal number"), granted.voice_portal_number if granted else None),
        _row(tr("Voice portal extension"), granted.voice_portal_extension if granted else None),
        _id(tr("User ID"), identity.user_id),
        _id(tr("Line ID (this session)"), identity.line_id),
    ]


def _server(line: LineSnapshot) -> list[_Row]:
    server, device = line.server, line.registration.device if line.registration else None
    if server is None:
        in_use: _Row = (tr("Server in use"), tr("None"), "")
    else:
        words = tr("{server} · {role}", server=server_name(server), role=tr(ROLES[server.role]))
        in_use = (tr("Server in use"), words, server.url)
    return [in_use, _address(tr("Registration address"), device.uri if device else "")]


def _timing(line: LineSnapshot) -> list[_Row]:
    granted = line.registration
    every_s = granted.keepalive_interval_s if granted else None
    in_call_s = granted.call_keepalive_interval_s if granted else None
    trip = line.round_trip_s
    return [
        _row(tr("Keep-alive every"), None if every_s is None else tr("{n} s", n=decimal(every_s, None))),
        _row(
            tr("In-call keep-alive every"),
            None if in_call_s is None else tr("{n} s, as sent", n=decimal(in_call_s, None)),
        ),
        _row(
            tr("Return to primary after"),
            _range(
                granted.rehoming_interval_min_minutes if granted else None,
                granted.rehoming_interval_max_minutes if granted else None,
            ),
        ),
        _row(
            tr("Round trip"),
            tr("Not measured yet") if trip is None else tr("{n} ms", n=round(trip * 1000)),
        ),
    ]


def _devices(line: LineSnapshot, moment: Moment) -> list[_Row]:
    device = line.registration.device if line.registration is not None else None
    seen = device.last_seen if device else ""
    return [
        _id(tr("Calling device ID"), device.device_id if device else ""),
        _address(tr("This app's Webex device"), line.identity.client_device_uri),
        _row(tr("Last seen by Webex"), _seen(seen, moment), seen),
    ]


def _row(label: str, value: str | None, copy: str | None = None) -> _Row:
    return (label, value or None, (value or "") if copy is None else copy)


def _id(label: str, value: str) -> _Row:
    return _row(label, _short(value), value)


def _address(label: str, uri: str) -> _Row:
    host = uri.partition("://")[2].partition("/")[0]
    return _row(label, host or _short(uri), uri)


def _short(text: str) -> str:
    return text if len(text) <= SHORT_LENGTH else f"{text[: SHORT_LENGTH - 1]}…"


def _confirmed(line: LineSnapshot, moment: Moment) -> str:
    proved_at_s = line.last_proof_at_s if line.proved_at_s is None else line.proved_at_s
    if proved_at_s is None:
        return tr("Not yet")
    at = moment.clock(proved_at_s, seconds=True)
    return tr("{time}, {ago}", time=at, ago=ago(moment.age_s(proved_at_s)))


def _next_try(line: LineSnapshot, moment: Moment) -> str:
    if line.next_at_s is None:
        return tr("None planned")
    return tr("in {time}", time=minutes(moment.left_s(line.next_at_s)))


def _range(low: float | None, high: float | None) -> str | None:
    if low is None:
        return None if high is None else tr("up to {n} min", n=decimal(high, None))
    if high is None:
        return tr("{n} min or more", n=decimal(low, None))
    return tr("{low}-{high} min", low=decimal(low, None), high=decimal(high, None))


def _seen(iso: str, moment: Moment) -> str:
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if at.tzinfo is None:  # no zone: nothing honest can be computed from it
        return iso
    age_s = max(0, int((moment.wall - at).total_seconds()))
    return tr("{time}, {ago}", time=date_and_time(moment.local(at)), ago=ago(age_s))


def _lasted(seconds: int) -> str:
    hours, whole_minutes = seconds // 3600, seconds % 3600 // 60
    if hours:
        return tr("{h} h {m} min", h=hours, m=whole_minutes)
    return tr("{n} min", n=whole_minutes) if whole_minutes else tr("{n} s", n=seconds)


def _lasts(until: datetime | None, moment: Moment) -> str:
    if until is None:
        return tr("Not known")
    if until <= moment.wall:
        return tr("Your sign-in has ended.")
    left_min = int((until - moment.wall).total_seconds()) // 60
    return tr("{h} h {m} min", h=left_min // 60, m=left_min % 60)
