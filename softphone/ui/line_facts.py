"""The rows of the details drawer: every property of a line, labelled, with its unit. Pure and Qt-free.

A new line property is one row here (ux.md 4.4). What the service did not send reads `NOT_PROVIDED`, never
blank.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from softphone.line.model import LineSnapshot, LineStatus, Role
from softphone.ui.moment import Moment, minutes, span
from softphone.ui.phone_number import phone
from softphone.ui.presentation import badge, server_name

NOT_PROVIDED = "Not provided by Webex"
SHORT_LENGTH = 18  # characters of an identifier that fit a row of the drawer


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row. `copy` is the full value for the clipboard, empty when there is nothing to copy."""

    section: str
    label: str
    value: str
    copy: str = ""


def facts(line: LineSnapshot, moment: Moment, signed_in_until: datetime | None = None) -> tuple[Fact, ...]:
    """Return all rows in the order in which they are shown. Labels repeat for several SIP addresses only."""
    return (
        *_section("Status", _status(line, moment, signed_in_until)),
        *_section("Identity", _identity(line)),
        *_section("Server", _server(line, moment)),
        *_section("Timing", _timing(line)),
    )


_Row = tuple[str, str | None, str]  # label, value (None: not provided), full value for the clipboard


def _section(name: str, rows: list[_Row]) -> tuple[Fact, ...]:
    return tuple(
        Fact(section=name, label=label, value=NOT_PROVIDED if value is None else value, copy=copy)
        for label, value, copy in rows
    )


_STATUS_WORDS = {
    LineStatus.IDLE: "Not started",
    LineStatus.ACTIVE: "Active",
    LineStatus.INACTIVE: "Inactive",
}


def _status(line: LineSnapshot, moment: Moment, signed_in_until: datetime | None) -> list[_Row]:
    proved = next_try = None
    if line.proved_at_s is not None:
        at = moment.clock(line.proved_at_s, seconds=True)
        proved = f"{at}, {span(moment.age_s(line.proved_at_s))} ago"
    if line.next_at_s is not None:
        next_try = f"in {minutes(moment.left_s(line.next_at_s))}"
    tracking_id = line.failure.tracking_id if line.failure is not None else ""
    return [
        _row("Status here", badge(line, moment).words),
        _row("Status (Webex says)", _STATUS_WORDS[line.status]),
        _row("Wanted state", "Registered" if line.wanted else "Switched off by you"),
        _row("Last confirmed", proved or "Not yet"),
        _row("Missed", f"{line.misses} of {line.miss_limit} checks"),
        _row("Attempt", str(line.attempt)),
        _row("Next try", next_try or "None planned"),
        _row("Sign-in lasts", _lasts(signed_in_until, moment)),
        _row("Tracking ID", _short(tracking_id), tracking_id) if tracking_id else ("Tracking ID", "None", ""),
    ]


def _identity(line: LineSnapshot) -> list[_Row]:
    identity, granted = line.identity, line.registration
    device = granted.device if granted is not None else None
    addresses = device.sip_addresses if device is not None else ()
    number = identity.phone_number
    return [
        ("Phone number", phone(number), number) if number else _row("Phone number", None),
        _row("Extension", identity.extension),
        *(_row("SIP address", address) for address in addresses or (None,)),
        _row("Voicemail", identity.voicemail),
        _row("Voice portal number", granted.voice_portal_number if granted else None),
        _row("Voice portal extension", granted.voice_portal_extension if granted else None),
        _id("User ID", identity.user_id),
        _id("Line ID (this session)", identity.line_id),
        _id("Calling device ID", device.device_id if device else ""),
        _address("This app's Webex device", identity.client_device_uri),
        _address("Registration address", device.uri if device else ""),
    ]


def _server(line: LineSnapshot, moment: Moment) -> list[_Row]:
    server = line.server
    seen = line.registration.device.last_seen if line.registration is not None else ""
    if server is None:
        in_use: _Row = ("Server in use", "None", "")
    else:
        role = {Role.PRIMARY: "Primary", Role.BACKUP: "Backup"}[server.role]
        in_use = ("Server in use", f"{server_name(server)} · {role}", server.url)
    return [in_use, ("Last seen by Webex", _seen(seen, moment), seen)]


def _timing(line: LineSnapshot) -> list[_Row]:
    granted = line.registration
    trip = None if line.round_trip_s is None else f"{round(line.round_trip_s * 1000)} ms"
    return [
        _row("Keep-alive every", _number(granted.keepalive_interval_s, "s") if granted else None),
        _row(
            "In-call keep-alive every",
            _number(granted.call_keepalive_interval_s, "s, as sent") if granted else None,
        ),
        _row(
            "Return to primary after",
            _range(
                granted.rehoming_interval_min_minutes if granted else None,
                granted.rehoming_interval_max_minutes if granted else None,
            ),
        ),
        _row("Round trip", trip or "Not measured yet"),
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


def _number(value: float | None, unit: str) -> str | None:
    return None if value is None else f"{value:g} {unit}"


def _range(low: float | None, high: float | None) -> str | None:
    if low is None and high is None:
        return None
    if high is None:
        return f"{low:g} min or more"
    return f"up to {high:g} min" if low is None else f"{low:g}-{high:g} min"


def _seen(iso: str, moment: Moment) -> str | None:
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return iso or None
    if at.tzinfo is None:  # no zone: nothing honest can be computed from it
        return iso
    local = at.astimezone(moment.wall.tzinfo)
    age_s = max(0, int((moment.wall - local).total_seconds()))
    return f"{local:%Y-%m-%d %H:%M}, {span(age_s)} ago"


def _lasts(until: datetime | None, moment: Moment) -> str:
    if until is None:
        return "Not known"
    left = max(timedelta(0), until - moment.wall)
    return f"{int(left.total_seconds()) // 3600} h {int(left.total_seconds()) // 60 % 60} min"
