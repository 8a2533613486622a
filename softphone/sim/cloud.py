"""The simulated cloud, pure: a request and a time go in, a reply comes out.

    Request --route--> who asks --fault?--> rule (sign_in, directory, wdm, mobius) --> Reply + journal

Nothing here opens a socket, reads a clock or draws a random number; the caller hands all three in. Time
is steady nominal seconds since the cloud began (see `clock.py`); the answers follow from state alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from softphone.sim import control
from softphone.sim.clock import Clock
from softphone.sim.faults import FaultAnswer
from softphone.sim.likeness.answers import Likeness
from softphone.sim.messages import Delivery, RefusalError, Reply, Request, first_values
from softphone.sim.request_journal import masked_request
from softphone.sim.scenarios import Scenario
from softphone.sim.services import calls, routes
from softphone.sim.services.mint import Mint
from softphone.sim.services.state import Call, CloudState, Host
from softphone.sim.services.tokens import AccessToken
from softphone.sim.sockets.calling import PLACE as CALLING_SOCKET
from softphone.sim.sockets.mercury import PLACE as MESSAGE_SOCKET

# What a browser's SDK may do from any page: the real service allows its own origins.
_CORS_METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
_CORS_EXPOSED = "trackingid, retry-after, etag, cisco-location, date"


class Cloud:
    """The cloud of one scenario. Not thread-safe: one thread handles everything."""

    def __init__(
        self,
        scenario: Scenario,
        hosts: tuple[Host, ...],
        *,
        random_bytes: Callable[[int], bytes],
        started_at_s: float = 0.0,
        time_scale: float = 1.0,
        redirect_uris: tuple[str, ...] = (),
        likeness: Likeness | None = None,
    ) -> None:
        """`started_at_s` is the wall's date in seconds since 1970, for the dates in replies."""
        self._likeness = likeness
        self.state: CloudState = CloudState(Clock(started_at_s, time_scale), Mint(random_bytes))
        self.state.hosts = {host.name: host for host in hosts}
        self.state.settings = replace(
            scenario.settings,
            redirect_uris=redirect_uris or scenario.settings.redirect_uris,
        )
        for person in scenario.people:
            self.state.add_person(person, 0.0)
        control.add_faults(self.state, list(scenario.faults), 0.0)
        if scenario.calls:
            calls.play(self.state, scenario.calls, 0.0)

    def handle(self, request: Request, steady_s: float) -> Reply:
        """FaultAnswer one request and write it into the journal; control requests are not written."""
        now_s = self.state.clock.read(steady_s)
        role = self.state.hosts[request.host].role
        if role == "control" or (role == "base" and request.path.startswith(control.PREFIX)):
            return control.answer(self.state, request, now_s)
        if self._likeness is not None:
            request = self._likeness.understood(request)
        tracking_id = request.headers.get("trackingid") or f"SIM_{self.state.mint.uuid()}"
        if request.method == "OPTIONS":
            place, user, reply, fault = "preflight", None, _preflight(request), None
        else:
            place, user, reply, fault = self._answer(request, tracking_id, steady_s)
        entry = self._record(request, tracking_id, now_s, place, user, reply, fault)
        if reply.then is None:
            return self._finished(request, tracking_id, now_s, reply)
        return replace(reply, then=partial(self._kept, reply, request, tracking_id, entry))

    def _kept(self, promise: Reply, request: Request, tracking_id: str, entry: dict[str, Any]) -> Reply:
        """Return what was promised, and write into its entry what it came to."""
        assert promise.then is not None  # noqa: S101 - only promises are kept
        reply = promise.then()
        entry["status"] = _seen_status(reply)
        return self._finished(request, tracking_id, entry["time_s"] + promise.delay_s, reply)

    def access_token(self, user: str, steady_s: float) -> str:
        """Return a live access token of a person, as if they had signed in."""
        account = self.state.accounts[user]
        return control.issue_token(self.state, account, self.state.clock.read(steady_s))

    def do_what_is_due(self, steady_s: float) -> None:
        """Do what the cloud does by itself, such as ending a call."""
        self.state.agenda.run(self.state.clock.read(steady_s))

    def refused_hosts(self, steady_s: float) -> frozenset[str]:
        """Return the hosts whose ports must refuse connections now."""
        return self.state.faults.refused_hosts(self.state.clock.read(steady_s))

    def next_change_in_s(self, steady_s: float) -> float | None:
        """Return how long until `refused_hosts` may differ by itself or something is due, or None."""
        now_s = self.state.clock.read(steady_s)
        moments = (self.state.faults.next_change_s(now_s), self.state.agenda.next_s)
        return min((at_s - now_s for at_s in moments if at_s is not None), default=None)

    def _answer(
        self, request: Request, tracking_id: str, steady_s: float
    ) -> tuple[str, str | None, Reply, FaultAnswer | None]:
        """Return where the request went, whose it was, its reply and the fault it met."""
        now_s = self.state.clock.read(steady_s)
        host = self.state.hosts[request.host]
        found = routes.find(request.path, request.method, mobius_host=host.is_mobius)
        access = self._bearer(request, now_s)
        place = found.place if found else "unknown"
        user = access.grant.user if access else self._user_named_otherwise(place, request, found)
        if place == "token" and _form(request).get("grant_type") == "refresh_token":
            place = "refresh"
        self._age(access, now_s)
        fault = self.state.faults.meet(place, request.host, user, now_s, reused=request.reused)
        if fault is None and self._likeness is not None:
            spare = next((one.name for one in self.state.hosts_of("spare")), None)
            fault = self._likeness.meet(place, request, self.state.clock.time_scale, elsewhere=spare)
        if fault is None:
            return place, user, self._carry_out(request, found, access, tracking_id, now_s), None
        origins = (host.origin, self.state.hosts[fault.moved_to or request.host].origin)

        def spoilt(at_s: float) -> Reply:
            if not fault.needs_truth:
                return fault.apply(None, origins)
            self._age(access, at_s)
            return fault.apply(self._carry_out(request, found, access, tracking_id, at_s), origins)

        if not fault.wait_s:
            return place, user, spoilt(now_s), fault
        due_s = steady_s + fault.wait_s
        promise = Reply(0, delay_s=fault.wait_s, then=lambda: spoilt(self.state.clock.read(due_s)))
        return place, user, promise, fault

    def _age(self, access: AccessToken | None, now_s: float) -> None:
        """Let happen to the account of a token what time brings."""
        if access and (account := self.state.accounts.get(access.grant.user)):
            self.state.age(account, now_s)

    def _carry_out(
        self,
        request: Request,
        found: routes.Found | None,
        access: AccessToken | None,
        tracking_id: str,
        now_s: float,
    ) -> Reply:
        call = Call(
            state=self.state,
            request=request,
            now_s=now_s,
            tracking_id=tracking_id,
            ids=found.ids if found else {},
            user=self.state.accounts.get(access.grant.user) if access else None,
            scopes=access.grant.scopes if access else (),
        )
        try:
            if found is None:
                raise call.refusal(404, "There is nothing at this path.")
            if found.rule is None:
                raise call.refusal(405, "This method is not for this path.", [("allow", found.allow)])
            self._limit_rate(call)
            return found.rule(call)
        except RefusalError as refusal:
            return refusal.reply

    def _limit_rate(self, call: Call) -> None:
        """Refuse with 429 who asks Mobius too often, as its ingress does (protocol.md#refusals)."""
        limit = self.state.settings.requests_per_minute
        if not limit or call.user is None or not self.state.hosts[call.request.host].is_mobius:
            return
        wait_s = call.user.over_rate(limit, call.now_s)
        if wait_s is not None:
            raise call.refusal(429, "Too many requests.", [("retry-after", str(math.ceil(wait_s)))])

    def _bearer(self, request: Request, now_s: float) -> AccessToken | None:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self.state.tokens.live_access(value.strip(), now_s)

    def _user_named_otherwise(self, place: str, request: Request, found: routes.Found | None) -> str | None:
        """Say whom a form or a message socket is about, so that faults can be for one person."""
        if found is not None and place == MESSAGE_SOCKET:
            owners = (one for one in self.state.accounts.values() if found.ids["device"] in one.wdm_devices)
            return next((one.person.name for one in owners), None)
        if place not in {"token", "revoke", "authorize"}:
            return self._user_of_dead_token(request)
        form = _form(request)
        for name in ("code", "refresh_token", "token"):
            if name in form and (user := self.state.tokens.user_of(form[name])):
                return user
        email = form.get("email", "").strip().lower()
        if email in self.state.accounts:
            return email
        transaction = self.state.transactions.get(form.get("transaction", ""))
        return transaction.user if transaction else None

    def _user_of_dead_token(self, request: Request) -> str | None:
        value = request.headers.get("authorization", "").partition(" ")[2].strip()
        return self.state.tokens.user_of(value)

    def _record(
        self,
        request: Request,
        tracking_id: str,
        now_s: float,
        place: str,
        user: str | None,
        reply: Reply,
        fault: FaultAnswer | None,
    ) -> dict[str, Any]:
        parts = request.path.split("/")
        is_device = "devices" in parts[:-1]
        entry = {
            "time_s": round(now_s, 3),
            **masked_request(request, user),
            "place": place,
            "user": user,
            "device": parts[parts.index("devices") + 1] if is_device else None,
            "status": _seen_status(reply),
            "fault": fault.word if fault else None,
            "tracking_id": tracking_id,
            "complaints": self._complaints(request, place, user),
            **({} if request.socket is None else {"socket": request.socket}),
        }
        return self.state.journal.add(entry)

    def _complaints(self, request: Request, place: str, user: str | None) -> list[str]:
        """Return what a careful client would not have sent (protocol.md#test-service)."""
        if place in {"preflight", "authorize", MESSAGE_SOCKET, CALLING_SOCKET}:
            return []
        complaints = []
        tracking_id = request.headers.get("trackingid")
        if not tracking_id:
            complaints.append("no trackingid")
        elif self.state.journal.seen_before(tracking_id):
            complaints.append("trackingid was used before")
        if self.state.hosts[request.host].is_mobius:
            wanted = ("authorization", "cisco-device-url", "spark-user-agent")
            complaints += [f"no {name}" for name in wanted if name not in request.headers]
        if place == "region" and "authorization" in request.headers:
            complaints.append("token sent to the region service")
        if place == "call" and user is not None:
            complaints += calls.complaints(self.state.accounts[user], request)
        if "//" in request.path:
            complaints.append("'//' in the path")
        return complaints

    def _finished(self, request: Request, tracking_id: str, now_s: float, reply: Reply) -> Reply:
        """Return the reply with the headers that every answer has."""
        headers = [("date", self.state.clock.http_date(now_s)), ("trackingid", tracking_id)]
        if (origin := request.headers.get("origin")) is not None:
            headers += [
                ("access-control-allow-origin", origin),
                ("access-control-allow-credentials", "true"),
                ("access-control-expose-headers", _CORS_EXPOSED),
                ("vary", "origin"),
            ]
        given = {name.lower() for name, _ in reply.headers} | reply.without
        added = tuple(pair for pair in headers if pair[0] not in given)
        return replace(reply, headers=(*reply.headers, *added))


_UNANSWERED = frozenset(
    {Delivery.HANG, Delivery.RESET, Delivery.CLOSE, Delivery.NOT_HTTP, Delivery.ENDLESS_103}
)


def _seen_status(reply: Reply) -> int | None:
    """Return the status that the client gets to see; None for none, or none yet."""
    return None if reply.then or reply.delivery in _UNANSWERED else reply.status


def _preflight(request: Request) -> Reply:
    """FaultAnswer a browser that asks before it sends (CORS)."""
    allowed = request.headers.get("access-control-request-headers", "")
    headers = [
        ("access-control-allow-methods", _CORS_METHODS),
        ("access-control-allow-private-network", "true"),
        ("access-control-max-age", "600"),
    ]
    if allowed:
        headers.append(("access-control-allow-headers", allowed))
    return Reply(204, tuple(headers))


def _form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "")
    if not kind.startswith("application/x-www-form-urlencoded"):
        return {}
    return first_values(request.body.decode("utf-8", "replace"))
