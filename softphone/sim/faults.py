"""Faults as values: which requests go wrong, when, and how. `sim.fault_reader` says how they are written."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from softphone.sim.messages import Delivery, Headers, Reply, json_object


@dataclass(frozen=True, slots=True)
class FaultAnswer:
    """What a request that meets a fault gets instead of, or as, its answer."""

    word: str
    delivery: Delivery = Delivery.PLAIN
    reply: Reply | None = None  # None: the true answer
    acts: bool = False
    patch: Any = None  # a JSON merge patch; None: as it is
    moved_to: str | None = None
    headers: Headers = ()
    gzip_layers: int = 0
    wait_s: float = 0.0
    delay_s: float = 0.0
    byte_every_s: float = 0.0
    chunk_bytes: int = 0
    close: tuple[int, str] | None = None
    frame_patch: Any = None

    def apply(self, true_reply: Reply | None, origins: tuple[str, str] = ("", "")) -> Reply:
        """Return the reply as the fault leaves it; `true_reply` is None if nothing was carried out.

        `origins` are those of the host asked and of `moved_to`.
        """
        reply = self.reply or true_reply or Reply(503)
        body = reply.body
        if self.patch is not None:
            body = json.dumps(merged(json_object(body) or {}, self.patch)).encode()
        if self.moved_to is not None:
            old, new = origins
            body = body.replace(old.encode(), new.encode())
        for _ in range(self.gzip_layers):
            body = gzip.compress(body, mtime=0)
        codings = ", ".join(["gzip"] * self.gzip_layers)
        named = (("content-encoding", codings),) if codings else ()
        return replace(
            reply,
            headers=_with_headers(reply.headers, (*self.headers, *named)),
            body=body,
            delivery=self.delivery,
            delay_s=self.delay_s,
            byte_every_s=self.byte_every_s,
            chunk_bytes=self.chunk_bytes,
            close=self.close,
            frame_patch=self.frame_patch,
        )

    @property
    def needs_truth(self) -> bool:
        """Say whether the request must be carried out."""
        return self.acts or (
            self.reply is None
            and self.close is None
            and self.delivery in {Delivery.PLAIN, Delivery.DRIP, Delivery.CUT_SHORT, Delivery.WRONG_LENGTH}
        )


@dataclass(slots=True)
class Fault:
    """One fault and how often it was met."""

    source: Mapping[str, Any]
    where: str
    answer: FaultAnswer
    host: str | None = None
    user: str | None = None
    reused: bool = False
    nth: frozenset[int] = frozenset()
    every: int | None = None
    times: int | None = None
    after_s: float = 0.0
    for_s: float = math.inf
    from_first: bool = False
    begins_s: float | None = None
    met: int = 0
    struck: int = 0

    @property
    def closes_host(self) -> bool:
        """Say whether the host's port must really refuse connections."""
        counted = self.nth or self.times is not None or self.from_first or self.user or self.reused
        whole = self.where == "any" and self.host is not None and not counted
        return whole and self.answer.word == "refuse"

    def active(self, now_s: float) -> bool:
        """Say whether the fault's time has come and not passed."""
        return self.begins_s is not None and self.begins_s <= now_s < self.begins_s + self.for_s

    def strikes(self, where: str, host: str, user: str | None, now_s: float, *, reused: bool) -> bool:
        """Count the request if it fits and say whether it goes wrong."""
        if self.where not in {where, "any"} or self.host not in {None, host}:
            return False
        if self.user not in {None, user} or (self.reused and not reused):
            return False
        if self.begins_s is None:
            self.begins_s = now_s + self.after_s
        if not self.active(now_s):
            return False
        self.met += 1
        turn = self.met if self.every is None else (self.met - 1) % self.every + 1
        if self.nth and turn not in self.nth:
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.struck += 1
        return True

    def answer_at(self, now_s: float) -> FaultAnswer:
        """Return the answer with its times filled in."""
        if self.begins_s is None:
            return self.answer
        left_s = self.begins_s + self.for_s - now_s
        remaining = str(max(1, math.ceil(left_s))) if math.isfinite(left_s) else ""
        headers = [(name, value.replace("{remaining_s}", remaining)) for name, value in self.answer.headers]
        return replace(self.answer, headers=tuple(headers))


@dataclass(slots=True)
class FaultPlan:
    """All faults in force; the first that strikes decides, those before it have counted."""

    faults: list[Fault] = field(default_factory=list)

    def clear(self) -> None:
        """Forget all faults."""
        self.faults.clear()

    def meet(
        self, where: str, host: str, user: str | None, now_s: float, *, reused: bool = False
    ) -> FaultAnswer | None:
        """Return what goes wrong with this request, if anything."""
        for fault in self.faults:
            if fault.strikes(where, host, user, now_s, reused=reused):
                return fault.answer_at(now_s)
        return None

    def refused_hosts(self, now_s: float) -> frozenset[str]:
        """Return the hosts whose ports must refuse connections now."""
        return frozenset(
            fault.host for fault in self.faults if fault.host and fault.closes_host and fault.active(now_s)
        )

    def next_change_s(self, now_s: float) -> float | None:
        """Return when `refused_hosts` may next differ, or None."""
        moments = [
            moment
            for fault in self.faults
            if fault.closes_host and fault.begins_s is not None
            for moment in (fault.begins_s, fault.begins_s + fault.for_s)
            if now_s < moment < math.inf
        ]
        return min(moments, default=None)

    def as_json(self, now_s: float) -> list[dict[str, object]]:
        """Return the faults as they were given, and how they did."""
        return [
            {
                **fault.source,
                "active": fault.active(now_s),
                "met": fault.met,
                "struck": fault.struck,
            }
            for fault in self.faults
        ]


def _with_headers(old: Headers, new: Headers) -> Headers:
    """Return both, without those old ones whose names are new."""
    names = {name for name, _ in new}
    return (*(pair for pair in old if pair[0].lower() not in names), *new)


def merged(target: Any, patch: Any) -> Any:
    """Return `target` with a merge patch applied (RFC 7396 2)."""
    if not isinstance(patch, dict):
        return patch
    kept = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept
